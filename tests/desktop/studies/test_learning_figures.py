"""What `qbfgs lab learn` measures: classes, and exact optima of least squares."""

import itertools
import random

import pytest

from qbfgs_desktop.oracle import closest
from qbfgs_desktop.studies import learning_figures
from qbfgs_tools.cli import main


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("seed", range(8))
def test_the_sphere_search_finds_what_exhaustion_finds(n, seed):
    rng = random.Random(seed)
    rows = [[rng.randint(-9, 9) for _ in range(n)] for _ in range(n + 2)]
    A = [[sum(r[i] * r[j] for r in rows) + (i == j) for j in range(n)] for i in range(n)]
    centre = [rng.randint(-30, 30) for _ in range(n)]  # tenths
    b = [sum(a * c for a, c in zip(row, centre, strict=True)) for row in A]
    A = [[10 * a for a in row] for row in A]
    reach = range(-12, 13)
    least = min(closest.value(A, b, X) for X in itertools.product(reach, repeat=n))
    found = closest.optimum(A, b)
    assert closest.value(A, b, found) <= least
    assert [round(10 * v) for v in closest.minimizer(A, b)] == centre


def test_the_sphere_search_wants_a_minimum():
    with pytest.raises(ValueError, match="columns depend on each other"):
        closest.optimum([[4, 2], [2, 1]], [0, 0])


def test_least_squares_end_at_the_lattice_optimum():
    """200 sets, half of them ill-conditioned: at least 95 %, none worse than rounding."""
    made = [learning_figures.squares(*case) for case in learning_figures.random_sets(200)]
    assert sum(s.optimum for s in made) >= 190
    assert all(s.rounding for s in made)
    assert {s.n for s in made} == {3, 5, 10}
    assert sum(s.condition > 1 for s in made) == 100
    assert sum(s.rounded for s in made) < 100  # rounding alone would not do


@pytest.mark.parametrize(
    "name, qp", [("iris", 64), ("iris", 1024), ("wine", 1024), ("breast_cancer", 1024)]
)
def test_classes_are_told_as_well_as_in_floats_with_as_few_passes(name, qp):
    found = learning_figures.classes(name, qp)
    assert found.right >= found.reference_right - 1
    assert found.fit_passes <= 2 * found.scipy_passes
    assert found.newton_passes <= 7 or qp < 1024  # the one that scales included
    assert found.fit_all <= 2 * found.scipy_passes
    assert found.excess < 0.01 and found.good


def test_the_command_prints_what_was_measured(capsys):
    assert main(["lab", "learn", "--section", "squares", "--sets", "6"]) == 0
    text = capsys.readouterr().out
    assert "Linear least squares, 6 random sets" in text
    assert text.count("\n  3 ") == 2 and text.count("\n 10 ") == 2 and "\nall " in text
