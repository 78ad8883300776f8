"""Exact values of the core's words, and plain rational linear algebra on them."""

from fractions import Fraction
from math import floor

UNIT = Fraction(1, 2**14)  # the error of one scalar operation, relative


def power(e):
    """2^e."""
    return Fraction(2) ** e


def value(a):
    """The exact value of a scalar, from what the module's docstring says of its bits."""
    if a == 0:
        return Fraction(0)
    size = abs(a)
    magnitude = Fraction((size & 0x3FFF) + 0x4000, 0x4000) * power((size >> 14) - 0x4000)
    return magnitude if a > 0 else -magnitude


def vector(block, n, lo=0):
    """The exact numbers of a block; those before `lo` are 0."""
    return [Fraction(0)] * lo + [block[i] * power(block[n]) for i in range(lo, n)]


def make_block(mantissas, e=0):
    """A block of these mantissas under the exponent e."""
    top = max((abs(m) for m in mantissas), default=0)
    return [*mantissas, e, top.bit_length()]


def half_up(v):
    return floor(v + Fraction(1, 2))


def dot(x, y):
    return sum((a * b for a, b in zip(x, y, strict=True)), Fraction(0))


def times(M, x):
    return [dot(row, x) for row in M]


def product(A, B):
    columns = list(zip(*B, strict=True))
    return [[dot(row, column) for column in columns] for row in A]


def transpose(M):
    return [list(row) for row in zip(*M, strict=True)]


def solve(M, x):
    """M^-1 x by elimination with pivots."""
    n = len(M)
    rows = [[*map(Fraction, M[i]), Fraction(x[i])] for i in range(n)]
    for k in range(n):
        p = next(i for i in range(k, n) if rows[i][k])
        rows[k], rows[p] = rows[p], rows[k]
        for i in range(k + 1, n):
            q = rows[i][k] / rows[k][k]
            if q:
                rows[i] = [a - q * b for a, b in zip(rows[i], rows[k], strict=True)]
    y = [Fraction(0)] * n
    for k in range(n - 1, -1, -1):
        y[k] = (rows[k][n] - dot(rows[k][k + 1 : n], y[k + 1 :])) / rows[k][k]
    return y


def determinant(M):
    """By elimination, exactly."""
    n = len(M)
    rows = [list(map(Fraction, row)) for row in M]
    result = Fraction(1)
    for k in range(n):
        p = next((i for i in range(k, n) if rows[i][k]), None)
        if p is None:
            return Fraction(0)
        if p != k:
            rows[k], rows[p] = rows[p], rows[k]
            result = -result
        result *= rows[k][k]
        for i in range(k + 1, n):
            q = rows[i][k] / rows[k][k]
            rows[i] = [a - q * b for a, b in zip(rows[i], rows[k], strict=True)]
    return result


def lower(factor):
    """L of a Factor, in elimination order: the leading 14 bits of columns, which all users see."""
    n = factor.n
    L = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
    for j in range(n):
        column = factor.columns[j]
        cut = max(0, column[n + 1] - 14)
        for i in range(j + 1, n):
            L[i][j] = (column[i] >> cut) * power(column[n] + cut)
    return L


def diagonal(factor):
    """D of a Factor, in elimination order."""
    return [m * power(e - 14) for m, e in zip(factor.pivots, factor.powers, strict=True)]


def inverse_hessian(factor):
    """H = L D L' of a Factor, in the order of coordinates."""
    n, L, D = factor.n, lower(factor), diagonal(factor)
    H = [[Fraction(0)] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            total = sum((L[i][k] * D[k] * L[j][k] for k in range(min(i, j) + 1)), Fraction(0))
            H[factor.order[i]][factor.order[j]] = total
    return H


def norm(M):
    """The largest row sum of |M|."""
    return max(sum(abs(v) for v in row) for row in M)


def size(x):
    """The largest |x_i|."""
    return max(abs(v) for v in x)


def difference(A, B):
    return [[a - b for a, b in zip(r, s, strict=True)] for r, s in zip(A, B, strict=True)]


def bfgs(H, s, y):
    """The inverse BFGS update in textbook form: H+ y = s."""
    n = len(H)
    a = dot(s, y)
    N = [[Fraction(int(i == j)) - s[i] * y[j] / a for j in range(n)] for i in range(n)]
    M = product(product(N, H), transpose(N))
    return [[M[i][j] + s[i] * s[j] / a for j in range(n)] for i in range(n)]
