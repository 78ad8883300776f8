"""The covariance of parameters from Gauss-Newton's matrix, and their correlation."""

from .functions import sqrt
from .linear import factor, inner, inverse
from .numbers import ZERO


def covariance(matrix, scale):
    """scale^2 A^-1 for a lower triangle A, rows of Reals; None where A is not positive definite."""
    n = len(matrix)
    sizes = [sqrt(matrix[i][i]) for i in range(n)]
    if min(sizes) <= 0:
        return None
    scaled = [[matrix[i][j] / (sizes[i] * sizes[j]) for j in range(i + 1)] for i in range(n)]
    rows = factor(scaled)
    if rows is None:
        return None
    unit = inverse(rows)
    columns = [[ZERO] * j + [unit[i][j] for i in range(j, n)] for j in range(n)]
    factors = [scale / s for s in sizes]
    return [
        [factors[i] * factors[j] * inner(columns[i], columns[j], n) for j in range(n)]
        for i in range(n)
    ]


def correlation(matrix):
    """A covariance, whose diagonal must not hold 0, with ones there."""
    n = len(matrix)
    sizes = [sqrt(matrix[i][i]) for i in range(n)]
    return [[matrix[i][j] / (sizes[i] * sizes[j]) for j in range(n)] for i in range(n)]
