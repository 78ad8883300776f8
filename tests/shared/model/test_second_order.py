"""S: what it learns, and when it counts."""

import random
from fractions import Fraction

import pytest

from qbfgs.model.second_order import SecondOrder
from qbfgs.words import scalars
from qbfgs.words.blocks import block, dot, measure


def value(a):
    return Fraction(scalars.mantissa(a)) * Fraction(2) ** (scalars.exponent(a) - 14) if a else 0


def made(values, e=0):
    x = block(len(values))
    x[: len(values)] = values
    x[len(values)] = e
    measure(x, len(values))
    return x


def full(second):
    n, t = second.n, second.triangle
    unit = Fraction(2) ** t[second._size]
    at = [[max(i, j) * (max(i, j) + 1) // 2 + min(i, j) for j in range(n)] for i in range(n)]
    return [[t[k] * unit for k in row] for row in at]


def times(S, d):
    return [sum(a * v for a, v in zip(row, d, strict=True)) for row in S]


@pytest.mark.parametrize("n", [1, 2, 4, 12])
def test_s_maps_the_last_step_to_what_was_missed(n):
    rng = random.Random(n)
    second = SecondOrder(n)
    for _ in range(12):
        d = [rng.randint(-5000, 5000) or 1 for _ in range(n)]
        y = [3 * v + rng.randint(-500, 500) for v in d]
        missed = [rng.randint(-900, 900) for _ in range(n)]
        step, change = made(d), made(y)
        yd = dot(change, step, n)
        second.learn(step, change, yd, made(missed), second.form(step))
        S = full(second)
        off = [a - b for a, b in zip(times(S, d), missed, strict=True)]
        assert max(map(abs, off)) < 3 + max(map(abs, missed)) / 60
        now = value(second.form(step))
        assert abs(now - sum(a * b for a, b in zip(d, missed, strict=True))) < Fraction(
            sum(abs(a) for a in d) * max(map(abs, missed)), 60
        )


def test_scales_that_grow_make_it_smaller():
    second = SecondOrder(2)
    second.triangle[:] = [1 << 20, -(1 << 19), 1 << 18, 0, 21]
    second.rescale([3, 5], [4, 8])
    assert list(second.triangle) == [1 << 18, -(1 << 15), 1 << 12, 0, 19]


def test_votes():
    second = SecondOrder(1)
    one, two, three = (scalars.pack(v, 0) for v in (1, 2, 3))
    assert not second.counts()
    second.judge(three, one, two)  # with S it would have been right
    assert second.votes == 64 and second.counts()
    second.judge(three, three, two)  # it counts, and is right again
    assert second.votes == 96
    second.judge(one, three, two)  # the matrix alone would have been
    assert second.votes == -16 and not second.counts()
    second.judge(one, one, two)
    assert second.votes == -72
