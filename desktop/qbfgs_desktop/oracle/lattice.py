"""The best point of the grid itself near a real minimizer, found by enumeration.

On a coarse grid the least cost is seldom at the rounded minimizer: in a thin valley it can lie
many steps away.  All grid points of an ellipsoid of the Hessian are tried by their true cost.
Works for problems whose `gradient` is a polynomial (it is called with Fractions).
"""

import math
from fractions import Fraction
from functools import cache

import numpy as np

from ..baselines.float_bfgs import FloatBFGS
from ..baselines.real import RealProblem, start_of
from .linalg import inverse
from .rational import Matrix, round_half_up

FINE = 2**60  # real minimizers are kept to 1/FINE of a grid step
SPAN = 2**20  # derivatives are differences over 1/SPAN of a grid step
SLACK = 2


def hessian(problem, X):
    """The Hessian in cost units per grid step squared at X, n rationals: a `Matrix`.

    Central differences of the exact gradient, over a millionth of a grid step.
    """
    h = Fraction(1, SPAN)
    columns = []
    for j in range(problem.n):
        ahead, behind = list(X), list(X)
        ahead[j], behind[j] = X[j] + h, X[j] - h
        pairs = zip(problem.gradient(ahead), problem.gradient(behind), strict=True)
        columns.append([(a - b) / (2 * h) for a, b in pairs])
    n = problem.n
    return Matrix.of([[(columns[i][j] + columns[j][i]) / 2 for j in range(n)] for i in range(n)])


def refine(problem, X, steps=8):
    """Newton's method on exact gradients from X (n rationals, grid steps), to 1/FINE of a step.

    For a regular minimizer near X; returns n Fractions.
    """
    X = [Fraction(v) for v in X]
    for _ in range(steps):
        gradient = problem.gradient(X)
        H = hessian(problem, X)
        rows = inverse(H).rows()
        move = [sum(a * g for a, g in zip(row, gradient, strict=True)) for row in rows]
        X = [Fraction(round_half_up((a - b) * FINE), FINE) for a, b in zip(X, move, strict=True)]
    return X


def real_minimizers(problem):
    """The real minimizers in grid steps, each n Fractions: those that the problem names.

    Where it names none, the one that a float descent from its start reaches, refined.
    """
    named = ([problem.minimizer] if problem.minimizer else []) + [
        point for point, _ in problem.local_minima
    ]
    points = [[Fraction(text) * problem.qp for text in point] for point in named]
    if not points:
        real = RealProblem(problem)
        end = FloatBFGS(real.cost, real.gradient, start_of(problem), tolerance=1e-6).run()
        points = [[Fraction(v) * problem.qp for v in end.x]]
    return [p if all(v.denominator == 1 for v in p) else refine(problem, p) for p in points]


def lattice_optimum(problem, minimizer, slack=SLACK):
    """(cost, points): the least cost of the grid near a real minimizer, and where it is taken.

    minimizer: n Fractions in grid steps.  Enumerates, nearest first (Schnorr and Euchner), all
    grid points whose quadratic model is within `slack` times the best true cost so far, both
    above the cost at the minimizer: complete where the model exceeds the truth by less than that
    factor.  A minimizer on the grid is its own answer.
    """
    if all(v.denominator == 1 for v in minimizer):
        point = [int(v) for v in minimizer]
        return problem.cost(point), [point]
    n = problem.n
    floor = problem.cost(minimizer)
    H = hessian(problem, minimizer)
    scale = max(abs(v) for row in H.rows() for v in row)
    R = np.linalg.cholesky(np.array([[float(v / scale) for v in row] for row in H.rows()])).T
    centre = [float(v) for v in minimizer]

    def radius(cost):  # |R d|^2 / 2 * scale <= slack * (cost - floor)
        return 2 * slack * float((cost - floor) / scale)

    # The first point: successive rounding from the last coordinate on.
    x = [0] * n
    for k in range(n - 1, -1, -1):
        x[k] = math.floor(_conditional(R, centre, x, k) + 0.5)
    best = [problem.cost(x), [list(x)]]
    limit = [radius(best[0])]

    def visit(k, spent):
        if k < 0:
            cost = problem.cost(x)
            if cost < best[0]:
                best[:] = [cost, [list(x)]]
                limit[0] = radius(cost)
            elif cost == best[0] and list(x) not in best[1]:
                best[1].append(list(x))
            return
        middle = _conditional(R, centre, x, k)
        nearest = math.floor(middle + 0.5)
        side = 1 if middle >= nearest else -1
        for count in range(2**31):  # nearest, then alternating outwards
            offset = (count + 1) // 2 * (side if count % 2 else -side)
            x[k] = nearest + offset
            reached = spent + (R[k, k] * (x[k] - middle)) ** 2
            if reached > limit[0]:
                return
            visit(k - 1, reached)

    visit(n - 1, 0.0)
    return best[0], best[1]


def _conditional(R, centre, x, k):
    # The model's best x_k for the x_j chosen, j > k.
    shift = sum(R[k, j] * (x[j] - centre[j]) for j in range(k + 1, len(x)))
    return centre[k] - shift / R[k, k]


@cache
def _optima(cls, qp, n):
    try:
        problem = cls(qp, n)
    except TypeError:
        problem = cls(qp)
    return [(m, *lattice_optimum(problem, m)) for m in real_minimizers(problem)]


def distance(problem, X):
    """(steps, optimal) of an end point X of one of `qbfgs.problems`.

    steps: max-norm in grid steps to the nearest best grid point, over those of each named
    minimizer.  optimal: whether the cost at X is at most that minimizer's best grid cost.
    """
    found = []
    for _, cost, points in _optima(type(problem), problem.qp, problem.n):
        for point in points:
            steps = max(abs(a - b) for a, b in zip(X, point, strict=True))
            found.append((steps, problem.cost(X) <= cost))
    return min(found, key=lambda pair: (pair[0], not pair[1]))
