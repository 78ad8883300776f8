"""What an epoch costs: operators are counted, so these figures are the same on every machine."""

import pytest

from qbfgs_tools.lab.operators.command import KINDS, count, solve


@pytest.fixture(scope="module")
def costs():
    """{n: {kind of epoch: its Cost}}, of runs of at most 300 epochs."""
    return {n: {cost.kind: cost for cost in count(n, limit=300)} for n in (2, 16, 32, 64)}


def test_an_epoch_of_two_parameters(costs):
    """Without compares. Change the pinned figures only with a reason."""
    found = {kind: (cost.epochs, round(cost.total)) for kind, cost in costs[2].items()}
    assert found == {"go": (30, 972), "main idle": (7, 242), "compensation idle": (14, 350)}
    assert costs[2]["go"].total <= 1000  # 120 of them compare cost and slopes, and ask for the end
    assert costs[2]["main idle"].total <= 300
    assert costs[2]["compensation idle"].total <= 2 * costs[2]["go"].total


def test_newton_solves_with_half_the_operators():
    newton, compensated = solve("newton"), solve("compensated")
    assert (newton.epochs, compensated.epochs) == (123, 388)
    assert 2 * newton.operators <= compensated.operators


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [16, 32])
def test_work_grows_as_the_square_of_the_parameters(costs, n, kind):
    """At most 4.5-fold from n to 2 n (reached: go 3.6, main idle 2.9, compensation idle 2.6)."""
    few, twice = costs[n][kind], costs[2 * n][kind]
    assert min(few.epochs, twice.epochs) >= 15
    assert 1.5 * few.total < twice.total <= 4.5 * few.total


def test_an_idle_epoch_is_cheaper_than_a_go(costs):
    for n in (2, 16, 32, 64):
        go = costs[n]["go"].total
        assert costs[n]["main idle"].total < go / 3
        assert costs[n]["compensation idle"].total < go
