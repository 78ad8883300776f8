"""References work on the values as they are in the file, and grids follow their errors."""

import math

import numpy as np
import pytest

from qbfgs_desktop.fits import datasets, fitting, grids, learned
from qbfgs_desktop.fits.csv_files import DataError
from qbfgs_desktop.fits.references import Reference

T = np.arange(0, 61, 5)
DECAY = 20 + 55 * np.exp(-T / 18)
NOISE = np.random.default_rng(3).normal(0, 0.3, len(T))


def table(names, *columns):
    rows = zip(*columns, strict=True)
    return "\n".join([names, *(",".join(f"{v:.15g}" for v in row) for row in rows)]) + "\n"


def task_of(folder, text, recipe, target="y"):
    path = folder / "data.csv"
    path.write_text(text)
    classes = recipe.split("+")[0] in ("logistic", "softmax")
    return fitting.task(recipe, datasets.load(path, None, target, classes))


def reference_of(task):
    return Reference(task, learned.scalings(task, task.maker(1)))


def tried(task, tolerance=0.01):
    reference = reference_of(task)
    return grids.auto(
        task, reference, tolerance, lambda qp: grids.on_grid(task, reference, qp, _no)
    )


def _no(optimizer):
    pass


@pytest.mark.parametrize("first", [0, 3, 100, 1000, -30, -1000, 1764430000])
def test_20_a_decay_is_the_same_wherever_its_clock_begins(first, tmp_path):
    task = task_of(tmp_path, table("t,y", T + first, DECAY.round(3)), "exp")
    best = grids.best(tried(task))
    values = {p.name: float(p.value) for p in learned.parameters(best.described)}
    begins = values.get("t0", 0)
    assert begins in (first, 0) and abs(first - begins) <= 60 // 8
    assert values["k"] == pytest.approx(1 / 18, rel=2e-3)
    assert values["a"] == pytest.approx(55 * math.exp((first - begins) / 18), rel=2e-3)
    assert values["c"] == pytest.approx(20, abs=0.01)
    assert best.comparison.excess <= 0.01
    assert best.comparison.reference_training < 1e-3


def test_20_growth_is_found_by_the_reference_and_told(tmp_path):
    task = task_of(tmp_path, table("t,y", T, 2 + np.exp(T / 15)), "exp")
    *_, last = tried(task)
    assert last.comparison.reference_training < 1e-6 and last.comparison.excess > 1
    assert last.comparison.limit.startswith("the values change ever faster (the reference's k is")
    bent = task_of(tmp_path, table("t,y", T, T / (80 - T)), "saturation")
    assert "saturation takes k of 0 and more" in tried(bent)[-1].comparison.limit


def test_20_what_saturation_cannot_represent_is_refused(tmp_path):
    with pytest.raises(DataError, match="column 't' has values below 0, such as -3: the model"):
        task_of(tmp_path, table("t,y", T - 3, DECAY), "saturation")
    with pytest.raises(DataError, match="the values of 't' vary too little for the model sat"):
        task_of(tmp_path, table("t,y", T + 1764430000, DECAY), "saturation")


def test_20_tiny_units_are_not_rounded_before_the_reference_sees_them(tmp_path):
    capacity = np.array([1.23e-11, 1.48e-11, 1.83e-11, 2.24e-11])
    level = np.array([2.0, 3.1, 4.4, 5.9])
    task = task_of(tmp_path, table("F,y", capacity, level), "linear")
    best = grids.best(tried(task))
    slope, intercept = np.polyfit(capacity, level, 1)
    found = [float(p.value) for p in learned.parameters(best.described)]
    assert found == pytest.approx([slope, intercept], rel=2e-3)
    rms = np.sqrt(np.mean((level - slope * capacity - intercept) ** 2))
    assert best.comparison.reference_training == pytest.approx(rms, rel=1e-6)


def test_20_references_see_what_packing_rounds(tmp_path):
    """Counts of 3e8 and full precision beside them."""
    x = np.array([-300000001.25, 300000004.5, 7.75, 100000000.5, -200000000.25])
    y = 2e-9 * x + np.array([0.1, -0.2, 0.05, 0.1, -0.05])
    task = task_of(tmp_path, table("c,y", x, y), "linear")
    column = task.training.columns[0]
    assert column.decimals == -1 and column.doubles * 10 == pytest.approx(x, rel=1e-15)
    reference = reference_of(task)
    slope, intercept = np.polyfit(x, y, 1)
    rms = np.sqrt(np.mean((y - slope * x - intercept) ** 2))
    assert reference.kind.measure(reference.kind.best, reference.kind.training) == pytest.approx(
        rms, rel=1e-9
    )


EXACT = {
    "two points": ("linear", table("x,y", [-345180, 1160955], [0, 235.2])),
    "a line": ("linear", table("x,y", T, 3 * T - 7)),
    "a parabola": ("poly:2", table("x,y", T, T**2 - 3 * T + 1)),
    "a decay": ("exp", table("x,y", T, DECAY)),
    "six positions": (
        "sphere",
        "x,y,z\n1.02,-0.03,0.05\n-0.98,-0.03,0.05\n0.02,0.97,0.05\n0.02,-1.03,0.05\n"
        "0.02,-0.03,1.05\n0.02,-0.03,-0.95\n",
    ),
}


@pytest.mark.parametrize("case", EXACT)
def test_21_exact_data_are_no_alarm(case, tmp_path):
    recipe, text = EXACT[case]
    task = task_of(tmp_path, text, recipe, None if recipe == "sphere" else "y")
    made = tried(task)
    best = grids.best(made)
    assert best.comparison.exact and best.comparison.excess <= 0.01 and len(made) <= 2


def test_21_the_first_grid_is_fine_enough_and_is_checked_once(tmp_path):
    text = table("t,y", T, (DECAY + NOISE).round(3))
    for recipe in ("exp", "poly:2", "linear"):
        made = tried(task_of(tmp_path, text, recipe))
        assert len(made) == 1 and made[0].comparison.excess < 0.005
        reference = reference_of(task_of(tmp_path, text, recipe))
        assert made[0].qp * min(reference.errors()) >= grids.STEP


class Task:
    name = "exp"


class Found:
    """A reference or a comparison of a made-up fit."""

    limit = ""

    def __init__(self, excess=0.0):
        self.excess = self.loss = excess
        self.kind, self.best = self, np.array([1.0])

    def errors(self):
        return np.array([0.03, 0.5])


class Fit:
    def __init__(self, x):
        self.x = x


def made_up(excesses, left=(), too_fine=()):
    """auto() where the excess of each grid is known: the grids tried, and the best."""

    def run(qp):
        if qp in too_fine:
            raise fitting.RangeError(f"Qp {qp} is too fine")
        x = [2**19 - 1] if qp in left else [5]
        return grids.Tried(qp, Fit(x), {}, Found(excesses[qp]))

    made = grids.auto(Task(), Found(), 0.01, run)
    return [t.qp for t in made], grids.best(made).qp


def test_21_auto_returns_the_best_grid_not_the_last():
    assert made_up({512: 0.02, 1024: 0.5}) == ([512, 1024], 512)
    assert made_up({512: 0.9, 8192: 0.03, 16384: 40.0}) == ([512, 8192, 16384], 8192)
    assert made_up({512: 9.0, 16384: 0.5, 65536: 0.02}) == ([512, 16384, 65536], 65536)


def test_21_a_grid_that_overflows_loses_no_good_one():
    assert made_up({512: 0.03, 128: 1.0}, too_fine=(1024,)) == ([512, 1024], 512)
    assert made_up({512: 9.0, 32: 0.009}, left=(512,)) == ([512, 32], 32)
    assert made_up({32: 0.5, 256: 0.002}, too_fine=(512,)) == ([512, 32, 256], 256)
    with pytest.raises(ValueError, match="Qp 1 is too fine"):
        made_up({}, too_fine=(512, 32, 2, 1))


def test_21_a_real_overflow(tmp_path):
    """Columns nearly alike: in the finest grid their weights leave the range."""
    rng = np.random.default_rng(1)
    a = rng.integers(-1000, 1000, 40)
    b = a + rng.integers(-1, 2, 40)
    v = (a - b) * 3.0
    made = tried(task_of(tmp_path, table("a,b,y", a, b, v), "linear"))
    best = grids.best(made)
    assert any(t.fit is None for t in made) and best.fit is not None
    assert best.comparison.training < 0.2


@pytest.mark.parametrize("name", ["iris", "wine"])
def test_21_classes_take_one_fit_and_cost_no_test_row(name):
    from qbfgs_desktop.studies.learning_figures import FRACTION, SEED, SETS, bundled

    task = fitting.task(SETS[name], bundled(name), FRACTION, SEED, drop_constant=True)
    (only,) = tried(task)
    assert only.comparison.test >= only.comparison.reference_test
    assert only.comparison.excess < 0.002 and only.fit.epochs <= 100


NAMES = {
    "linear": ("a,b,c,y", [T, T**2, T + 2 * T**2, DECAY], "'c' follows from others"),
    "poly:3": (
        "t,y",
        [[1, 1, 2, 3, 3], [1, 2, 3, 4, 5]],
        "degree 3 needs 4 different values of",
    ),
    "poly:2": (
        "t,y",
        [[1, 1, 1.5], [1, 2, 3]],
        "degree 2 needs 3 different values of 't', but",
    ),
    "exp": ("t,y", [[1, 1, 2, 2], [1, 2, 3, 4]], "the model exp needs 3 different values of 't'"),
}


@pytest.mark.parametrize("recipe", NAMES)
def test_18_too_few_and_dependent_columns_are_named(recipe, tmp_path):
    names, columns, message = NAMES[recipe]
    with pytest.raises(DataError, match=message):
        fitting.run(task_of(tmp_path, table(names, *columns), recipe), 16)


def test_18_a_sensor_that_was_not_turned(tmp_path):
    with pytest.raises(DataError, match="do not determine a tilted: turn the sensor"):
        fitting.run(task_of(tmp_path, table("x,y,z", T, 2 * T, 3 * T + 1), "tilted", None), 16)
