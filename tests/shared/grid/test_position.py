"""Where the optimiser stands: edges, rejected steps, the table of hashes."""

import itertools
import random

import pytest

from qbfgs.grid.position import EDGE, Position, step_hash
from qbfgs.words.checksums import FACTOR

PRIME = FACTOR * 2**15 - 1


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
        assert position.count == k < position.room
        assert moved(position, *([0] * (n - 1)), k + 1)
        position.reject()
    assert position.count == position.room
    for k in range(160 + 8 * n):
        assert not moved(position, *([0] * (n - 1)), k + 1)
    position.move[n - 1] = 5000
    position.accept()
    assert position.count == 0


def polynomial(d):
    """The coordinates as the digits of a number to the base FACTOR, modulo the prime."""
    value = 0
    for v in d:
        value = (value * FACTOR + v) % PRIME
    return value


@pytest.mark.parametrize("n", [1, 2, 3, 8, 64])
def test_a_hash_is_a_polynomial_modulo_the_prime(n):
    rng = random.Random(n)
    for reach in (1, 100, 2 * EDGE):
        for _ in range(200):
            d = [rng.randint(-reach, reach) for _ in range(n)]
            assert step_hash(d, n) % PRIME == polynomial(d)
            assert -(2**20) < step_hash(d, n) < 2**30


@pytest.mark.parametrize("n, reach", [(1, 20000), (2, 60), (3, 10), (4, 4), (8, 1)])
def test_hashes_of_short_steps_differ(n, reach):
    steps = list(itertools.product(range(-reach, reach + 1), repeat=n))
    assert len({step_hash(d, n) for d in steps}) == len(steps)


def test_two_steps_in_the_plane_that_share_a_hash_are_31185_apart_or_more():
    """All differences (x, y) with the hash 0, modulo the prime, of |x| below that."""
    for x in range(1, FACTOR):
        y = -x * FACTOR % PRIME
        assert min(y, PRIME - y) >= FACTOR, x
    assert step_hash([0, FACTOR], 2) == step_hash([1, 0], 2), "there are some as near as that"


@pytest.mark.parametrize("n", [16, 64, 200])
def test_hashes_of_unit_steps_and_of_pairs_of_them_differ(n):
    """All that a lattice minimum rests on, and the first steps of a reduced basis."""
    hashes = set()
    count = 0
    for i in range(n):
        for j in range(i + 1):
            for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1)) if j < i else ((1, 0), (-1, 0)):
                d = [0] * n
                d[j] = b
                d[i] = a
                hashes.add(step_hash(d, n))
                count += 1
    assert len(hashes) == count == 2 * n * n


@pytest.mark.parametrize("n, reach", [(3, EDGE), (64, 1), (64, EDGE)])
def test_hashes_of_many_steps_are_spread(n, reach):
    """Of 4000 random steps, 8 million pairs: one in 2^30 would be none."""
    rng = random.Random(1)
    steps = {tuple(rng.randint(-reach, reach) for _ in range(n)) for _ in range(4000)}
    hashes = {step_hash(d, n) for d in steps}
    assert len(steps) == len(hashes) == 4000
    assert {h >> 25 for h in hashes if h >= 0} >= set(range(30))
    assert all(step_hash(d, n) != step_hash(d[::-1], n) for d in steps if d != d[::-1])


def test_words(core):
    module = core.module("grid.position")
    for x in (EDGE, -EDGE):
        for d in (2 * EDGE, -2 * EDGE, 2**20, -(2**20)):
            position = module.Position([x] * 4)
            position.move[:4] = [d] * 4
            inside = -EDGE <= x + d <= EDGE
            assert position.admissible() == inside
            assert module.step_hash([d] * 64, 64) == step_hash([d] * 64, 64)
