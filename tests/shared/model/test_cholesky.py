"""B = M E M' in two words, against exact rationals."""

import random
from fractions import Fraction

import pytest

from qbfgs.model.cholesky import Cholesky
from qbfgs.model.factors import Factor
from qbfgs.words import scalars, triangles
from qbfgs.words.blocks import block, words


def value(a):
    e = scalars.exponent(a) - 14
    return Fraction(scalars.mantissa(a)) * Fraction(2) ** e if a else Fraction(0)


def form(A, x):
    return sum(x[i] * A[i][j] * x[j] for i in range(len(x)) for j in range(len(x)))


def made(rng, n, thin):
    """J'J of a J whose rows shrink to 2^-thin: the condition is about 4^thin."""
    J = [
        [rng.randint(-999, 999) << (60 - thin * i // max(1, n - 1)) for _ in range(n)]
        for i in range(n)
    ]
    return [[sum(row[i] * row[j] for row in J) for j in range(n)] for i in range(n)]


@pytest.mark.parametrize("n", [1, 2, 3, 6, 12])
@pytest.mark.parametrize("thin", [0, 5, 10])
def test_newtons_step_is_good_in_the_metric(n, thin):
    """The step lowers the model as far as the exact one, up to 2^-10 of that."""
    rng = random.Random(f"{n} {thin}")
    for _ in range(4):
        A = made(rng, n, thin)
        x = [rng.randint(-1000, 1000) or 1 for _ in range(n)]
        g = [-sum(a * v for a, v in zip(row, x, strict=True)) for row in A]
        triangle = [A[i][j] for i in range(n) for j in range(i + 1)]
        scales = words(n)
        triangles.grow(triangle, n, words(n), words(n), scales)
        factor = Factor(n)
        cholesky = Cholesky(n, factor.order)
        triangles.cut(triangle, n, scales, cholesky.high, cholesky.low)
        slopes, p = block(n), block(n)
        triangles.narrow_scaled(g, n, scales, slopes)
        cholesky.factorize(scales)
        cholesky.solve(p, slopes)
        found = [Fraction(p[i]) * Fraction(2) ** (p[n] - scales[i]) for i in range(n)]
        error = [a - b for a, b in zip(found, x, strict=True)]
        assert form(A, error) < form(A, x) / 2**20
        step = block(n)
        for i in range(n):
            step[i] = p[i]
        step[n], step[-1] = p[n], p[-1]
        assert abs(value(cholesky.form(step)) / form(A, found) - 1) < Fraction(1, 2**10)


def test_the_factor_is_that_of_the_inverse():
    rng = random.Random(3)
    n = 4
    A = made(rng, n, 2)
    triangle = [A[i][j] for i in range(n) for j in range(i + 1)]
    scales = words(n)
    triangles.grow(triangle, n, words(n), words(n), scales)
    factor = Factor(n)
    cholesky = Cholesky(n, factor.order)
    triangles.cut(triangle, n, scales, cholesky.high, cholesky.low)
    cholesky.factorize(scales)
    cholesky.fill(factor, scales)
    cholesky.fill_pivots(factor, scales)
    for _ in range(20):
        d = block(n)
        for i in range(n):
            d[i] = rng.randint(-500, 500)
        d[-1] = 9
        factor.solve(d)
        assert abs(value(factor.form(1)) / form(A, d[:n]) - 1) < Fraction(1, 2**9)
    assert sorted(factor.order) == list(range(n))


def test_a_matrix_that_is_not_positive_gives_a_finite_step():
    for triangle in ([0, 0, 0], [-5, 3, -7], [0, 1 << 40, 0], [1 << 50, 1 << 50, 1 << 50]):
        scales = words(2)
        triangles.grow(triangle, 2, words(2), words(2), scales)
        cholesky = Cholesky(2, [0, 1])
        triangles.cut(triangle, 2, scales, cholesky.high, cholesky.low)
        cholesky.factorize(scales)
        slopes, p = block(2), block(2)
        triangles.narrow_scaled([1000, -3], 2, scales, slopes)
        cholesky.solve(p, slopes)
        assert all(abs(v) < 1 << 28 for v in p[:2])
        assert all(e >= 1 << 26 for e in cholesky.schur)


@pytest.mark.parametrize("beside", [1, 99, 2**14 - 1, 2**14, 2**15 - 1, 99999, 2**21, 2**28 - 1])
def test_a_pivot_is_raised_until_no_entry_of_the_factor_exceeds_1(core, beside):
    cholesky = core.module("model.cholesky").Cholesky(2, [0, 1])
    for sign in (1, -1):
        cholesky.high[0][0], cholesky.high[1][0], cholesky.high[1][1] = 1 << 26, sign * beside, 0
        cholesky.low[0][0] = cholesky.low[1][0] = cholesky.low[1][1] = 0
        cholesky.factorize([0, 0])
        square = cholesky.multipliers[1][0] ** 2 * cholesky.schur[1]
        assert square < 1.02 * 2**82
