"""Numbers that carry their slopes, against differences and against known values."""

import math
import random
from decimal import Decimal, localcontext

import pytest

from qbfgs_desktop.studies.nist import duals
from qbfgs_desktop.studies.nist.duals import Dual, variables

FUNCTIONS = ("exp", "log", "sin", "cos", "atan")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_decimals_agree_with_floats_and_slopes_with_differences(name):
    function = vars(duals)[name]
    rng = random.Random(name)
    for _ in range(30):
        x = rng.uniform(0.1, 9) * (1 if name == "log" else rng.choice((-1, 1)))
        with localcontext(prec=50):
            exact = Decimal(x)
            assert float(function(exact)) == pytest.approx(vars(math)[name](x), rel=1e-14)
            found = function(Dual(exact, [Decimal(1), Decimal(3)]))
            step = Decimal("1e-16")
            slope = (function(exact + step) - function(exact - step)) / (2 * step)
            assert found.value == function(exact)
            assert abs(found.slopes[0] - slope) < abs(slope) * Decimal("1e-25") + Decimal("1e-30")
            assert found.slopes[1] == 3 * found.slopes[0]
        assert function(Dual(x, [1.0])).slopes[0] == pytest.approx(float(slope), rel=1e-12)


def test_decimals_are_right_to_fifty_digits():
    with localcontext(prec=50):
        for text in ("0.5", "-2", "30", "1e-20", "1000000", "-0.001"):
            x = Decimal(text)
            assert abs(duals.sin(x) ** 2 + duals.cos(x) ** 2 - 1) < Decimal("1e-43")
        sixth = duals.PI / 6
        assert abs(duals.sin(sixth) - Decimal("0.5")) < Decimal("1e-49")
        for x, part in ((Decimal(1), 4), (1 / Decimal(3).sqrt(), 6), (Decimal("1e50"), 2)):
            assert abs(duals.atan(x) - duals.PI / part) < Decimal("1e-48")
        assert +duals.atan(Decimal(-1)) == -duals.atan(Decimal(1))
    assert duals.pi(1.0) == math.pi and float(duals.pi(Decimal(1))) == math.pi


def test_arithmetic():
    x, y = variables([Decimal(3), Decimal(-2)])
    found = 7 - x * x * y / 4 + 5 / y + (x - y) * 2 - -x + 1
    exact = 7 + Decimal(18) / 4 - Decimal("2.5") + 10 + 3 + 1
    assert found.value == exact
    # -x y / 2 + 3, and -x^2 / 4 - 5 / y^2 - 2
    assert found.slopes == [Decimal(6), -Decimal("2.25") - Decimal("1.25") - 2]


def test_what_has_no_value_raises():
    for kind in (Decimal, float):
        with pytest.raises((ArithmeticError, ValueError)):
            duals.log(kind(-1))
        with pytest.raises(ArithmeticError):
            1 / variables([kind(0)])[0]
