"""Reals against exact fractions, and what they take and say."""

import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbfgs.fits.numbers import Real, ratio, rounded
from qbfgs_desktop.oracle.functions import exact

LEAST = 1 << 59
reals = st.builds(
    lambda m, e, negative: Real(-m if negative else m, e),
    st.one_of(
        st.sampled_from((LEAST, LEAST + 1, 2 * LEAST - 1)), st.integers(LEAST, 2 * LEAST - 1)
    ),
    st.integers(-130, 20),
    st.booleans(),
) | st.sampled_from([Real(0), Real(1), Real(-1), Real("0.1")])


def assert_nearest(x, wanted):
    """x is the nearest Real, half up, and well formed."""
    if wanted == 0:
        assert (x.mantissa, x.exponent) == (0, 0)
        return
    assert LEAST <= abs(x.mantissa) < 2 * LEAST
    unit = Fraction(2) ** x.exponent
    assert -unit / 2 < exact(x) - wanted <= unit / 2


@given(reals, reals)
def test_operations_are_rounded_to_nearest(a, b):
    assert_nearest(a + b, exact(a) + exact(b))
    assert_nearest(a - b, exact(a) - exact(b))
    assert_nearest(a * b, exact(a) * exact(b))
    if b:
        assert_nearest(a / b, exact(a) / exact(b))


def test_sums_of_every_distance():
    """Ties, carries and cancellation, for every difference of exponents."""
    ms = (LEAST, LEAST + 1, 2 * LEAST - 1, LEAST + (1 << 30), LEAST + (1 << 58))
    for e in range(-66, 67):
        for m in ms:
            for k in ms:
                for s in (1, -1):
                    a, b = Real(m, 0), Real(s * k, e)
                    assert_nearest(a + b, exact(a) + exact(b))
                    assert_nearest(b - a, exact(b) - exact(a))


@given(st.integers(), st.integers(-200, 200))
def test_any_int_is_rounded(m, e):
    assert_nearest(rounded(m, e), m * Fraction(2) ** e)


@given(st.integers(), st.integers())
def test_any_ratio_is_rounded(a, b):
    if b:
        assert_nearest(ratio(a, b), Fraction(a, b))


@given(reals, reals)
def test_comparisons(a, b):
    x, y = exact(a), exact(b)
    assert (a < b, a <= b, a == b) == (x < y, x <= y, x == y)
    assert (a > b, a >= b, a != b) == (x > y, x >= y, x != y)
    assert bool(a) == (x != 0) and exact(abs(a)) == abs(x) and exact(-a) == -x


@given(reals)
def test_floats_are_near(a):
    assert float(a) == pytest.approx(float(exact(a)), rel=2e-16)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9))
def test_text_is_read_and_written(d):
    text = format(d, "f")
    if len(text) <= 100:
        assert_nearest(Real(text), Fraction(d))


@pytest.mark.parametrize(
    ("value", "text", "places"),
    [
        ("2.5e-3", "0.0025", "0.003"),
        ("0.1", "0.1", "0.100"),
        ("-1.232", "-1.232", "-1.232"),
        (7, "7", "7.000"),
        (-1000000, "-1000000", "-1000000.000"),
        ("1e22", "1e22", "10000000000000000000000.000"),
        ("-1.5e-7", "-1.5e-7", "0.000"),
        ("-0.0004", "-0.0004", "0.000"),
        ("0.9995", "0.9995", "1.000"),
        (0, "0", "0.000"),
        ("99999999999999999.9", "100000000000000000", None),
    ],
)
def test_texts(value, text, places):
    x = Real(value)
    assert str(x) == text and repr(x) == f"Real('{text}')"
    if places is not None:
        assert x.text(3) == places
    assert x.text(0) == str(x.scaled(1))


def test_scaled_is_half_up():
    assert [Real(t).scaled(4) for t in ("0.125", "-0.125", "-0.375", "-7")] == [1, 0, -1, -28]
    assert Real("1e30").scaled(10) == Real("1e30").mantissa * 10 << Real("1e30").exponent


def test_ints_text_and_floats_mix():
    x = Real("2.5")
    assert x + 1 == 1 + x == "3.5" and x - 1 == "1.5" and 1 - x == "-1.5"
    assert x * "2" == 5 and 5 / x == 2 and x / "0.5" == 5 and x**2 == "6.25" and 2**x**0 == 2
    assert x + 0.25 == 0.25 + x == "2.75" and x > 2 and x < "2.6" and 2 < x
    assert Real(0.1) == Real("0.1") and Real(np.float64(0.1)) == Real(Decimal("0.1")) == "0.1"
    assert Real(np.int64(5)) == 5 and Real(x) == x and hash(Real(5)) == hash(Real("5.0"))
    assert x != "words" and x != None and x != [1]  # noqa: E711


def test_what_is_no_number():
    for wrong in (None, [1], True, float("nan"), float("inf"), Real):
        with pytest.raises(TypeError, match="is no number: give an int"):
            Real(wrong)
    for wrong in ("", "x", "1e100", float("-inf"), Fraction(1, 3)):
        with pytest.raises(ValueError):
            Real(wrong)
    with pytest.raises(ZeroDivisionError):
        Real(1) / 0
    with pytest.raises(TypeError):
        Real(1) + None


def test_long_chains_drift_by_no_more_than_their_bound():
    rng = random.Random(3)
    total, sum_of = Real(0), Fraction(0)
    for _ in range(500):
        x = Real(rng.randint(-(10**9), 10**9)) / rng.randint(1, 10**6)
        total, sum_of = total + x * x, sum_of + exact(x) ** 2
    assert abs(exact(total) / sum_of - 1) < Fraction(502, 2**60)
