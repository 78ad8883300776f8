"""Limited-memory BFGS in words against exact rational arithmetic."""

import random
from fractions import Fraction

import pytest
from exact import UNIT, dot, make_block, value, vector

from qbfgs.model.two_loop import TwoLoop, long_dot
from qbfgs.words import blocks
from qbfgs.words.scalars import mul, pack


def random_block(rng, n, bits, e):
    return make_block([rng.randint(-(2**bits) + 1, 2**bits - 1) for _ in range(n)], e)


@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 64, 650, 3000])
def test_long_dot_keeps_13_bits_whatever_n_is(n):
    rng = random.Random(n)
    for a, b in ((3, 27), (13, 13), (14, 14), (27, 27), (28, 2), (0, 9)):
        x, y = random_block(rng, n, a, 5), random_block(rng, n, b, -30)
        exact = dot(vector(x, n), vector(y, n))
        size = Fraction(2) ** (x[n] + x[n + 1] + y[n] + y[n + 1])
        cut = 2 * n * Fraction(1, 2**13) * size if a + b > 26 else 0
        assert abs(value(long_dot(x, y, n)) - exact) <= cut + UNIT * abs(exact)


@pytest.mark.parametrize(
    ("a", "b", "cut_x", "cut_y"),
    [
        (13, 13, 0, 0), (12, 14, 0, 0), (14, 12, 0, 0), (1, 25, 0, 0), (25, 1, 0, 0),
        (14, 13, 1, 0), (13, 14, 0, 1), (20, 10, 4, 0), (10, 20, 0, 4), (14, 15, 1, 2),
        (27, 27, 14, 14),
    ],
)  # fmt: skip
def test_long_dot_cuts_what_is_above_26_bits_and_no_more(a, b, cut_x, cut_y):
    x, y = make_block([2**a - 1, 1 - 2 ** (a - 1), 1]), make_block([1, 2**b - 1, 2 - 2**b])
    cut = sum((v >> cut_x) * (w >> cut_y) for v, w in zip(x[:3], y[:3], strict=True))
    assert long_dot(x, y, 3) == pack(cut, cut_x + cut_y)


def test_a_pair_of_no_curvature_makes_the_gain_ten_times_larger():
    model = TwoLoop(2, 4)
    model.gain = before = pack(3, 0)
    model.learn(make_block([1, 0]), make_block([-5, 0]))
    assert (model.gain, model.count) == (mul(before, pack(10, 0)), 0) != (before, 0)


@pytest.mark.parametrize("n", [8, 650])
def test_long_dot_at_the_limits_of_words(core, n):
    checked = core.module("model.two_loop").long_dot
    for v in (2**29 - 1, -(2**29) + 1, 2**13, -(2**13), 1):
        for w in (2**29 - 1, -(2**29) + 1, -1):
            x, y = make_block([v] * n), make_block([w] * n)
            exact = n * v * w
            assert abs(value(checked(x, y, n)) - exact) <= abs(exact) / 2**11


def exact_product(pairs, gain, g):
    """H G by the same two loops in rationals."""
    q, steps = list(g), []
    for s, y in reversed(pairs):
        a = dot(s, q) / dot(s, y)
        steps.append(a)
        q = [u - a * v for u, v in zip(q, y, strict=True)]
    q = [gain * u for u in q]
    for (s, y), a in zip(pairs, reversed(steps), strict=True):
        b = dot(y, q) / dot(s, y)
        q = [u + (a - b) * v for u, v in zip(q, s, strict=True)]
    return q


def pairs_of_a_bowl(rng, n, count, condition):
    """Pairs (s, y) of a quadratic with a diagonal Hessian, as blocks."""
    weights = [1 + int(condition ** rng.random()) for _ in range(n)]
    found = []
    for _ in range(count):
        s = random_block(rng, n, 6, 0)
        found.append((s, make_block([w * v << 8 for w, v in zip(weights, s[:n], strict=True)], -8)))
    return found


@pytest.mark.parametrize("condition", [1, 100])
@pytest.mark.parametrize("n", [1, 2, 5, 50, 300])
def test_the_product_is_that_of_the_two_loops(n, condition):
    for seed in range(3):
        rng = random.Random(seed * n + condition)
        model = TwoLoop(n, 4)
        added = pairs_of_a_bowl(rng, n, 6 if n > 6 else n, condition)
        for s, y in added:
            model.add(s, y, long_dot(s, y, n))
        kept = [(vector(s, n), vector(y, n)) for s, y in added[-4:]]
        g, p = random_block(rng, n, 26, 3), blocks.block(n)
        model.direction(p, g)
        exact = exact_product(kept, value(model.gain), vector(g, n))
        ours = [value(model.gain) * v for v in vector(p, n)]
        top = max(map(abs, exact))
        assert max(abs(u - v) for u, v in zip(ours, exact, strict=True)) <= 40 * UNIT * top


def test_the_newest_pair_is_a_secant_of_h():
    n, rng = 40, random.Random(4)
    model = TwoLoop(n, 5)
    for s, y in pairs_of_a_bowl(rng, n, 9, 30):
        model.add(s, y, long_dot(s, y, n))
        p = blocks.block(n)
        model.direction(p, y)
        ours = [value(model.gain) * v for v in vector(p, n)]
        top = max(map(abs, s[:n]))
        assert max(abs(u - v) for u, v in zip(ours, s[:n], strict=True)) <= 30 * UNIT * top


def test_without_pairs_h_is_its_gain():
    model, g, p = TwoLoop(3, 2), make_block([5, -7, 100]), blocks.block(3)
    model.direction(p, g)
    assert p == g
