"""Parts of all directions: equal, named, and each found."""

import itertools
from collections import Counter

import pytest

from qbfgs.calibrate.triaxial.directions import QUARTERS, SIDES, missing, name, part, sides


@pytest.mark.parametrize("parts", [SIDES, QUARTERS])
def test_parts_are_equal(parts):
    steps = range(-19, 20, 2)
    found = Counter(
        part(*v, parts) for v in itertools.product(steps, repeat=3) if len({abs(c) for c in v}) == 3
    )
    assert sorted(found) == list(range(parts)) and len(set(found.values())) == 1


def test_names():
    assert name(part(2, -1, -9, QUARTERS), QUARTERS) == "-z+x-y"
    assert name(part(2, -1, -9, SIDES), SIDES) == "-z"
    assert len({name(k, QUARTERS) for k in range(QUARTERS)}) == QUARTERS
    assert missing(0b111110, SIDES) == ["+x"]


def test_sides_of_a_mask():
    belt = 0
    for k in range(64):
        belt |= 1 << part(k % 8 - 3.5, k // 8 - 3.5, 0.1 - k % 3 * 0.1, QUARTERS)
    assert len(missing(belt, QUARTERS)) == 8 and sides(belt, QUARTERS) == 4
    assert sides((1 << QUARTERS) - 1, QUARTERS) == 6 and sides(0b101, SIDES) == 2
