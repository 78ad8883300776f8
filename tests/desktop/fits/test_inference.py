"""Modules: what they say is what the fit prints, in words, and inputs are not cut."""

import importlib.util
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from qbfgs_desktop.fits import datasets, fitting, inference, learned
from qbfgs_desktop.fits.references import Reference

RNG = np.random.default_rng(7)
T = np.arange(0, 40, 1.0)
NOISE = RNG.normal(0, 0.02, 40)
MODELS = {
    "linear": 3 - 0.2 * T + NOISE,
    "poly:3": 3 - 0.2 * T + 0.01 * T**2 - 0.0002 * T**3 + NOISE,
    "exp": 3 + 10 * np.exp(-0.15 * T) + NOISE,
    "saturation": 3 + 10 * T / (T + 8) + NOISE,
}
UNITS = {"ones": 1, "tiny": 1e-9, "huge": 1e9}


def described_of(folder, text, target, recipe, qp=4096, **settings):
    path = folder / "data.csv"
    path.write_text(text)
    data = datasets.load(path, None, target, **settings)
    task = fitting.task(recipe, data)
    return learned.describe(task, fitting.run(task, qp)), task


def csv(t, v):
    return "t,v\n" + "".join(f"{a:.12g},{b:.12g}\n" for a, b in zip(t, v, strict=True))


def exact(described, t):
    """What the printed parameters say at t, in doubles."""
    p = {name: float(value) for name, value, _ in learned.parameters(described)}
    recipe = described["recipe"]
    if recipe == "exp":
        return p["c"] + p["a"] * np.exp(-p["k"] * (t - p.get("t0", 0)))
    if recipe == "saturation":
        return p["c"] + p["a"] * p["k"] * t / (1 + p["k"] * t)
    return p["intercept"] + sum(
        value * t ** int(name[2:] or 1) for name, value in p.items() if name[0] == "t"
    )


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("recipe", MODELS)
def test_19_what_is_written_is_what_is_printed_inside_and_far_outside(recipe, unit, tmp_path):
    """To some 7 digits of what was learnt; inputs 100 times as large are not cut."""
    size = UNITS[unit]
    described, _ = described_of(tmp_path, csv(T * size, MODELS[recipe] * size), "v", recipe)
    predict = inference.Predictor(described)
    decimals = inference.answer_decimals(described)
    places = [0, 0.5, 7, 39, 60, 100, 400, 4000]
    places += [-1, -3] if recipe == "exp" else [] if recipe == "saturation" else [-7, -400]
    for t in places:
        value = Decimal(repr(t)) * Decimal(f"{size:g}")
        said = predict([value]) / 10.0**decimals
        wanted = exact(described, t * size)
        assert abs(said - wanted) <= 3 * 10.0**-decimals + 3e-7 * abs(wanted), t


def test_19_a_time_long_before_the_first_and_a_pole_are_refused(tmp_path):
    described, _ = described_of(tmp_path, csv(T, MODELS["exp"]), "v", "exp")
    with pytest.raises(ValueError, match="-4000 is too long before the times that were learnt"):
        inference.program(described)([-4000])
    described, _ = described_of(tmp_path, csv(T, MODELS["saturation"]), "v", "saturation")
    with pytest.raises(ValueError, match="-9 is beyond the pole"):
        inference.program(described)([-9])


def test_19_the_targets_decimals_do_not_round_predictions(tmp_path):
    """The calibration of docs/learning.md with targets in whole degrees."""
    rows = [(3010, 0.0), (3261, 5.0), (3514, 10.0), (3759, 15.0), (4012, 20.0), (4260, 25.0)]
    text = "n,degC\n" + "".join(f"{n},{v}\n" for n, v in rows)
    described, _ = described_of(tmp_path, text, "degC", "linear")
    assert inference.answer_decimals(described) == 5
    slope, intercept = [float(p.value) for p in learned.parameters(described)]
    assert round(intercept + 3600 * slope, 2) == 11.78
    assert inference.program(described)([3600]) == round((intercept + 3600 * slope) * 1e5)


def test_19_inputs_with_more_decimals_than_those_learnt_from_are_not_rounded(tmp_path):
    described, _ = described_of(tmp_path, csv(T, MODELS["linear"]), "v", "linear")
    predict = inference.Predictor(described)
    program = inference.program(described)
    assert predict([Decimal(7)]) == program([7])
    assert program([7]) > predict([Decimal("7.5")]) > program([8])
    assert abs(2 * predict([Decimal("7.5")]) - program([7]) - program([8])) <= 2


@pytest.mark.parametrize("recipe", ["logistic+1024", "mlp:2+64"])
def test_19_classes_far_outside_are_those_of_the_printed_line(recipe, tmp_path):
    """Each input outside by another factor: cutting one by one would turn the line."""
    a, b = RNG.normal(0, 5, 60).round(2), RNG.normal(0, 4, 60).round(2)
    rows = "".join(f"{x},{y},{int(x > y)}\n" for x, y in zip(a, b, strict=True))
    described, _ = described_of(tmp_path, "a,b,c\n" + rows, "c", recipe, classes=True)
    program = inference.program(described)
    far = [[90000, 70000], [70000, 99000], [-90000, -99999], [100, 3000], [-60000, 5]]
    assert [program(row) for row in far] == [1, 0, 1, 0, 0]


def test_19_the_printed_accuracy_is_that_of_what_is_written(tmp_path):
    described, task = described_of(tmp_path, csv(T, MODELS["exp"]), "v", "exp")
    found = Reference(task, described).compare(described)
    program, decimals = inference.program(described), inference.answer_decimals(described)
    said = np.array([program([int(t)]) for t in T]) / 10.0**decimals
    given = np.array([float(f"{v:.12g}") for v in MODELS["exp"]])
    assert found.training == pytest.approx(np.sqrt(np.mean((said - given) ** 2)), rel=1e-9)


def test_19_an_ellipsoids_readings_are_finer_than_its_columns(tmp_path):
    v = RNG.normal(size=(80, 3))
    v /= np.linalg.norm(v, axis=1)[:, None]
    points = (v * (45, 52, 40) + (11, -7, 3)).round().astype(int)
    text = "x,y,z\n" + "".join(f"{x},{y},{z}\n" for x, y, z in points)
    described, _ = described_of(tmp_path, text, None, "ellipsoid")
    centre = [float(p.value) for p in learned.parameters(described)[:3]]
    matrix = np.array(learned.to_sphere(described))
    unit = 10.0 ** inference.answer_decimals(described)
    for point in points[:20].tolist():
        said = np.array(inference.program(described)(point)) / unit
        assert np.abs(said - matrix @ (np.array(point) - centre)).max() < 3 / unit


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_24_a_corrected_reading_is_written_into_a_list(tmp_path):
    v = RNG.normal(size=(80, 3))
    points = (400 * v / np.linalg.norm(v, axis=1)[:, None] + (120, -60, 33)).round().astype(int)
    text = "x,y,z\n" + "".join(f"{x},{y},{z}\n" for x, y, z in points)
    described, _ = described_of(tmp_path, text, None, "sphere")
    path = Path(tmp_path, "module.py")
    path.write_text(inference.module(described), encoding="utf-8")
    module, out = loaded(path), [0, 0, 0]
    for point in points[:5].tolist():
        module.correct(point, out)
        assert out == module.predict(point)
        length = np.linalg.norm(out) / 10.0**module.ANSWER_DECIMALS
        assert abs(length - 400) < 2


def test_24_sums_that_words_cannot_hold_are_named(tmp_path):
    """Columns nearly alike: weights of a million times the target."""
    a = RNG.integers(-1000, 1000, 40)
    b = a + RNG.integers(-1, 2, 40)
    v = (a - b) * 3.0 + RNG.normal(0, 0.1, 40).round(3)
    text = "a,b,v\n" + "".join(f"{x},{y},{z:.3f}\n" for x, y, z in zip(a, b, v, strict=True))
    described, _ = described_of(tmp_path, text, "v", "linear", 64)
    assert inference.SOME_HEAP in inference.module(described)
    slopes = [Fraction(p.value) for p in learned.parameters(described)]
    unit = 10 ** inference.answer_decimals(described)
    said = inference.program(described)([700, 699])
    assert abs(said - unit * (700 * slopes[0] + 699 * slopes[1] + slopes[2])) < 10
    described, _ = described_of(tmp_path, csv(T, MODELS["linear"]), "v", "linear")
    assert inference.NO_HEAP in inference.module(described)


def test_the_model_says_where_its_clock_begins(tmp_path):
    """And where its columns are counted from: both are in its zero."""
    times = 1764430000 + 10 * T
    described, _ = described_of(tmp_path, csv(times, MODELS["exp"]), "v", "exp")
    assert described["inputs"][0]["origin"] == "1764430000"
    assert learned.clock(described) == 1764430000
    near = exact(described, 1764430070)
    assert abs(near - MODELS["exp"][7]) < 0.1
    predict = inference.Predictor(described)
    said = predict([Decimal(1764430070)]) / 10.0 ** inference.answer_decimals(described)
    assert abs(said - near) < 1e-5
    assert "counted from 1764430000" in inference.module(described)
