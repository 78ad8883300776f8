"""Lattice optima against brute force, and the comparison table."""

from fractions import Fraction
from itertools import product

import pytest

from qbfgs.problems import Beale, BroydenTridiagonal, FreudensteinRoth, Rosenbrock
from qbfgs_desktop.oracle import lattice
from qbfgs_desktop.oracle.exact import ExactOptimizer
from qbfgs_desktop.studies import comparison


@pytest.mark.parametrize("problem", [Beale(5), Beale(33), FreudensteinRoth(16)])
def test_the_optimum_against_brute_force(problem):
    minimizer = lattice.real_minimizers(problem)[-1]
    cost, points = lattice.lattice_optimum(problem, minimizer)
    centre = [round(v) for v in minimizer]
    box = [
        [a + b for a, b in zip(centre, d, strict=True)] for d in product(range(-40, 41), repeat=2)
    ]
    assert cost == min(problem.cost(X) for X in box)
    assert sorted(points) == [X for X in sorted(box) if problem.cost(X) == cost]


class Shifted:
    """A thin quadratic valley whose minimizer lies between the grid points."""

    n, qp, cost_scale = 2, 1, 1

    def cost(self, X):
        a, b = 10 * X[0] - 3, 10 * X[1] - 7
        return (13 * a - 8 * b) ** 2 + (a + b) ** 2

    def gradient(self, X):
        a, b = 10 * X[0] - 3, 10 * X[1] - 7
        u, v = 13 * a - 8 * b, a + b
        return [20 * (13 * u + v), 20 * (-8 * u + v)]


def test_rounding_the_minimizer_is_not_enough():
    problem, minimizer = Shifted(), [Fraction(3, 10), Fraction(7, 10)]
    cost, points = lattice.lattice_optimum(problem, minimizer)
    box = list(product(range(-30, 31), repeat=2))
    assert cost == min(problem.cost(X) for X in box) < problem.cost([0, 1])
    assert [list(X) for X in box if problem.cost(X) == cost] == sorted(points)


def test_ties_are_all_reported():
    problem = Shifted()
    problem.cost = lambda X: (2 * X[0] - 1) ** 2 + X[1] ** 2
    problem.gradient = lambda X: [4 * (2 * X[0] - 1), 2 * X[1]]
    assert sorted(lattice.lattice_optimum(problem, [Fraction(1, 2), 0])[1]) == [[0, 0], [1, 0]]


def test_minimizers_on_the_grid_are_their_own_answer():
    assert lattice.real_minimizers(Rosenbrock(16)) == [[16, 16]]
    assert lattice.lattice_optimum(Rosenbrock(16), [Fraction(16)] * 2) == (0, [[16, 16]])


def test_a_minimizer_that_no_one_named():
    problem = BroydenTridiagonal(64)
    (minimizer,) = lattice.real_minimizers(problem)
    assert all(abs(g) < 1e-6 for g in problem.gradient(minimizer))
    assert 0 <= problem.cost(minimizer) < 1e-6


def test_the_hessian():
    H = lattice.hessian(Rosenbrock(16), [16, 16]).rows()
    assert [[round(v / 16**2) for v in row] for row in H] == [[802, -400], [-400, 200]]


def test_distance():
    assert lattice.distance(Rosenbrock(16), [16, 16]) == (0, True)
    assert lattice.distance(Rosenbrock(16), [13, 16]) == (3, False)
    assert lattice.distance(FreudensteinRoth(16), [80, 64]) == (0, True)
    assert lattice.distance(FreudensteinRoth(16), [187, -15]) == (1, False)
    assert lattice.distance(FreudensteinRoth(16), [187, -14]) == (0, True)


def exact(problem, x0, mode):
    """The oracle's quantized BFGS."""
    assert mode == "compensated"
    return ExactOptimizer(problem, x0)


def test_rows_of_the_comparison():
    assert len(comparison.CASES) * len(comparison.QPS) == 52
    cases = [case for case in comparison.CASES if case[0] in ("beale", "freudenstein-roth-far")]
    rows = list(comparison.compare(exact, (16, 64), cases, ("compensated",)))
    assert [(row.label, row.qp) for row in rows] == [(c[0], q) for c in cases for q in (16, 64)]
    for row in rows:
        (run,) = row.runs
        assert run.optimal and run.distance == 0 and run.status == "LATTICE_MINIMUM"
        assert 0 < run.best_epoch < run.epochs and 5 < row.lm < 40 and 5 < row.bfgs < 40
    assert rows[0].runs[0].cost == 0 and rows[2].runs[0].cost == pytest.approx(49.0, abs=0.1)
    without = next(comparison.compare(exact, (16,), cases[:1], ("compensated",), scipy=False))
    assert without.lm is without.bfgs is None


def test_most_cases_end_at_the_lattice_optimum():
    """Sizes up to 6 of the oracle's table; the large ones take it minutes."""
    small = [case for case in comparison.CASES if not case[0].endswith(("-8", "-10", "-16"))]
    rows = list(comparison.compare(exact, (64, 1024), small, ("compensated",), scipy=False))
    assert sum(row.runs[0].optimal for row in rows) >= len(rows) - 1
