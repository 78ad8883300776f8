"""Blocks against exact fractions, with every operator checked for the word."""

import random
from fractions import Fraction

import pytest
from exact import UNIT, dot, half_up, make_block, power, value, vector

from qbfgs.words.scalars import exponent, mantissa

SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 16, 64)
BITS = (1, 2, 7, 13, 14, 15, 21, 27, 28)
each_n = pytest.mark.parametrize("n", SIZES)


@pytest.fixture(scope="module")
def blocks(core):
    return core.module("words.blocks")


@pytest.fixture(scope="module")
def scalars(core):
    return core.module("words.scalars")


def draw(rng, n, bits, e):
    """A block of `bits` bits: random, or all at an extreme, or with signs by turns."""
    top = 2**bits - 1
    kind = rng.randrange(6)
    if kind == 0:
        mantissas = [top] * n
    elif kind == 1:
        mantissas = [-top] * n
    elif kind == 2:
        mantissas = [top if i & 1 else -top for i in range(n)]
    elif kind == 3:
        mantissas = [0] * n
        mantissas[rng.randrange(n)] = rng.choice((1, -1)) * top
    else:
        mantissas = [rng.randint(-top, top) for _ in range(n)]
        mantissas[rng.randrange(n)] = rng.choice((1, -1)) * top
    return make_block(mantissas, e)


def axpy(blocks, y, a, x, lo, n):
    """y += a * x for a scalar a."""
    if a:
        blocks.axpy(y, mantissa(a), exponent(a), x, lo, n)
    else:
        blocks.axpy(y, 0, 0, x, lo, n)


def is_measured(block, n, lo=0):
    return block[n + 1] == max(abs(v) for v in [0, *block[lo:n]]).bit_length()


@each_n
def test_dot(blocks, n):
    rng = random.Random(n)
    exactly = cut = 0
    for a in BITS:
        for b in BITS:
            for _ in range(3):
                x = draw(rng, n, a, rng.randint(-40, 40))
                y = draw(rng, n, b, rng.randint(-40, 40))
                exact = dot(vector(x, n), vector(y, n))
                got = value(blocks.dot(x, y, n))
                room = 30 - (n - 1).bit_length()
                if a + b <= room:
                    assert abs(got) <= abs(exact), "cut, not rounded"
                    assert abs(got - exact) <= abs(exact) * UNIT, "the last cut alone"
                    exactly += 1
                    continue
                # cut factors first: an error of the sum, of which the last cut loses another UNIT
                unit = n * power(a + b + x[n] + y[n])
                lost = 3 * unit * power(-(room // 2))
                if min(a, b) <= room // 2:  # the short one whole, so bits(long) - room / 2 are cut
                    lost = unit * power(-(room - min(a, b)))
                assert abs(got - exact) <= lost + (abs(exact) + lost) * UNIT
                cut += 1
    assert exactly > 20 and cut > 20


@each_n
def test_dot_of_a_zero_is_zero(blocks, n):
    x = make_block([2**27] * n, 3)
    assert blocks.dot(x, blocks.block(n), n) == 0
    assert blocks.dot(blocks.block(n), x, n) == 0


@each_n
def test_dot_of_a_short_step_sees_24_bits_of_a_gradient(blocks, n):
    """One coordinate, a step below 8: 24 bits of 27 at n = 1 .. 16."""
    if n > 16:
        return
    for g in (2**27 - 1, 2**26 + 8, -(2**26) - 8):
        x, y = blocks.block(n), make_block([g] * n, 5)
        x[n - 1], x[n + 1] = 7, 3
        error = abs(value(blocks.dot(x, y, n)) - 7 * g * 32)
        assert error <= abs(7 * g * 32) * UNIT + 7 * 8 * 32


def axpy_bound(a, x, y, n, lo):
    """What the docstring of axpy states."""
    product = abs(value(a)) * power(x[n] + x[n + 1])
    larger = max(product, power(y[n] + y[n + 1]) if y[n + 1] else Fraction(0))
    return 2 * product * UNIT + 2 * larger * power(-19)


@each_n
def test_axpy(blocks, scalars, n):
    """The error in terms of 2^size: sizes are within a factor of two of the largest mantissa."""
    rng = random.Random(100 + n)
    for a_bits in BITS:
        for b_bits in BITS:
            for _ in range(6 if n < 16 else 2):
                lo = rng.choice((0, 0, n // 2, n - 1))
                x = draw(rng, n, a_bits, rng.randint(-60, 60))
                y = draw(rng, n, b_bits, rng.choice((x[n], rng.randint(-60, 60))))
                if rng.random() < 0.1:
                    y = blocks.block(n)
                a = scalars.pack(rng.choice((1, -1)) * rng.randint(1, 2**15), rng.randint(-50, 50))
                before, bound = list(y), axpy_bound(a, x, y, n, lo)
                exact = [
                    u + value(a) * v
                    for u, v in zip(vector(y, n, lo), vector(x, n, lo), strict=True)
                ]
                kept_x = list(x)
                axpy(blocks, y, a, x, lo, n)
                got = vector(y, n, lo)
                assert x == kept_x
                assert max(abs(u - v) for u, v in zip(got, exact, strict=True)) <= bound
                assert is_measured(y, n, lo) and y[n + 1] <= 28
                assert y[:lo] == before[:lo]


def test_axpy_is_exact_for_short_integers(blocks, scalars):
    for n in (1, 2, 5):
        rng = random.Random(n)
        y = blocks.block(n)
        exact = [0] * n
        for _ in range(20):
            x = draw(rng, n, 6, 0)
            k = rng.randint(-30, 30)
            axpy(blocks, y, scalars.pack(k, 0), x, 0, n)
            exact = [u + k * v for u, v in zip(exact, x[:n], strict=True)]
            if k:
                assert vector(y, n) == exact
                y = make_block(exact, 0)


def test_axpy_by_zero_changes_nothing(blocks, scalars):
    y = make_block([5, -7], 3)
    for a, x in ((0, make_block([1, 2], 9)), (scalars.ONE, blocks.block(2))):
        kept = list(y)
        axpy(blocks, y, a, x, 0, 2)
        assert y == kept


@each_n
def test_a_vector_put_entry_by_entry(blocks, scalars, n):
    """Each entry put may cut those before it by a unit, which is below 2^-25 of the largest."""
    rng = random.Random(200 + n)
    for spread in (0, 3, 12, 26, 40, 200):
        for _ in range(10):
            y = blocks.block(n)
            exact = [Fraction(0)] * n
            for j in range(n - 1, -1, -1):
                m = rng.choice((0, 1, -1)) * rng.randint(2**14, 2**15 - 1)
                e = rng.randint(-spread, spread)
                if m:
                    blocks.put(y, j, m, e, n)
                else:
                    y[j] = 0
                exact[j] = m * power(e - 14)
                top = max(abs(v) for v in exact)
                got = vector(y, n, j)
                errors = [abs(u - v) for u, v in zip(got, exact, strict=True)]
                assert max(errors) <= 2 * (n - j) * top * power(-26)
                assert all(v == 0 or abs(v).bit_length() <= y[n + 1] <= 28 for v in y[j:n])


@each_n
def test_stretch(blocks, scalars, n):
    """x is cut to 14 bits, the product is rounded half up."""
    rng = random.Random(400 + n)
    for bits in BITS:
        for _ in range(8):
            x = draw(rng, n, bits, rng.randint(-30, 30))
            y = blocks.block(n)
            y[n] = rng.choice((-10, 0))
            top = rng.randint(0, 29 + y[n])  # bits of the longest result, in units
            a = scalars.pack(rng.choice((1, -1)) * rng.randint(2**14, 2**15), -15)
            a = scalars.scaled(a, top - bits - x[n] - 1)
            exact = [value(a) * v for v in vector(x, n)]
            blocks.stretch(y, x, a, n)
            bound = power(top) * power(-14) + power(y[n] - 1)
            got = vector(y, n)
            assert max(abs(u - v) for u, v in zip(got, exact, strict=True)) <= bound
            if bits <= 14:
                assert y[:n] == [half_up(v * power(-y[n])) for v in exact]
            assert is_measured(y, n)


def test_stretch_by_zero_and_to_nothing(blocks, scalars):
    x = make_block([2**27 - 1, -(2**27) + 1], 0)
    for a in (0, scalars.pack(1, -60), scalars.pack(-1, -60)):
        y = make_block([3, 3], 0)
        blocks.stretch(y, x, a, 2)
        assert y[:2] == [0, 0] and y[3] == 0


@each_n
def test_subtract(blocks, n):
    """At the larger exponent: each of the two loses less than one unit."""
    rng = random.Random(500 + n)
    for a_bits in BITS:
        for b_bits in BITS:
            gap = rng.choice((0, 0, 1, -1, 5, -5, 29, -30, 100))
            a, b = draw(rng, n, a_bits, 7), draw(rng, n, b_bits, 7 + gap)
            y = blocks.block(n)
            blocks.subtract(y, a, b, n)
            assert y[n] == max(a[n], b[n]) and is_measured(y, n)
            exact = [u - v for u, v in zip(vector(a, n), vector(b, n), strict=True)]
            errors = [abs(u - v) for u, v in zip(vector(y, n), exact, strict=True)]
            assert max(errors) == 0 if gap == 0 else max(errors) < power(y[n])


@each_n
def test_measure_largest_copy_clear(blocks, n):
    rng = random.Random(600 + n)
    for bits in BITS:
        x = draw(rng, n, bits, -3)
        x[n + 1] = 0
        blocks.measure(x, n)
        assert is_measured(x, n) and x[n + 1] == bits
        assert blocks.largest(x, n) == max(abs(v) for v in x[:n]) == 2**bits - 1
        y = blocks.block(n)
        assert y == [0] * (n + 2)
        blocks.copy(y, x, n)
        assert y == x
        blocks.clear(y, n)
        assert y == [0] * (n + 2) and x[n + 1] == bits


@pytest.mark.parametrize("n", [1, 2, 4, 8, 64])
def test_all_at_the_extremes_stay_in_the_word(blocks, scalars, n):
    """Every pair of sizes, all mantissas at one end: nothing raises, and signs are right."""
    for a in range(1, 29):
        for b in range(1, 29):
            for sign in (1, -1):
                x = make_block([2**a - 1] * n, 0)
                y = make_block([sign * (2**b - 1)] * n, 0)
                assert (blocks.dot(x, y, n) > 0) == (sign > 0)
                for m in (2**14, 2**15 - 1, -(2**15) + 1):
                    z = list(y)
                    axpy(blocks, z, scalars.pack(m, -14), x, 0, n)
                    assert abs(z[0]) < 2**28
