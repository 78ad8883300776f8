"""Functions of Reals against 220 digits: the bound of docs/real.md, over all their ranges."""

import random
from fractions import Fraction

import pytest

from qbfgs import real
from qbfgs.fits import angles, elementary
from qbfgs.real import Real, variables
from qbfgs_desktop.oracle import functions
from qbfgs_desktop.oracle.functions import exact
from qbfgs_desktop.studies.reals import LEAST, NAMES, arguments, worst

NEAREST = 2.0**-60
OVER = 2.0**-69  # what a result may be beside the nearest Real
with functions.precise():
    PI = Fraction(functions.pi())


def error_of(y, true):
    """The relative error of a Real."""
    return functions.error(y.mantissa, y.exponent, true)


@pytest.mark.parametrize("name", NAMES)
def test_the_error_is_within_its_bound(name):
    found = worst(name)
    assert found.tried > 140
    assert found.error <= NEAREST + OVER, found


@pytest.mark.parametrize("name", NAMES)
def test_before_it_is_rounded_a_result_has_ten_digits_more(name):
    module = angles if hasattr(angles, name) and name != "exp" else elementary
    ours, true = getattr(module, name), getattr(functions, name)
    bound = 2.0**-62 if name == "sqrt" else 2.0**-70
    for x in arguments(name)[::3]:
        assert functions.error(*ours(x.mantissa, x.exponent), true(exact(x))) <= bound


def test_the_reference_knows_what_is_known():
    """A few values from tables, so that both cannot be wrong alike."""
    assert real.exp(1).text(15) == "2.718281828459045"
    assert real.log(10).text(15) == "2.302585092994046"
    assert real.sqrt(2).text(15) == "1.414213562373095"
    assert real.sin(1).text(15) == "0.841470984807897"
    assert real.cos(1).text(15) == "0.540302305868140"
    assert (4 * real.atan(1)).text(15) == "3.141592653589793"
    assert real.tanh("0.5").text(15) == "0.462117157260010"
    assert round(PI * 10**30) == 3141592653589793238462643383280


def test_exact_ones():
    assert real.exp(0) == 1 and real.log(1) == 0 and real.cos(0) == 1
    assert real.sin(0) == real.atan(0) == real.tanh(0) == real.sqrt(0) == 0
    assert real.sqrt(Real(49)) == 7 and real.sqrt("0.25") == Real("0.5")
    assert real.tanh(1000) == 1 and real.tanh(-1000) == -1


def test_far_out():
    assert real.exp(-(2**31)) == 0 == real.exp("-1e40")
    assert real.exp(-(2**31) + 1) > 0
    with pytest.raises(OverflowError):
        real.exp(2**31)
    assert real.log(real.exp(1000000)) == 1000000
    for f in (real.sin, real.cos):
        f(2**59 - 1)
        with pytest.raises(ValueError, match="not known to a radian"):
            f(2**59)
    for wrong in (0, -1, "-1e-30"):
        with pytest.raises(ValueError, match="above 0"):
            real.log(wrong)
    with pytest.raises(ValueError, match="below 0"):
        real.sqrt("-1e-30")


def test_powers_of_any_exponent():
    rng = random.Random(5)
    for _ in range(100):
        x = Real(LEAST + rng.getrandbits(59), rng.randint(-70, -50))
        y = Real(LEAST + rng.getrandbits(59), rng.randint(-62, -56)) * rng.choice((1, -1))
        log = exact(y) * Fraction(functions.log(exact(x)))
        error = error_of(x**y, functions.exp(log))
        assert error <= NEAREST + OVER * (1 + abs(float(log)))
    for n in (-9, -1, 0, 1, 2, 3, 10, 100, 1024):
        x = Real("1.37")
        power = exact(x) ** n
        assert abs(exact(x**n) / power - 1) <= 2 * NEAREST * (1 + abs(n))
    assert Real(0) ** Real("0.3") == 0 and Real(0) ** 0 == 1 and 2 ** Real("0.5") == real.sqrt(2)
    assert Real(-2) ** 3 == -8 and Real(-2) ** Real(2) == 4
    with pytest.raises(ValueError, match="has no value"):
        Real(-2) ** Real("0.5")
    with pytest.raises(ZeroDivisionError):
        Real(0) ** -1


@pytest.mark.parametrize("name", NAMES)
def test_a_slope_is_the_derivative(name):
    """Against a central difference of the reference."""
    f, true = getattr(real, name), getattr(functions, name)
    for text in ("0.3", "0.77", "1.9", "5.25"):
        (x,) = variables([text])
        y = f(3 * x)
        h, at = Fraction(1, 10**30), 3 * exact(x.value)
        slope = 3 * (Fraction(true(at + h)) - Fraction(true(at - h))) / (2 * h)
        assert y.value == f(3 * x.value)
        assert abs(exact(y.slopes[0]) - slope) < 2.0**-55 * (1 + 64 * abs(float(slope)))
