"""Answers of any width: differences, the narrowed gradient, their checksum."""

import random

import pytest
from exact import UNIT, power, value, vector

from qbfgs.errors import of_cost, of_gradient
from qbfgs.words import blocks
from qbfgs.words.checksums import feed
from qbfgs.words.wide import (
    WIDEST,
    difference,
    feed_record,
    fits,
    is_cost,
    is_gradient,
    narrow,
)

COSTS = {
    "small": list(range(-20, 21)),
    "word edges": [s * 2**k + d for s in (1, -1) for k in (28, 29, 30) for d in (-1, 0, 1)],
    "beside 2^60": [s * 2**60 + d for s in (1, -1) for d in (-(2**20), -1, 0, 1, 2**31)],
    "2^1000": [s * 2**1000 + d for s in (1, -1) for d in (-1, 0, 1, 2**60, 2**999)],
    "the widest": [s * (2**4096 - d) for s in (1, -1) for d in (1, 2, 2**29, 2**4095)],
    "mantissas": [s * (2**15 - d) << k for s in (1, -1) for d in (1, 2) for k in (0, 14, 15, 60)],
}
ALL = sorted({cost for costs in COSTS.values() for cost in costs})


@pytest.mark.parametrize("category", COSTS)
def test_difference_of_costs(category):
    """To a scalar's 15 bits, cut, and 2^-20 for what was shifted away; the sign always."""
    bound = UNIT + power(-20)
    for a in COSTS[category]:
        for b in ALL:
            got = difference(a, b)
            assert (got > 0) == (a > b) and (got == 0) == (a == b), (a, b)
            if a != b:
                assert abs(value(got) - (a - b)) <= bound * abs(a - b), (a, b)
            assert abs(got) < 2**29


def test_difference_of_random_costs():
    rng = random.Random(1)
    for _ in range(2000):
        a, b = (rng.randint(-(2**60), 2**60) >> rng.randrange(60) for _ in range(2))
        if rng.random() < 0.3:
            b = a + rng.randint(-9, 9)
        got = difference(a, b)
        assert (got > 0) - (got < 0) == (a > b) - (a < b)
        assert abs(value(got) - (a - b)) <= (UNIT + power(-20)) * abs(a - b)


def test_differences_that_fit_15_bits_are_exact():
    for base in (0, 1, -1, 2**29, -(2**30), 2**60, -(2**1000), 2**4095):
        for d in (-(2**15) + 1, -3, -1, 0, 1, 2, 2**14, 2**15 - 1):
            assert value(difference(base + d, base)) == d
            assert value(difference(base, base + d)) == -d


def test_differences_of_words_need_words_alone(core):
    """Between words the module must not leave the word either."""
    from qbfgs_tools.lab.operators import counting as operators

    words = [w for w in ALL if -(2**30) <= w < 2**30]
    assert "words.wide" in operators.EXEMPT
    with operators.checked(exempt=operators.EXEMPT - {"words.wide"}) as strict:
        watched = strict.module("words.wide")
        for a in words:
            for b in words:
                assert watched.difference(a, b) == difference(a, b)
            assert watched.feed_record(5, [a, -3], a) == feed_record(5, [a, -3], a)
        for g in (words[::3], words[1::3], words[2::3]):
            g = [v for v in g if v > -(2**30)]
            ours, theirs = blocks.block(len(g)), blocks.block(len(g))
            narrow(g, len(g), ours)
            watched.narrow(g, len(g), theirs)
            assert ours == theirs


@pytest.mark.parametrize("n", [1, 2, 5, 64])
def test_narrow_keeps_27_bits(n):
    """One unit of the common exponent, which is 2^-26 of the longest; exact below 2^27."""
    rng = random.Random(n)
    for bits in (1, 2, 14, 26, 27, 28, 29, 30, 31, 60, 1000, 4096):
        for _ in range(5):
            g = [rng.randint(-(2**bits) + 1, 2**bits - 1) for _ in range(n)]
            g[rng.randrange(n)] = rng.choice((1, -1)) * (2**bits - rng.choice((1, 2 ** (bits - 1))))
            block = blocks.block(n)
            narrow(g, n, block)
            top = max(abs(v) for v in g)
            got = vector(block, n)
            assert max(abs(block[i]) for i in range(n)) <= 2**27
            assert block[n + 1] == max(abs(v) for v in block[:n]).bit_length()
            assert block[n] >= 0
            if top < 2**27:
                assert block[:n] == g and block[n] == 0
            else:
                assert all(0 <= a - b < top * power(-25) for a, b in zip(g, got, strict=True))


def test_narrow_of_zeros():
    block = blocks.block(3)
    narrow([0, 0, 0], 3, block)
    assert block == [0] * 5


def test_narrow_takes_a_tuple_and_overwrites():
    block = [9] * 4
    narrow((1, -2), 2, block)
    assert block == [1, -2, 0, 2]


def fed(cost):
    """The checksum after a cost."""
    return feed_record(7 ^ 1, [], cost)


def test_the_checksum_of_a_record_takes_its_words_one_by_one():
    for words in ([], [3], [-1, 2**19, 0], list(range(-30, 30))):
        expected = feed(7, 3)
        for word in words:
            expected = feed(expected, word)
        assert feed_record(7 ^ 3, words, -5) == feed(expected, -5)


def test_a_cost_is_fed_in_parts_of_29_bits():
    for cost, parts in ((2**29, (0, 1)), (-(2**29) - 1, (2**29 - 1, -2)), (5 << 58, (0, 0, 5))):
        expected = feed(7, 1)
        for part in parts:
            expected = feed(expected, part)
        assert fed(cost) == expected


def test_a_cost_of_a_word_is_fed_as_it_is():
    for cost in (0, 1, -1, 2**29 - 1, -(2**29)):
        assert fed(cost) == feed(feed(7, 1), cost)


def test_the_checksum_sees_every_part_of_a_wide_cost():
    assert len({fed(cost) for cost in ALL}) == len(ALL) > 80
    for k in range(0, 1000, 13):
        assert fed(3**600) != fed(3**600 ^ 1 << k)


def test_what_is_too_wide_is_refused():
    for value_ in (2**WIDEST - 1, -(2**WIDEST), 0, -1):
        assert fits(value_)
        assert is_cost(value_) and is_gradient([value_], 1)
    for value_ in (2**WIDEST, -(2**WIDEST) - 1, 2**5000):
        assert not fits(value_)
        assert not is_cost(value_) and not is_gradient([value_], 1)
        with pytest.raises(ValueError, match="the cost has more than 4096 bits: .*coarser"):
            raise of_cost(value_, [0])
        with pytest.raises(ValueError, match="the gradient has more than 4096 bits: .*coarser"):
            raise of_gradient([value_], [0])
