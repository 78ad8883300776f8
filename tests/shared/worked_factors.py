"""Factors after some updates, and the secant pairs of quadratics that they come from."""

from exact import make_block, product, times, transpose

from qbfgs.model.factors import Factor
from qbfgs.model.pivoting import sort
from qbfgs.words import blocks, scalars
from qbfgs.words.wide import narrow


def hessian(rng, n, condition):
    """A positive integer matrix A'WA, weights from 1 to `condition`."""
    A = [[rng.randint(-9, 9) for _ in range(n)] for _ in range(n)]
    for k in range(n):
        A[k][k] += rng.choice((-10, 10))
    W = [int(condition ** (k / max(1, n - 1))) for k in range(n)]
    WA = [[W[i] * A[i][j] for j in range(n)] for i in range(n)]
    return product(transpose(A), WA)


def pairs(rng, n, condition, count):
    """Secant pairs of a quadratic as blocks, with their s'y."""
    B = hessian(rng, n, condition)
    made = 0
    while made < count:
        s = [rng.randint(-50, 50) for _ in range(n)]
        if not any(s):
            continue
        y = blocks.block(n)
        narrow([int(v) for v in times(B, s)], n, y)
        s = make_block(s)
        sy = blocks.dot(s, y, n)
        if sy > 0:
            yield s, y, sy
            made += 1


def update(factor, s, y, sy):
    """The BFGS update with a pair in the order of coordinates."""
    factor.transpose_times(y)
    factor.bfgs(s, sy)


def worked(rng, n, condition, updates=6):
    """A Factor after some updates and exchanges."""
    factor = Factor(n)
    factor.set_identity(scalars.pack(rng.randint(1, 999), -rng.randint(0, 20)))
    for s, y, sy in pairs(rng, n, condition, updates):
        update(factor, s, y, sy)
        sort(factor)
    return factor
