"""The paper's rule and the two simpler ones."""

import pytest

from qbfgs.problems import Rosenbrock
from qbfgs.quantizer import quantize
from qbfgs_desktop.oracle.paper import (
    FixedRateOptimizer,
    PaperOptimizer,
    SteepestOptimizer,
    direction,
    learning_rate,
)

QPS = (16, 32, 64, 128, 256, 512, 1024)
# Start, the paper's "Best Epoch" where it reaches zero, our updates and epochs.
ROWS = (
    (("-1.232", "1.212"), {128: 46, 256: 43, 512: 42, 1024: 41},
     [11, 26, 32, 39, 40, 45, 42], [48, 140, 125, 103, 89, 97, 106]),
    (("-3", "-4"), {256: 72, 512: 68, 1024: 66},
     [10, 10, 10, 10, 65, 71, 69], [34, 41, 47, 54, 177, 130, 129]),
)  # fmt: skip


def run(cls, qp, texts, **settings):
    return cls(Rosenbrock(qp), [quantize(text, qp) for text in texts], **settings).run()


@pytest.mark.parametrize("texts, printed, updates, epochs", ROWS)
def test_the_reading_has_the_papers_outcomes(texts, printed, updates, epochs):
    runs = {qp: run(PaperOptimizer, qp, texts) for qp in QPS}
    assert {qp for qp in QPS if runs[qp].cost == 0} == set(printed)
    assert all(abs(runs[qp].updates - best) <= 7 for qp, best in printed.items())
    assert [runs[qp].updates for qp in QPS] == updates
    assert [runs[qp].epochs for qp in QPS] == epochs
    assert all(r.status == "STALLED" for r in runs.values())


@pytest.mark.parametrize("texts", [row[0] for row in ROWS])
@pytest.mark.parametrize("qp", QPS)
def test_the_simpler_rules_never_reach_zero(qp, texts):
    """What the paper improves on: they creep, or hover."""
    steepest = run(SteepestOptimizer, qp, texts)
    assert steepest.cost > 0 and steepest.status == "STALLED"
    hovering = run(FixedRateOptimizer, qp, texts)
    assert hovering.cost > 0 and hovering.status == "EPOCH_LIMIT"
    assert hovering.updates == hovering.epochs == 2000 and hovering.idles == 0


def test_learning_rates():
    assert [learning_rate(k, 16) for k in range(6)] == [16, 14, 13, 12, 10, 9]
    assert learning_rate(1, 5) == 5  # 4.5 is rounded up
    assert learning_rate(60, 128) == 0


def test_directions_have_sum_norm_one_at_most():
    assert direction([300, -100], 64) == [48, -16]
    assert direction([3, -10], 64) == [3, -10]
    assert direction([0, 0], 64) == [0, 0]


def test_compensation_takes_over_after_a_single_step_failed():
    r = run(PaperOptimizer, 32, ROWS[0][0])
    kinds = [record.kind for record in r.records]
    first = kinds.index("compensation")
    before, failed = r.records[first - 2], r.records[first - 1]
    assert not failed.accepted and r.compensations == kinds.count("compensation") == 19
    assert before.kind == "main"


class Slope:
    """F = -x without bound, and a flat place: no qp, no cost_scale."""

    n = 1

    def cost(self, X):
        return -X[0]

    def gradient(self, X):
        return [-1 if X[0] < 3 else 0]


@pytest.mark.parametrize("cls", [PaperOptimizer, SteepestOptimizer, FixedRateOptimizer])
def test_a_zero_gradient_stalls_without_scale_attributes(cls):
    r = cls(Slope(), [0]).run()
    assert (r.x, r.updates, r.status) == ([3], 3, "STALLED")


def test_target_and_limit():
    assert run(PaperOptimizer, 128, ROWS[0][0], target=0).status == "TARGET"
    assert run(PaperOptimizer, 128, ROWS[0][0], max_epochs=5).epochs == 5
