"""Scalars against exact fractions: nasty words by category, all pairs, and random ones."""

import random
from fractions import Fraction
from math import floor, isqrt

import pytest
from exact import half_up, power, value

from qbfgs.words import scalars
from qbfgs.words.scalars import (
    ONE,
    add,
    bits,
    div,
    exponent,
    fixed,
    mantissa,
    mul,
    pack,
    scaled,
    sqrt,
)

BOUND = Fraction(1, 2**14)
HIGHEST, LOWEST = power(16383), power(-16383)


def word(m, e):
    """The scalar (2^14 + m) * 2^(e - 14), 0 <= m < 2^14, built from the stated layout."""
    return (e + 0x4000 << 14) + m


FRACTIONS = (0, 1, 2, 0x1FFF, 0x2000, 0x2001, 0x3FFE, 0x3FFF)
NASTY = {
    "zero": [0],
    "powers of two": [word(0, e) for e in range(-31, 32)],
    "beside powers": [word(m, e) for m in (1, 0x3FFF) for e in (-30, -15, -14, -1, 0, 1, 14, 15)],
    "carries": [word(m, e) for m in (0x3FFE, 0x3FFF) for e in (-2, 0, 1, 16)],
    "halves": [word(m, e) for m in (0x1FFF, 0x2000, 0x2001) for e in (-1, 0, 1)],
    "thirds": [word(m, 0) for m in (0x1555, 0x1556, 0x2AAA, 0x2AAB)],
    "far apart": [word(m, e) for m in (0, 0x3FFF) for e in (-2000, -100, 100, 2000)],
    "ends": [word(m, e) for m in (0, 1, 0x3FFF) for e in (-16383, -16382, 16381, 16382)],
}
WORDS = sorted({s * w for words in NASTY.values() for w in words for s in (1, -1)})
RANDOM = random.Random(1)
SAMPLE = [
    RANDOM.choice((1, -1)) * word(RANDOM.randrange(0x4000), RANDOM.randint(-20, 20))
    for _ in range(400)
]
each_category = pytest.mark.parametrize("category", NASTY)


def signed(category):
    return [s * w for w in NASTY[category] for s in (1, -1)]


def partners(category):
    """All words; of those at the ends of the range, whose fractions are slow, few for most."""
    ends = set(signed("ends"))
    if category == "ends":
        return sorted({*ends, 0, ONE, -ONE, *signed("carries"), *signed("far apart")})
    return [w for w in WORDS if w not in ends]


def assert_near(got, exact, bound, *what):
    """`got` is a well-formed scalar within bound * |exact|, or at the end of the range."""
    assert -(2**29) < got < 2**29
    v = value(got)
    if exact == 0:
        assert got == 0, what
        return
    assert (v > 0) == (exact > 0) and v != 0, what
    if abs(exact) >= HIGHEST:
        assert abs(v) >= HIGHEST / 2, what
    elif abs(exact) < LOWEST:
        assert LOWEST <= abs(v) <= 2 * LOWEST, what
    else:
        assert abs(v - exact) <= bound * abs(exact), what


def log2_floor(x):
    """The floor of log2 of a positive fraction."""
    e = x.numerator.bit_length() - x.denominator.bit_length()
    return e - 1 if power(e) > x else e


def nearest(x):
    """The scalar nearest to a positive fraction inside the range, ties away from zero."""
    e = log2_floor(x)
    return word(half_up(x * power(14 - e)) - 0x4000, e)


def cut(x):
    """The largest scalar that is not above a positive fraction inside the range."""
    e = log2_floor(x)
    return word(floor(x * power(14 - e)) - 0x4000, e)


def test_the_words_of_the_table_are_distinct_and_many():
    assert len(WORDS) > 200
    assert ONE == word(0, 0) and value(ONE) == 1


def test_bits():
    """All lengths, at both ends and inside, and where one table look-up gives way to the next."""
    for m in range(2**13):
        assert bits(m) == m.bit_length()
    for length in range(31):
        least, most = (1 << length) >> 1, (1 << length) - 1
        for m in (least, least + 1, (least + most) // 2, most - 1, most):
            if least <= m <= most:
                assert bits(m) == length
    for edge in (2**12, 2**18, 2**24):
        for m in range(edge - 100, edge + 100):
            assert bits(m) == m.bit_length()


def test_words_compare_as_their_values():
    words = sorted(set(WORDS + SAMPLE))
    values = [value(w) for w in words]
    assert all(a < b for a, b in zip(values, values[1:], strict=False))


def test_a_negative_is_the_negative_of_the_word():
    for w in WORDS:
        assert value(-w) == -value(w)
        if w:
            assert mantissa(w) * power(exponent(w) - 14) == value(w)
            assert exponent(w) == log2_floor(abs(value(w)))
            assert 2**14 <= abs(mantissa(w)) < 2**15


PACKED = {
    "small": range(-40, 41),
    "powers and neighbours": [2**k + d for k in range(1, 30) for d in (-1, 0, 1)],
    "ties": [(2 * m + 1) << k for m in (0x4000, 0x5555, 0x7FFE) for k in range(13)],
    "beside ties": [((2 * m + 1) << 13) + d for m in (0x4000, 0x6AAA, 0x7FFE) for d in (-1, 1)],
    "carries": [2**k - 2**j for k in (16, 20, 29, 30) for j in range(0, k - 14)],
    "word limits": [2**30 - 1, 2**30 - 2, 2**29, 2**29 - 1],
}


@pytest.mark.parametrize("category", PACKED)
@pytest.mark.parametrize("e", [0, 1, -7, 40, -300, 16000 - 40])
def test_pack_cuts_toward_zero(category, e):
    for m in PACKED[category]:
        expected = cut(abs(m) * power(e)) if m else 0
        assert abs(pack(m, e)) == expected, (m, e)
        assert pack(-m, e) == -pack(m, e)
        assert (pack(m, e) > 0) == (m > 0)


def test_pack_is_exact_where_15_bits_are_enough():
    for m in (1, 3, 0x7FFF, 0x4001, 0x7FFF << 15, 5 << 27):
        for e in (-200, -1, 0, 5, 300):
            assert value(pack(m, e)) == m * power(e)
            assert pack(-m, e) == -pack(m, e)


def test_pack_takes_the_nearest_end_of_the_range():
    for m in (1, 3, 2**15 - 1, 2**30 - 1):
        for e in (0x7FFF, 20000, 16384):
            assert HIGHEST / 2 <= value(pack(m, e)) <= HIGHEST
            assert pack(-m, e) == -pack(m, e)
        for e in (-0x7FFF, -20000, -16384 - 30):
            assert LOWEST <= value(pack(m, e)) <= 2 * LOWEST


@each_category
@pytest.mark.parametrize("name", ["mul", "div", "add"])
def test_an_operation_on_all_pairs(category, name):
    operation = getattr(scalars, name)
    compared = 0
    for a in signed(category):
        for b in partners(category):
            x, y = value(a), value(b)
            if name == "mul":
                assert_near(operation(a, b), x * y, BOUND, a, b)
            elif name == "div" and b:
                assert_near(operation(a, b), x / y, BOUND, a, b)
            elif name == "add":
                check_sum(a, b)
            compared += 1
    assert compared >= 40


def check_sum(a, b):
    """The sum is cut to 15 bits; what the smaller operand loses, or is, when it is 2^17 times
    smaller by exponents, is below 2^-16 of the larger."""
    x, y = value(a), value(b)
    got = add(a, b)
    larger = max(abs(x), abs(y))
    assert -(2**29) < got < 2**29
    if larger >= LOWEST * 2**15 and abs(x + y) < HIGHEST:
        assert abs(value(got) - (x + y)) <= BOUND * abs(x + y) + larger * power(-16), (a, b)
    if larger >= LOWEST * 2**15 and x + y == 0:
        assert got == 0
    assert add(b, a) == got


def test_operations_on_random_pairs():
    for a, b in zip(SAMPLE, SAMPLE[1:], strict=False):
        x, y = value(a), value(b)
        assert_near(mul(a, b), x * y, BOUND, a, b)
        assert_near(div(a, b), x / y, BOUND, a, b)
        check_sum(a, b)


def test_mul_is_the_nearest_product():
    for a, b in zip(SAMPLE, SAMPLE[7:], strict=False):
        assert abs(mul(a, b)) == nearest(abs(value(a) * value(b)))


def test_operations_are_exact_where_the_result_has_15_bits():
    for p in (1, 3, 7, 100, 127, 128, 181):
        for q in (1, 2, 5, 127, 128, 180):
            a, b = pack(p, 3), pack(-q, -5)
            assert value(mul(a, b)) == Fraction(-p * q, 4)
            assert value(div(mul(a, b), b)) == 8 * p
            assert value(add(pack(p, 0), pack(-q, 0))) == p - q
    for k in range(-20, 21):
        assert div(ONE, pack(1, k)) == pack(1, -k)


def test_nothing_is_lost_or_made_by_zero():
    for a in WORDS:
        assert mul(a, 0) == mul(0, a) == 0
        assert add(a, 0) == add(0, a) == a
        assert add(a, -a) == 0 or abs(value(a)) < LOWEST * 2**15
        if a:
            assert div(0, a) == 0
            assert div(a, a) == ONE


@pytest.mark.parametrize("a", [0, ONE, -ONE, WORDS[0]])
def test_division_by_zero(a):
    with pytest.raises(ZeroDivisionError, match="scalar divided by zero"):
        div(a, 0)


def test_scaled_changes_the_exponent_alone():
    for a in WORDS:
        for k in (-100, -1, 0, 1, 15, 5000, -5000, 16383, -16383):
            x = value(a) * power(k)
            if x == 0 or LOWEST <= abs(x) < HIGHEST:
                assert value(scaled(a, k)) == x
            else:
                assert_near(scaled(a, k), x, BOUND, a, k)


def test_sqrt():
    for a in WORDS + [abs(v) for v in SAMPLE]:
        if a < 0:
            continue
        root = sqrt(a)
        r = value(root)
        if a == 0:
            assert root == 0
            continue
        # truncated: the largest scalar whose square is not above
        assert r * r <= value(a) < (r * (1 + BOUND)) ** 2, a
    for m in (1, 2, 3, 100, 181):
        for k in (-40, 0, 7):
            assert value(sqrt(pack(m * m, 2 * k))) == m * power(k)
    assert mantissa(sqrt(pack(2, 0))) == isqrt(2 << 28)


def test_fixed_rounds_half_up():
    for a in WORDS + SAMPLE:
        for e in (-20, -10, -3, 0, 1, 5):
            exact = half_up(value(a) * power(-e))
            got = fixed(a, e)
            if abs(exact) < 2**29:
                assert got == exact, (a, e)
            else:
                assert got == (2**29 - 1 if a > 0 else 1 - 2**29)


def test_fixed_at_ties_of_both_signs():
    for k in range(-9, 10):
        assert fixed(pack(2 * k + 1, -1), 0) == k + 1
        assert fixed(pack(2 * k + 1, 4), 5) == k + 1


def test_no_operation_leaves_the_word(core):
    watched = core.module("words.scalars")
    few = WORDS[::5] + [0, WORDS[-1], WORDS[0]]
    for a in few:
        for b in few:
            assert watched.mul(a, b) == mul(a, b)
            assert watched.add(a, b) == add(a, b)
            if b:
                assert watched.div(a, b) == div(a, b)
        if a >= 0:
            assert watched.sqrt(a) == sqrt(a)
        for e in (-20000, -10, 0, 20000):
            assert watched.fixed(a, e) == fixed(a, e)
        for k in (-16383, 0, 16383):
            assert watched.scaled(a, k) == scaled(a, k)
    for m in (2**30 - 1, 1 - 2**30, 0, 1, -(2**29)):
        for e in (-0x7FFF, 0, 0x7FFF):
            assert watched.pack(m, e) == pack(m, e)
