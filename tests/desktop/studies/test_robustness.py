"""Random and jittered starts: seeded, inside their bounds, failures counted."""

import functools
import random
from fractions import Fraction

import pytest

from qbfgs import minimize
from qbfgs.problems import Rosenbrock
from qbfgs_desktop.studies import robustness
from qbfgs_desktop.studies.robustness import Spread


def test_the_seed_decides():
    one = list(robustness.random_starts(4, seed=5, qps=(16, 128)))
    assert one == list(robustness.random_starts(4, seed=5, qps=(16, 128)))
    assert one != list(robustness.random_starts(4, seed=6, qps=(16, 128)))
    assert [(s.qp, s.runs, s.failures) for s in one] == [(16, 4, 0), (128, 4, 0)]


def test_random_starts_fill_their_box():
    source = random.Random(1)
    points = [robustness.random_start(source, 10) for _ in range(2000)]
    assert {x for x, _ in points} == set(range(-40, 41))
    assert {y for _, y in points} == set(range(-50, 51))


def test_jitter_stays_within_its_bounds():
    source = random.Random(1)
    for _ in range(500):
        moved = robustness.jittered(source, ("-1.232", "1.212"))
        shifts = [Fraction(moved[0]) + Fraction("1.232"), Fraction(moved[1]) - Fraction("1.212")]
        assert all(abs(shift) <= Fraction("0.06") for shift in shifts)


def test_jittered_totals_hold_all_rows():
    one = robustness.jittered_totals(1)
    assert one.least == one.median == one.most and one.failures == 0
    three = robustness.jittered_totals(3)
    assert 300 < three.least <= three.median <= three.most < 450
    assert one.median in (three.least, three.median, three.most)  # the first copy is the same


def test_failures_are_counted_and_left_out_of_the_mean(monkeypatch):
    assert robustness.spread(8, [(10, True), (999, False), (20, True)]) == Spread(
        8, 3, 1, 15, 20, 20
    )
    assert robustness.spread(8, [(999, False)]) == Spread(8, 1, 1, None, None, None)
    hundred = [(epochs, True) for epochs in range(1, 101)]
    assert robustness.spread(8, hundred) == Spread(8, 100, 0, 50.5, 95, 100)

    def all_but_those_on_16(qp, starts, mode):
        return [(7, qp != 16)] * len(starts)

    monkeypatch.setattr(robustness, "epochs_to_zero", all_but_those_on_16)
    assert robustness.jittered_totals(5) == (5, 70, 98, 98, 98, 10)


@pytest.mark.parametrize("mode", ["newton", "compensated"])
def test_runs_are_those_of_the_core(mode):
    starts = [[16, 16], [-48, -64], [7, 60], [-60, 1]]
    runs = [minimize(Rosenbrock(16), x, mode=mode, target=0, certify=True) for x in starts]
    told = robustness.epochs_to_zero(16, starts, mode)
    assert told == [(run.epochs, run.cost == 0) for run in runs]
    assert told[0] == (0, True)


def test_a_run_that_misses_zero_is_a_failure(monkeypatch):
    monkeypatch.setattr(robustness, "solve", functools.partial(robustness.solve, max_epochs=3))
    assert robustness.epochs_to_zero(16, [[-48, -64]], "compensated") == [(3, False)]
