"""NIST's regressions as objectives, and their runs."""

from decimal import Decimal

import numpy as np
import pytest

from qbfgs_desktop.studies.nist import regressions, regressions_scipy, strd
from qbfgs_desktop.studies.nist.regressions import EDGE, FIRST, Squares

NAMES = strd.names()


@pytest.mark.parametrize("name", NAMES)
def test_slopes_and_curvatures_are_those_of_the_sum(name):
    """The gradient by differences of the cost, the Hessian by products of residuals' slopes."""
    problem = strd.load(name)
    qp = regressions.start_grid(problem.starts[1])
    fine = [q << 30 for q in qp]
    X = [int(v * q) for v, q in zip(problem.starts[1], fine, strict=True)]
    objective = Squares(problem, fine)
    gradient = objective.gradient(X)
    for j in range(len(X)):
        step = abs(X[j]) // 10**7
        ends = [objective.cost([x + s * step * (i == j) for i, x in enumerate(X)]) for s in (1, -1)]
        assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(gradient[j], rel=1e-4)
    J = regressions_scipy._Doubles(problem, 1).slopes([float(v) for v in problem.starts[1]])
    hessian = np.zeros((len(X),) * 2)
    hessian[np.tril_indices(len(X))] = [
        float(Decimal(h) * 2**60 / objective.cost_scale) for h in objective.hessian(X)
    ]
    scaled = 2 * (J / qp).T @ (J / qp)
    assert np.allclose(hessian, np.tril(scaled), rtol=1e-6, atol=1e-9 * scaled.max())


def test_grids_come_from_the_start_alone():
    for name in NAMES:
        problem = strd.load(name)
        for start in problem.starts:
            qp = regressions.start_grid(start)
            steps = [abs(v * q) for v, q in zip(start, qp, strict=True)]
            assert all(FIRST / 2 < s <= FIRST or q == 1 for s, q in zip(steps, qp, strict=True))
            assert max(steps) < EDGE


def test_a_pole_costs_more_than_anything():
    objective = Squares(strd.load("Chwirut2"), [1, 1, 1])
    assert objective.cost([0, 0, 0]) == 1 << 4000
    assert Squares(strd.load("Bennett5"), [1, 1, 1]).cost([1, -400, 1]) == 1 << 4000  # a log
    assert Squares(strd.load("MGH17"), [1] * 5).cost([1, 1, 1, -9000, 1]) == 1 << 4000  # too large


@pytest.mark.parametrize("name, start, excess", [("Misra1b", 1, 4.5e-7), ("Lanczos3", 0, 0.0019)])
def test_the_best_point_of_a_grid(name, start, excess):
    problem = strd.load(name)
    qp = regressions.start_grid(problem.starts[start])
    cost = Decimal(regressions.best(problem, qp)) / Squares.cost_scale
    assert float(cost / problem.squares) - 1 == pytest.approx(excess, rel=0.05)


def test_a_run_that_reaches_the_edge_goes_on_with_a_coarser_grid():
    """Misra1a's first parameter, from 500 at Qp 256, passes 2^19 steps on its way to 239."""
    found = regressions.run(strd.load("Misra1a"), 0, "compensated")[0]
    assert found.coarser == 1 and found.finer == 0 and found.certified and found.solved
    assert found.near <= found.settled <= found.epochs
    assert found.excess < 1e-5 and found.digits > 4


def test_a_finer_grid_is_that_of_where_a_run_ended():
    X = [0, 1, -3, FIRST - 1, 1 - FIRST, FIRST, -FIRST - 1, EDGE]
    finer = regressions.finer_grid([8] * len(X), X)
    assert finer == [8, FIRST * 8, FIRST * 4, 16, 16, 8, 8, 8]
    moved = [abs(x) * q // 8 for x, q in zip(X, finer, strict=True)]
    assert all(FIRST <= m < 2 * FIRST for m in moved[1:-1])


def test_grids_that_follow_both_ways_go_on_from_where_the_others_ended():
    """Nelson from start 1: two parameters end on a few thousand steps, where the grid is coarse."""
    coarse, finer = regressions.run(strd.load("Nelson"), 0, "newton")
    assert coarse.finer == 0 and not coarse.certified and not coarse.solved
    assert finer.finer == 2 and finer.certified and finer.epochs > coarse.epochs
    assert finer.grid < coarse.grid and finer.excess < 1e-8 < 1e-4 < coarse.excess


def test_finer_grids_that_bring_nothing_are_the_last():
    coarse, finer = regressions.run(strd.load("DanWood"), 1, "newton")
    assert finer.finer > 0 and finer.excess == coarse.excess
    assert finer.epochs == coarse.epochs + 1  # the evaluation that they took


@pytest.mark.parametrize("name, limit", [("Bennett5", 50), ("Lanczos3", 25)])
def test_newton_follows_valleys_of_condition_1e9(name, limit, monkeypatch):
    monkeypatch.setattr(regressions, "MAX_EPOCHS", limit)
    assert regressions.run(strd.load(name), 1, "newton")[0].certified


def test_a_run_ends_at_the_limit(monkeypatch):
    monkeypatch.setattr(regressions, "MAX_EPOCHS", 30)
    ends = regressions.run(strd.load("BoxBOD"), 0, "newton")
    assert ends[0] == ends[1] and ends[0].epochs == 30 and ends[0].ended == "epoch limit"


def test_agreeing_digits():
    assert regressions.agreeing(Decimal(2), Decimal(2)) == 11
    assert regressions.agreeing(Decimal("1.001"), Decimal(1)) == pytest.approx(3)
    assert regressions.agreeing(Decimal(-1), Decimal("1e-3")) < -2


def test_scipy_in_doubles():
    problem = strd.load("Misra1b")
    lm, bfgs = regressions_scipy.minpack(problem, 1), regressions_scipy.bfgs(problem, 1)
    assert 2 <= lm.near < lm.evaluations < 20 and abs(lm.excess) < 1e-9
    assert lm.near < bfgs.near < bfgs.evaluations < 100
