"""Where the optimiser stands: edges, rejected steps, the table of hashes."""

import itertools
import random

import pytest

from qbfgs.position import EDGE, Position, step_hash


def moved(position, *d):
    position.move[: len(d)] = d
    return position.admissible()


def test_the_edge_is_below_2_to_19():
    assert EDGE == 2**19 - 1


@pytest.mark.parametrize("sign", [1, -1])
def test_no_step_leads_over_the_edge(sign):
    position = Position([0, sign * (EDGE - 5)])
    assert moved(position, 0, sign * 5)
    assert not moved(position, 0, sign * 6)
    assert not moved(position, sign * (EDGE + 1), 0)
    assert moved(position, sign * EDGE, 0)
    assert moved(position, -sign * EDGE, sign * 5)
    assert not moved(position, -sign * EDGE, sign * 6)


def test_no_step_is_no_step():
    position = Position([3, 4, 5])
    assert not moved(position, 0, 0, 0)
    assert moved(position, 0, 0, 1)


def test_the_size_of_the_move_is_measured():
    position = Position([0, 0])
    assert moved(position, -9, 3)
    assert position.move[3] == 4


def test_a_rejected_step_is_not_admissible_until_a_go():
    position = Position([10, 10])
    for d in ((1, 2), (-1, -2), (300, 0)):
        assert moved(position, *d)
        position.reject()
        assert not moved(position, *d)
    assert moved(position, 2, 1)
    position.accept()
    assert position.x == [12, 11]
    for d in ((1, 2), (-1, -2), (300, 0), (2, 1)):
        assert moved(position, *d)


@pytest.mark.parametrize("n", [1, 2, 5, 64])
def test_the_table_is_full_after_160_and_8_n(n):
    position = Position([0] * n)
    for k in range(160 + 8 * n):
        assert not position.full()
        assert moved(position, *([0] * (n - 1)), k + 1)
        position.reject()
    assert position.full()
    for k in range(160 + 8 * n):
        assert not moved(position, *([0] * (n - 1)), k + 1)
    position.move[n - 1] = 5000
    position.accept()
    assert not position.full()


@pytest.mark.parametrize("n, reach", [(1, 20000), (2, 60), (3, 10), (4, 4), (8, 1)])
def test_hashes_of_short_steps_differ(n, reach):
    hashes = set()
    count = 0
    for d in itertools.product(range(-reach, reach + 1), repeat=n):
        h = step_hash(d, n)
        assert 0 <= h < 2**29
        hashes.add(h)
        count += 1
    assert count - len(hashes) <= 2, "more collisions than chance gives"


def test_hashes_of_long_steps_are_spread_and_depend_on_the_order():
    rng = random.Random(1)
    steps = {tuple(rng.randint(-EDGE, EDGE) for _ in range(3)) for _ in range(4000)}
    hashes = {step_hash(d, 3) for d in steps}
    assert len(steps) - len(hashes) <= 2
    assert {h >> 24 for h in hashes} == set(range(32))
    assert all(step_hash(d, 3) != step_hash(d[::-1], 3) for d in steps if d != d[::-1])


def test_words(core):
    module = core.module("position")
    for x in (EDGE, -EDGE):
        for d in (2 * EDGE, -2 * EDGE, 2**20, -(2**20)):
            position = module.Position([x] * 4)
            position.move[:4] = [d] * 4
            inside = -EDGE <= x + d <= EDGE
            assert position.admissible() == inside
            assert module.step_hash([d] * 64, 64) == step_hash([d] * 64, 64)
