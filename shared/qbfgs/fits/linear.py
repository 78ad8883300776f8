"""Small symmetric systems in Reals: Cholesky's factor of a matrix, and what it solves.

A lower triangle is a list of rows, the first of one number.
"""

from .functions import sqrt
from .numbers import ONE, ZERO, Real

SINGULAR = Real(1 << 59, -105)  # 2^-46: a pivot below this part of its diagonal is rounding


def factor(a):
    """The lower L with L L' = A, for a lower triangle; None where A is not positive definite."""
    rows = []
    for i in range(len(a)):
        row = []
        for j in range(i + 1):
            rest = a[i][j] - inner(row, rows[j] if j < i else row, j)
            if j < i:
                row.append(rest / rows[j][j])
            elif rest <= a[i][i] * SINGULAR:
                return None
            else:
                row.append(sqrt(rest))
        rows.append(row)
    return rows


def inner(a, b, n):
    """The sum of the first n products."""
    total = ZERO
    for i in range(n):
        total = total + a[i] * b[i]
    return total


def forward(rows, b):
    """The y with L y = b."""
    y = []
    for i in range(len(b)):
        y.append((b[i] - inner(rows[i], y, i)) / rows[i][i])
    return y


def backward(rows, y):
    """The z with L' z = y."""
    n = len(y)
    z = list(y)
    for i in range(n - 1, -1, -1):
        z[i] = z[i] / rows[i][i]
        for k in range(i):
            z[k] = z[k] - rows[i][k] * z[i]
    return z


def inverse(rows):
    """The rows of L^-1, a lower triangle."""
    n = len(rows)
    columns = [forward(rows, [ONE if i == j else ZERO for i in range(n)]) for j in range(n)]
    return [[columns[j][i] for j in range(i + 1)] for i in range(n)]


def norm(z):
    """The Euclidean length."""
    return sqrt(inner(z, z, len(z)))
