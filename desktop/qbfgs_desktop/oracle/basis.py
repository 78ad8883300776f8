"""Short vectors of the lattice in the metric B: a pairwise reduced basis and steps made of it.

The metric enters as a `rational.Matrix`; U is a list of n rows, each a list of n ints.
"""

from fractions import Fraction

from .rational import dot, round_half_up, sign, vector

ENTRY_LIMIT = 2**14
SWEEPS = 20


def gram(U, B):
    """The products <u_i, u_j> = u_i'B u_j times B's denominator, as lists of ints."""
    images = [B.N.dot(vector(u)) for u in U]
    return [[dot(u, image) for image in images] for u in U]


def reduce_basis(U, B):
    """Reduce U in place, pair by pair, until no <u_i, u_j> exceeds half of <u_j, u_j>.

    Of each pair the longer u_i loses [<u_i, u_j> / <u_j, u_j>] times the shorter u_j, at most 20
    sweeps; a change that could bring an entry to 2^14 is left out.  Returns the products of `gram`.
    """
    n, G = len(U), gram(U, B)
    pairs = [(i, j) for i in range(n) for j in range(i)]
    for _ in range(SWEEPS):
        changed = False
        for i, j in pairs:
            if G[j][j] > G[i][i]:
                i, j = j, i
            if 2 * abs(G[i][j]) <= G[j][j]:
                continue
            m = round_half_up(Fraction(G[i][j], G[j][j]))
            if abs(m) * max(map(abs, U[j])) + max(map(abs, U[i])) >= ENTRY_LIMIT:
                continue
            U[i], changed = [a - m * b for a, b in zip(U[i], U[j], strict=True)], True
            G[i] = [a - m * b for a, b in zip(G[i], G[j], strict=True)]
            for k in range(n):
                G[k][i] -= m * G[k][j]
        if not changed:
            break
    return G


def short_steps(U, G, B, gradient, reach):
    """Steps of a reduced basis, in the order of generation: a list of lists of n ints.

    +-u_i; +-(u_i - u_j) for j < i, with u_j signed as <u_i, u_j>; the best multiple m u_i,
    m = [-g.u_i / u_i'Bu_i], |m| >= 2, up to max-norm `reach`.  G: `reduce_basis`'s result.
    """
    steps = [step for u in U for step in (list(u), [-a for a in u])]
    for i, u in enumerate(U):
        for j in range(i):
            turn = sign(G[i][j]) or 1
            step = [a - turn * b for a, b in zip(u, U[j], strict=True)]
            steps += [step, [-a for a in step]]
    for i, u in enumerate(U):
        m = round_half_up(Fraction(-dot(gradient, u) * B.d, G[i][i]))
        if abs(m) >= 2 and abs(m) * max(abs(a) for a in u) <= reach:
            steps.append([m * a for a in u])
    return steps


def rank(steps, B, gradient):
    """[(r, d), ...], r = -2 g.d / d'Bd, largest first, ties in the given order; zeros left out.

    r is 1 for the model's minimizer along d; a step wins only where r > 1 for the true curvature.
    """
    ranked = [(-2 * dot(gradient, d) / B.form(d, d), d) for d in steps if any(d)]
    ranked.sort(key=lambda pair: -pair[0])
    return ranked
