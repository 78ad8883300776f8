"""Textbook quasi-Newton algebra on exact matrices: the oracle of the core's factored updates.

H is the inverse Hessian in lattice units (grid steps^2 per cost unit) as a `rational.Matrix`,
B = H^-1; s, y, d are vectors of n ints: a step, the change of the gradient over it, a trial step.
An order is a permutation of range(n): the coordinates as they are eliminated.
"""

from fractions import Fraction

import numpy as np

from .rational import Matrix, dot, round_half_up, vector


def bfgs_update(H, s, y):
    """H+ = (I - s y'/a) H (I - y s'/a) + s s'/a with a = s'y, so that H+ y = s (secant equation).

    Raises ValueError unless s'y > 0.
    """
    a = int(dot(s, y))
    if a <= 0:
        raise ValueError("BFGS needs s'y > 0")
    s, y = vector(s), vector(y)
    left = -np.outer(s, y)
    for i in range(H.n):
        left[i, i] += a
    N = left.dot(H.N).dot(left.T) + np.outer(s, s) * (a * H.d)
    return Matrix(N, a * a * H.d).reduced()


def teach(H, d, curvature, B=None):
    """H+ = H + (1/k - 1/t) d d' with t = d'Bd, so that d'B+d = k: a curvature measured along d.

    d: not zero.  curvature: k > 0, in cost units.  B: the inverse of H where it is known already.
    Raises ValueError for k <= 0.
    """
    if curvature <= 0:
        raise ValueError("a curvature that H can learn is positive")
    t = (inverse(H) if B is None else B).form(d, d)
    return H.plus_outer(Fraction(1) / Fraction(curvature) - 1 / t, d)


def inverse(H):
    """H^-1, by fraction-free elimination.  Raises ZeroDivisionError where none exists."""
    n, last = H.n, 1
    rows = [vector(list(H.N[i]) + [int(i == j) for j in range(n)]) for i in range(n)]
    for k in range(n):
        if rows[k][k] == 0:
            raise ZeroDivisionError("the matrix is not positive definite")
        for i in range(n):
            if i != k:
                rows[i] = (rows[i] * rows[k][k] - rows[k] * rows[i][k]) // last
        last = rows[k][k]
    adjugate = np.array([row[n:] for row in rows], dtype=object)
    return Matrix(adjugate * H.d, last).reduced()


def eliminations(H, order):
    """The stages of symmetric elimination: for k = 0..n-1 the Schur complement of the first k.

    Yields (S_k, scale): S_k an object array (n - k, n - k) of ints in that order, to be divided
    by the positive int `scale`.
    """
    S, last = H.permuted(order).N, 1
    for _ in range(len(order)):
        yield S, last * H.d
        rest = S[1:, 1:] * S[0, 0] - np.outer(S[1:, 0], S[0, 1:])
        S, last = rest // last, S[0, 0]


def ldl(H, order):
    """(L, D) of P H P' = L diag(D) L': L unit lower as rows of Fractions, D as Fractions."""
    n = len(order)
    L, D = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)], []
    for k, (S, scale) in enumerate(eliminations(H, order)):
        D.append(Fraction(S[0, 0], scale))
        for i in range(k + 1, n):
            L[i][k] = Fraction(S[i - k, 0], S[0, 0])
    return L, D


def exchange_pass(H, order):
    """The order after one backward pass of adjacent exchanges, stiffest coordinate first.

    For k = n-2..0 the coordinates at k and k+1 change places when, given the first k, the
    later one has the smaller conditional variance: D'_k < D_k.  Ties stay.
    """
    order = list(order)
    variances = []
    for k, (S, _) in enumerate(eliminations(H, order)):
        variances.append({c: S[i, i] for i, c in enumerate(order[k:])})
    for k in range(len(order) - 2, -1, -1):
        if variances[k][order[k + 1]] < variances[k][order[k]]:
            order[k], order[k + 1] = order[k + 1], order[k]
    return order


def metric_round(L, target, order):
    """Rounding in the metric: one coordinate at a time, its error handed on to those that follow.

    L: rows of the unit lower factor of P H P' (see `ldl`).  target: n rationals, grid steps.
    d_k = [t_k] half up, e = d_k - t_k, t_i += e L_ik for i > k: successive cancellation, which is
    Babai's rounding in B.  Returns n ints in the objective's own order.
    """
    n = len(order)
    t = [Fraction(target[c]) for c in order]
    d = [0] * n
    for k in range(n):
        rounded = round_half_up(t[k])
        error = rounded - t[k]
        d[order[k]] = rounded
        if error:
            for i in range(k + 1, n):
                t[i] += error * L[i][k]
    return d
