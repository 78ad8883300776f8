"""The store of secant pairs."""

import random

import pytest
from exact import UNIT, dot, make_block, value, vector

from qbfgs.model.secants import Secants
from qbfgs.words import blocks
from qbfgs.words.scalars import ONE


def fill(secants, count, n, seed=1):
    """Adds `count` random pairs; returns them all."""
    rng = random.Random(seed)
    added = []
    while len(added) < count:
        s = make_block([rng.randint(-99, 99) for _ in range(n)])
        y = make_block([rng.randint(-(2**27), 2**27) for _ in range(n)], rng.randint(0, 40))
        sy = blocks.dot(s, y, n)
        if sy > 0:
            secants.add(s, y, sy)
            added.append((list(s), list(y), sy))
            blocks.clear(s, n)  # the store has copies
            blocks.clear(y, n)
    return added


@pytest.mark.parametrize("n, most", [(1, 1), (2, 2), (2, 1), (3, 5), (8, 10)])
def test_the_oldest_gives_way(n, most):
    for count in range(2 * most + 2):
        secants = Secants(n, most)
        kept = fill(secants, count, n)[-most:]
        assert secants.count == len(kept) == min(count, most)
        for k, (s, y, sy) in enumerate(kept):
            assert (secants.s[k], secants.y[k], secants.sy[k]) == (s, y, sy)
            exact = dot(vector(y, n), vector(y, n)) / value(sy)
            # two cut factors of the product, its last cut, the division
            assert abs(value(secants.stiffness(k)) - exact) <= 8 * n * UNIT * exact


def test_the_stiffest_is_found_wherever_it_is():
    for place in range(4):
        secants = Secants(2, 4)
        for k in range(4):
            y = make_block([1000 if k == place else 10 + k, 0])
            s = make_block([1, 0])
            secants.add(s, y, blocks.dot(s, y, 2))
        assert secants.stiffest() == place


def test_the_older_of_two_equally_stiff_pairs_wins():
    secants = Secants(2, 3)
    for y in ([1, 0], [8, 1], [8, 1]):
        s, y = make_block([3, 0]), make_block(y)
        secants.add(s, y, blocks.dot(s, y, 2))
    assert secants.stiffest() == 1


def test_only_pairs_that_are_there_count():
    secants = Secants(1, 3)
    secants.y[2], secants.sy[2] = make_block([2**20]), ONE
    secants.add(make_block([1]), make_block([1]), ONE)
    assert secants.stiffness(2) > secants.stiffness(0)
    assert secants.stiffest() == 0
