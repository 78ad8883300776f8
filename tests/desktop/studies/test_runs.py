"""A recorded run is the run itself, with nothing lost."""

from fractions import Fraction

import pytest

from qbfgs import Optimizer, minimize
from qbfgs.problems import Rosenbrock, Wood
from qbfgs_desktop.studies.runs import record

MODES = ("compensated", "paper", "steepest", "fixed-rate")
START = [-20, 19]


@pytest.fixture(params=MODES)
def run(request):
    return record(Optimizer(Rosenbrock(16), START, mode=request.param, max_epochs=150))


def test_recording_changes_nothing(run):
    plain = minimize(Rosenbrock(16), START, mode=run.optimizer.mode, max_epochs=150)
    for name in ("x", "cost", "epochs", "updates", "idles", "compensations", "status", "checksum"):
        assert getattr(run.optimizer, name) == getattr(plain, name), name


def test_every_epoch_is_there_once(run):
    o = run.optimizer
    assert [e.number for e in run.epochs] == list(range(1, o.epochs + 1))
    assert sum(e.go for e in run.epochs) == o.updates
    assert sum(e.compensating for e in run.epochs) == o.compensations
    assert run.seconds == pytest.approx(sum(e.seconds for e in run.epochs)) and run.seconds > 0


def test_trials_and_costs_belong_together(run):
    assert run.start == tuple(START) and run.start_cost == run.problem.cost(START)
    for epoch in run.epochs:
        assert epoch.cost == run.problem.cost(epoch.trial)
    assert run.accepted() == [run.start] + [e.trial for e in run.epochs if e.go]


def test_epsilon_is_the_decrease_of_the_accepted_cost(run):
    cost = run.start_cost
    for epoch in run.epochs:
        if epoch.go:
            assert epoch.epsilon == Fraction(cost - epoch.cost, 16**4)
            cost = epoch.cost
        else:
            assert epoch.epsilon is None
    assert run.epsilon == [e.epsilon for e in run.epochs if e.go][-1]


def test_best_costs(run):
    best = run.best_costs()
    assert len(best) == run.optimizer.epochs + 1
    assert best[0] == run.start_cost and best[-1] == run.optimizer.cost
    assert all(a >= b for a, b in zip(best, best[1:], strict=False))


def test_a_run_of_no_epochs():
    run = record(Optimizer(Wood(16), [-48, -16, -48, -16], max_epochs=0))
    assert run.epochs == [] and run.seconds == 0 and run.epsilon is None
    assert run.accepted() == [(-48, -16, -48, -16)] and run.best_costs() == [run.start_cost]
