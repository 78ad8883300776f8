"""The measurement of throughput: that it counts what it says. No time is asserted."""

import pytest

from qbfgs_desktop.studies.throughput import measure, random_starts

pytest.importorskip("scipy")


def test_measure():
    found = measure(qp=64, sizes=(5, 30), core_runs=20, scipy_runs=4, seed=3)
    assert [(b.who, b.runs, b.solved) for b in found.batches] == [
        ("batch of 5", 5, 5),
        ("batch of 30", 30, 30),
    ]
    assert found.core.runs == found.core.solved == found.equal == 20
    assert found.scipy.runs == 4 and 5 < found.scipy.epochs < 200
    assert 10**4 < found.peak < 10**8
    assert min(cost.microseconds for cost in (*found.batches, found.core, found.scipy)) > 0


def test_starts_are_seeded_and_inside():
    starts = random_starts(16, 1000, 7)
    assert (starts == random_starts(16, 1000, 7)).all()
    assert abs(starts).max(axis=0).tolist() == [64, 80]
