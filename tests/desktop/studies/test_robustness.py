"""Random and jittered starts: seeded, inside their bounds, failures counted."""

import random
from fractions import Fraction

from qbfgs_desktop.studies import robustness
from qbfgs_desktop.studies.robustness import Spread


def test_the_seed_decides_and_processes_do_not():
    one = list(robustness.random_starts(4, seed=5, qps=(16, 128), workers=1))
    assert one == list(robustness.random_starts(4, seed=5, qps=(16, 128), workers=2))
    assert one != list(robustness.random_starts(4, seed=6, qps=(16, 128), workers=1))
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
    one = robustness.jittered_totals(1, workers=1)
    assert one.least == one.median == one.most and one.failures == 0
    three = robustness.jittered_totals(3, workers=1)
    assert 300 < three.least <= three.median <= three.most < 450
    assert one.median in (three.least, three.median, three.most)  # the first copy is the same


def test_failures_are_counted_and_left_out_of_the_mean(monkeypatch):
    assert robustness.spread(8, [(10, True), (999, False), (20, True)]) == Spread(
        8, 3, 1, 15, 20, 20
    )
    assert robustness.spread(8, [(999, False)]) == Spread(8, 1, 1, None, None, None)
    hundred = [(epochs, True) for epochs in range(1, 101)]
    assert robustness.spread(8, hundred) == Spread(8, 100, 0, 50.5, 95, 100)
    monkeypatch.setattr(robustness, "epochs_to_zero", lambda case: (7, case[0] != 16))
    assert robustness.jittered_totals(5, workers=1) == (5, 70, 98, 98, 98, 10)


def test_a_run_that_misses_zero_is_a_failure(monkeypatch):
    assert robustness.epochs_to_zero((16, [16, 16], "compensated")) == (0, True)
    case = robustness.Rosenbrock(16), [-48, -64]
    stuck = robustness.minimize(*case, mode="compensated", max_epochs=3, target=0)
    monkeypatch.setattr(robustness, "minimize", lambda *_, **__: stuck)
    assert robustness.epochs_to_zero((16, [-48, -64], "compensated")) == (3, False)
