"""Exact sums in words."""

import random

import pytest

from qbfgs.words.sums import MOST_FACTOR, MOST_ROWS, RowSums, Sum

EDGE = 2**28


def test_a_sum_is_exact(core):
    far = MOST_FACTOR
    rng = random.Random(1)
    ours, watched = Sum(), core.module("words.sums").Sum()
    edges = [0, 1, -1, far, -far, far - 1, EDGE, -EDGE, 2**14, -(2**14), 2**14 - 1]
    total = 0
    for k in range(3000):
        a, b = (rng.choice((rng.choice(edges), rng.randint(-far, far))) for _ in range(2))
        w = rng.choice((-(2**30), 2**30 - 1, rng.randrange(-(2**30), 2**30)))
        for s in (ours, watched):
            s.add_product(a, b)
            s.add(w)
        total += a * b + w
        if k % 100 == 0:
            assert ours.value() == watched.value() == total
    assert ours.value() == total
    assert (watched.low, watched.middle, watched.high) == (ours.low, ours.middle, ours.high)
    ours.clear()
    assert ours.value() == 0


@pytest.mark.parametrize("sign", [1, -1])
def test_a_sum_of_the_largest_products(core, sign):
    watched = core.module("words.sums").Sum()
    for _ in range(5000):
        watched.add_product(MOST_FACTOR, sign * MOST_FACTOR)
    assert watched.value() == sign * 5000 * MOST_FACTOR**2


def test_row_sums_are_exact(core):
    rng = random.Random(2)
    ours, watched = RowSums(7), core.module("words.sums").RowSums(7)
    totals = [0] * 7
    for _ in range(9000):
        factor = rng.choice((-EDGE, EDGE, rng.randint(-EDGE, EDGE), 0, -1))
        row = [rng.choice((-(2**14), 2**14, rng.randint(-8192, 8192))) for _ in range(4)]
        start, count = rng.choice(((0, 4), (3, 4), (2, 3), (6, 1)))
        for s in (ours, watched):
            s.add(factor, row, count, start)
            s.end_row()
        for j in range(count):
            totals[start + j] += factor * row[j]
    assert [ours.value(k) for k in range(7)] == totals
    assert (watched.low, watched.middle, watched.high) == (ours.low, ours.middle, ours.high)
    ours.clear()
    assert [ours.value(k) for k in range(7)] == [0] * 7 and ours.rows == 0


@pytest.mark.parametrize("sign", [1, -1])
def test_as_many_of_the_largest_rows_as_may_come(core, sign):
    """By steps of whole carries: what a carry leaves adds up like this."""
    watched = core.module("words.sums").RowSums(1)
    for _ in range(4096):
        watched.add(sign * EDGE, [2**14], 1, 0)
        watched.end_row()
    times = MOST_ROWS // 4096
    assert abs(watched.high[0]) * times < 2**30 and abs(watched.middle[0]) + 2**27 < 2**30
    assert watched.value(0) == sign * 4096 * 2**42


def test_too_many_rows_are_refused():
    sums = RowSums(1)
    sums.rows = MOST_ROWS - 1
    sums.end_row()
    with pytest.raises(ValueError, match="more than 32768 samples in a pass"):
        for _ in range(4096):
            sums.end_row()
