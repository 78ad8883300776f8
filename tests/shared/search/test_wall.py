"""Steps along the wall of the valley, against exact rationals."""

import random
from fractions import Fraction

import pytest
from exact import UNIT, dot, make_block, size, vector

from qbfgs.model.secants import Secants
from qbfgs.search.wall import WallSearch, along_wall
from qbfgs.words import blocks


def one_pair(s, y):
    """A store with one secant pair, as blocks."""
    n = len(s)
    secants = Secants(n, 2)
    s, y = make_block(s), make_block(y)
    secants.add(s, y, blocks.dot(s, y, n))
    return secants


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_the_wall_is_orthogonal_to_the_change_of_the_gradient(n):
    rng = random.Random(n)
    made = 0
    while made < 40:
        p, s, y = ([rng.randint(-(2**k), 2**k) for _ in range(n)] for k in (20, 9, 26))
        if dot(s, y) * 30 <= size(s) * size(y):
            continue
        made += 1
        blocked = make_block(p), make_block(s), make_block(y)
        z = blocks.block(n)
        along_wall(z, *blocked, blocks.dot(*blocked[1:], n), n)
        ratio = Fraction(dot(y, p), dot(s, y))
        exact = [a - ratio * b for a, b in zip(p, s, strict=True)]
        wrong = size([a - b for a, b in zip(vector(z, n), exact, strict=True)])
        assert wrong <= 16 * n * UNIT * (size(p) + abs(ratio) * size(s))


@pytest.mark.parametrize(
    ("radius", "lengths"), [(64, [64, 16, 4, 1]), (9, [9, 2]), (1, [1]), (0, [])]
)
def test_steps_are_a_quarter_of_the_one_before_and_go_downhill(radius, lengths):
    wall, target = WallSearch(2), make_block([1000, 1000])
    target[-1] = 0
    for g, sign in (([0, 0], 1), ([-5, 0], 1), ([5, 0], -1), ([5, 6], -1), ([5, 4], -1)):
        # s = (0, 1) and y = (0, 8): what is left of the target is (1000, 0)
        wall.begin(target, one_pair([0, 1], [0, 8]), radius, make_block(g))
        assert target[-1] == 10  # its size was measured
        d, found = blocks.block(2), []
        while wall.next(d):
            found.append(d[:2])
        assert found == [[sign * length, 0] for length in lengths]


def test_the_stiffest_pair_is_the_wall():
    secants = one_pair([0, 1], [0, 8])
    s, y = make_block([1, 0]), make_block([9, 0])
    secants.add(s, y, blocks.dot(s, y, 2))
    wall, d = WallSearch(2), blocks.block(2)
    wall.begin(make_block([7, 7]), secants, 3, make_block([0, -1]))
    assert wall.next(d) and d[:2] == [0, 3]


def test_without_a_pair_or_a_rest_there_is_no_step():
    wall, d, g = WallSearch(2), blocks.block(2), make_block([1, 1])
    wall.begin(make_block([7, 7]), one_pair([1, 0], [4, 0]), 8, g)
    assert wall.length == 8
    wall.begin(make_block([7, 7]), Secants(2, 2), 8, g)
    assert not wall.next(d)
    wall.begin(make_block([7, 0]), one_pair([1, 0], [4, 0]), 8, g)  # the target is the step
    assert not wall.next(d)


def test_before_its_beginning_there_is_none():
    assert not WallSearch(2).next(blocks.block(2))
