"""Fits of formulas: what they find, against closed forms, and what they say."""

import math
import re
from decimal import Decimal
from fractions import Fraction

import pytest

from qbfgs import fit
from qbfgs.fits import endings, load
from qbfgs.fits.fit import Fit
from qbfgs.real import Real, exp

ROWS = [(8 * k, y) for k, y in enumerate((84, 74, 66, 60, 54, 49, 45, 41, 38, 35, 33, 31))]


def cooling(t, ambient, drop, rate):
    return ambient + drop * exp(-rate * t)


def line(x, slope, intercept):
    return slope * x + intercept


def straight(rows):
    """(slope, intercept, their standard errors, covariance) of least squares, in floats."""
    n = len(rows)
    mean = sum(Fraction(x) for x, _ in rows) / n
    level = sum(Fraction(y) for _, y in rows) / n
    spread = sum((x - mean) ** 2 for x, _ in rows)
    slope = sum((x - mean) * (Fraction(y) - level) for x, y in rows) / spread
    intercept = level - slope * mean
    square = sum((Fraction(y) - slope * x - intercept) ** 2 for x, y in rows) / (n - 2)
    errors = [
        math.sqrt(square / spread),
        math.sqrt(square * (Fraction(1, n) + mean * mean / spread)),
    ]
    return float(slope), float(intercept), errors, float(-mean * square / spread)


def test_a_line_is_that_of_least_squares():
    rows = list(enumerate("1.2 2.9 5.3 6.8 9.1 11.2 12.7 15.1 16.8".split()))
    found = fit(line, rows, start=(1, 0), names=("slope", "intercept"))
    slope, intercept, errors, covariance = straight(rows)
    assert found.success and found.end == endings.CONVERGED
    ours = [float(v) for v in found.parameters]
    assert abs(ours[0] - slope) < errors[0] / 100 and abs(ours[1] - intercept) < errors[1] / 100
    assert [float(e) for e in found.errors] == pytest.approx(errors, rel=1e-4)
    assert float(found.covariance[0][1]) == pytest.approx(covariance, rel=1e-4)
    expected = covariance / errors[0] / errors[1]
    assert float(found.correlation[1][0]) == pytest.approx(expected, rel=1e-4)
    assert re.fullmatch(
        r"slope     = 1\.97\d* \+- 0\.0\d+\nintercept = 1\.\d+ \+- 0\.\d+\n"
        r"The residual is 0\.\d+, over 9 rows\.\nConverged: .* \(\d+ evaluations\)",
        str(found),
    )


def test_predictions_are_the_formula_s():
    found = fit(cooling, ROWS, start=(20, 60, "0.02"))
    for x in (45, "45", Real(45), (45,), [45]):
        assert found.predict(x) == cooling(45, *found.parameters)
    assert found.predict(0.5) == cooling(Real("0.5"), *found.parameters)


def test_ints_text_floats_and_decimals_are_the_same_rows():
    wanted = str(fit(cooling, ROWS, start=(20, 60, "0.02")))
    for make in (float, str, Decimal, Real):
        rows = [[make(x), make(y)] for x, y in ROWS]
        assert str(fit(cooling, rows, start=(20.0, make(60), 0.02))) == wanted


def test_more_than_one_input():
    rows = [(x, z, 2 * x - 3 * z + 1 + (x * z) % 3) for x in range(4) for z in range(4)]
    found = fit(lambda x, z, a, b, c: a * x + b * z + c, rows, start=(1, 1, 1))
    assert found.success
    scipy_like = [2, -3, 1]
    for value, error, near in zip(found.parameters, found.errors, scipy_like, strict=True):
        assert abs(float(value) - near) < 4 * float(error) + 1


def test_weights_and_sigma_are_two_words_for_one():
    sigma = [Fraction(1, 2), 1, 2, 4] * 3
    one = fit(cooling, ROWS, start=(20, 60, "0.02"), sigma=["0.5", 1, 2, 4] * 3)
    other = fit(cooling, ROWS, start=(20, 60, "0.02"), weights=[4, 1, "0.25", "0.0625"] * 3)
    assert [v.text(4) for v in one.parameters] == [v.text(4) for v in other.parameters]
    assert one.residual.text(4) == other.residual.text(4) and len(sigma) == 12
    whole = fit(cooling, ROWS, start=(20, 60, "0.02"), sigma="0.5")
    assert (
        str(whole).split("\n")[:3]
        == str(fit(cooling, ROWS, start=(20, 60, "0.02"))).split("\n")[:3]
    )
    known = fit(cooling, ROWS, start=(20, 60, "0.02"), sigma="0.5", absolute_sigma=True)
    ratio = float(whole.errors[0]) / float(known.errors[0])
    assert ratio == pytest.approx(float(whole.residual), rel=1e-3)


def test_a_fixed_parameter_stays():
    found = fit(cooling, ROWS, start=(20, 60, "0.02"), names="a d r".split(), fixed=("a",))
    assert found.parameters[0] == 20 and found.errors[0] == 0
    assert str(found).startswith("a = 20 (fixed)\n")
    assert len(found.correlation) == 2


def test_bounds_hold():
    free = fit(cooling, ROWS, start=(20, 60, "0.02"))
    low = free.parameters[0] + 1
    found = fit(cooling, ROWS, start=(low + 1, 60, "0.02"), lower=(low, None, 0))
    assert found.parameters[0] == low and found.success
    high = fit(cooling, ROWS, start=(5, 60, "0.02"), upper=(10, None, None))
    assert high.parameters[0] == 10 and high.success
    inside = fit(cooling, ROWS, start=(20, 60, "0.02"), lower=(0, 0, 0), upper=(50, 99, 1))
    assert [v.text(2) for v in inside.parameters] == [v.text(2) for v in free.parameters]
    for other in (found, high):
        assert other.residual > free.residual
    shut = fit(line, [(x, 2 * x) for x in range(4)], (1, 1), upper=(1, None), fixed=(1,))
    assert shut.end == endings.HELD and "at a bound" in shut.message and not shut.success


@pytest.mark.parametrize("loss", ["huber", "cauchy"])
def test_outliers_count_less(loss):
    clean = fit(cooling, ROWS, start=(20, 60, "0.02"))
    rows = list(ROWS)
    rows[3], rows[8] = (24, 95), (64, 2)
    plain = fit(cooling, rows, start=(20, 60, "0.02"))
    robust = fit(cooling, rows, start=(20, 60, "0.02"), loss=loss)
    assert robust.success
    for r, p, c in zip(robust.parameters, plain.parameters, clean.parameters, strict=True):
        assert abs(r - c) < abs(p - c) / 4
    assert robust.errors[1] < plain.errors[1] / 4


def test_a_given_grid_is_kept():
    found = fit(cooling, ROWS, start=(20, 60, "0.02"), qp=(16, 32, 4096))
    assert found.success
    for value, qp in zip(found.parameters, (16, 32, 4096), strict=True):
        assert value.scaled(qp) == value * qp
    edge = fit(cooling, ROWS, start=(20, 60, "0.02"), qp=8700)
    assert edge.end == endings.EDGE and "smaller qp" in edge.message and not edge.success


def test_exact_rows():
    found = fit(line, [(x, 3 * x - 7) for x in range(6)], start=(1, 1))
    assert found.end == endings.EXACT and found.success
    assert [v.text(9) for v in found.parameters] == ["3.000000000", "-7.000000000"]
    two = fit(line, [(0, 1), (2, 5)], start=(1, 0))
    assert [v.text(9) for v in two.parameters] == ["2.000000000", "1.000000000"]
    assert two.errors == [None, None] and two.residual is None and str(two).count("+- ?") == 2


def test_what_the_rows_do_not_tell():
    found = fit(lambda x, a, b: a * x + b * x, [(x, x * x) for x in range(5)], start=(1, 2))
    assert found.errors == [None, None] and not found.success
    assert "do not tell all parameters apart" in found.message


def test_a_start_without_a_slope():
    """The second parameter has no effect at the start, and then it has."""
    rows = [(x, 2 * x * x) for x in range(1, 9)]
    found = fit(lambda x, a, b: a * x * x + (a - 1) * b, rows, start=(1, 0))
    assert found.success and found.predict(3).text(3) == "18.000"


def test_points_without_a_value_are_left():
    """sqrt of a number below 0, on the way."""
    from qbfgs.real import sqrt

    rows = [(x, sqrt(Real(x) + 1).text(6)) for x in range(10)]
    found = fit(lambda x, a: sqrt(x + a), rows, start=(40,))
    assert found.success and found.parameters[0].text(3) == "1.000"


def test_stepping_and_saving():
    whole = fit(cooling, ROWS, start=(5, 20, "0.1"))
    stepped = Fit(cooling, ROWS, start=(5, 20, "0.1"))
    assert not stepped.success and "step() goes on" in stepped.message
    count, texts = 0, []
    while stepped.step():
        count += 1
        texts.append(stepped.save())
    assert str(stepped) == str(whole) and len(texts) > 5 and count + 2 >= whole.evaluations
    for text in texts[::2]:
        again = load(text, cooling, ROWS)
        assert again.save() == text
        while again.step():
            pass
        assert again.save() == whole.save()
    alone = load(texts[0], cooling)
    assert alone.predict(3) == load(texts[0], cooling, ROWS).predict(3)
    with pytest.raises(RuntimeError, match="without its rows"):
        alone.step()
    ended = load(whole.save(), cooling)
    assert str(ended) == str(whole) and not ended.step()
    assert load(fit("decay", ROWS).save()).predict(8) == fit("decay", ROWS).predict(8)


@pytest.mark.parametrize(
    ("text", "settings", "said"),
    [
        ("{}", {}, "no saved fit"),
        ("nonsense", {}, "no saved fit"),
        (None, {"formula": None}, "of a formula of your own"),
        (None, {"formula": cooling, "rows": ROWS[1:]}, "had 12 rows, and now 11"),
    ],
)
def test_what_cannot_be_loaded(text, settings, said):
    if text is None:
        text = Fit(cooling, ROWS, start=(5, 20, "0.1")).save()
    with pytest.raises(ValueError, match=said):
        load(text, **settings)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"start": None}, "give start="),
        ({"start": (1, 2)}, "missing"),
        ({"rows": []}, "no rows"),
        ({"rows": ROWS[:2]}, "2 rows cannot tell 3 parameters"),
        ({"rows": [(1,)] * 4}, "must be the inputs and then the reading"),
        ({"rows": [*ROWS, (1, 2, 3)]}, "row 12"),
        ({"names": ("a", "b")}, "2 names for 3 parameters"),
        ({"fixed": ("x",)}, "no parameter 'x'"),
        ({"fixed": (0, 1, 2)}, "all parameters are fixed"),
        ({"lower": (1, 2)}, "2 bounds for 3"),
        ({"lower": (30, None, None)}, "start of p0, 20, is outside"),
        ({"lower": (9, 0, 0), "upper": (9, 99, 1)}, "lower must be below upper"),
        ({"loss": "hubert"}, "'huber' or 'cauchy'"),
        ({"sigma": 1, "weights": 1}, "not both"),
        ({"sigma": [1, 2]}, "2 sigma for 12 rows"),
        ({"sigma": 0}, "above 0"),
        ({"weights": -1}, "0 or more"),
        ({"model": "decoy"}, "no formula 'decoy': use one of beta-equation, decay"),
        ({"sigmas": 1}, "no setting 'sigmas'"),
        ({"start": (1, 2, "x")}, "not a decimal number"),
    ],
)
def test_wrong_settings(settings, said):
    given = {"model": cooling, "rows": ROWS, "start": (20, 60, "0.02")} | settings
    with pytest.raises((ValueError, TypeError), match=said):
        fit(**given)


def test_a_formula_without_a_value_at_the_start():
    with pytest.raises(ValueError, match="no value for row 0, .*ZeroDivisionError.* another start"):
        fit(lambda x, a: x / a, [(1, 2), (3, 4)], start=(0,))
