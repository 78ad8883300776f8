"""The ranked unit steps of the limited-memory form."""

from exact import make_block

from qbfgs.search.unit_steps import UnitSteps
from qbfgs.words import blocks
from qbfgs.words.scalars import ONE, pack


def order(steps, n):
    """All steps that are left, as (coordinate, sign)."""
    found, d = [], blocks.block(n)
    while steps.best(d):
        i = next(i for i in range(n) if d[i])
        assert d == [d[i] * (k == i) for k in range(n)] + [0, 1]
        found.append((i, d[i]))
    return found


def test_each_step_comes_once_the_steepest_first_and_uphill_last():
    steps = UnitSteps(4)
    steps.rank(make_block([5, -9, 0, 7]), ONE)
    found = order(steps, 4)
    assert found[:3] == [(1, 1), (3, -1), (0, -1)]
    assert set(found[3:5]) == {(2, 1), (2, -1)}
    assert found[5:] == [(0, 1), (3, 1), (1, -1)]
    assert order(steps, 4) == []


def test_a_measured_curvature_counts_from_the_next_ranking_on():
    steps, d = UnitSteps(2), blocks.block(2)
    steps.rank(make_block([10, 9]), ONE)
    assert steps.best(d) and d[:2] == [-1, 0]
    steps.learn(pack(4, 0))
    assert steps.curvature == [pack(4, 0), 0]
    assert order(steps, 2)[0] == (1, -1)
    steps.rank(make_block([10, 9]), ONE)
    assert order(steps, 2) == [(1, -1), (0, -1), (0, 1), (1, 1)]


def test_a_new_ranking_lists_all_again():
    steps = UnitSteps(3)
    for g in ([1, 2, 3], [0, 0, 0], [-(2**26), 1, 2**26]):
        steps.rank(make_block(g), pack(3, 5))
        assert len(set(order(steps, 3))) == 6


def test_a_rank_is_twice_the_slope_by_the_curvature():
    """Above 1 where a step of 1 promises a decrease, as those of `neighbours`."""
    steps = UnitSteps(2)
    steps.rank(make_block([3, -8], 4), pack(16, 0))
    assert steps._ranks == [pack(-6, 0), pack(6, 0), pack(16, 0), pack(-16, 0)]
