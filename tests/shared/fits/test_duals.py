"""Numbers with slopes against derivatives in exact fractions."""

from fractions import Fraction

import pytest

from qbfgs.real import Dual, Real, exp, log, sqrt, variables
from qbfgs_desktop.oracle.functions import exact

NEAR = Fraction(1, 2**54)


def assert_slopes(y, value, *slopes):
    assert abs(exact(y.value) - value) <= NEAR * abs(value)
    for slope, wanted in zip(y.slopes, slopes, strict=True):
        assert abs(exact(slope) - wanted) <= NEAR * max(abs(wanted), abs(value))


def test_rational_formulas():
    x, y = Fraction(7, 2), Fraction(-5, 4)
    a, b = variables(["3.5", "-1.25"])
    assert_slopes(a + b, x + y, 1, 1)
    assert_slopes(a - b, x - y, 1, -1)
    assert_slopes(3 - a, 3 - x, -1, 0)
    assert_slopes(a * b * 2, 2 * x * y, 2 * y, 2 * x)
    assert_slopes(a / b, x / y, 1 / y, -x / y**2)
    assert_slopes("0.5" + a / 4, x / 4 + Fraction(1, 2), Fraction(1, 4), 0)
    assert_slopes(
        1 / (a * a + b), 1 / (x * x + y), -2 * x / (x * x + y) ** 2, -1 / (x * x + y) ** 2
    )
    assert_slopes(b**3, y**3, 0, 3 * y**2)
    assert_slopes(b**-2, y**-2, 0, -2 * y**-3)
    assert_slopes(abs(b) * a, -y * x, -y, -x)
    assert_slopes(-b, -y, 0, -1)


def test_powers_with_slopes_on_both_sides():
    a, b = variables(["2.5", "1.5"])
    value = exact(Real("2.5") ** Real("1.5"))
    rate = exact(log("2.5"))
    assert_slopes(a**b, value, Fraction(3, 2) * value / Fraction(5, 2), value * rate)
    assert_slopes(Real("2.5") ** b, value, 0, value * rate)
    assert_slopes("2.5" * a**0, Fraction(5, 2), 0, 0)
    nothing, one = variables([0, "1.5"])
    assert_slopes(nothing**one, 0, 0, 0)


def test_a_chain():
    """d/dk of c + d exp(-k t) is -t d exp(-k t)."""
    c, d, k = variables([20, 64, "0.02"])
    y = c + d * exp(-k * 45)
    e = exact(exp("-0.9"))
    assert_slopes(y, 20 + 64 * e, 1, e, -45 * 64 * e)


def test_comparisons_see_the_value():
    a, b = variables([2, 3])
    assert a < b and a <= 2 and b > a and b >= "3" and a == 2 and a != b and Real(2) == a
    assert not a > b and Real(5) > b and 1 < a


def test_what_has_no_slope():
    (a,) = variables([0])
    for f in (lambda: sqrt(a), lambda: 1 / a, lambda: a ** Real("0.5")):
        with pytest.raises(ZeroDivisionError):
            f()
    with pytest.raises(TypeError, match="has slopes"):
        Real(a)
    assert isinstance(a + 1, Dual) and repr(a) == "Dual(Real('0'), [Real('1')])"
