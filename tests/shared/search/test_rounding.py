"""Rounding in the metric against the exact walk with the same L."""

import random
from fractions import Fraction

import pytest
from exact import half_up, lower, make_block
from worked_factors import worked

from qbfgs.model.factors import Factor
from qbfgs.search.rounding import FINE, MetricRounding
from qbfgs.words import blocks

STEP = 2**FINE
SIZES = (1, 2, 3, 4, 5, 8)


def walk(factor, target):
    """Babai's walk in rationals: steps by coordinate, and how near to a tie it ever came."""
    n, L = factor.n, lower(factor)
    left = [Fraction(target[factor.order[k]], STEP) for k in range(n)]
    d, tie, errors = [0] * n, [], 0
    for k in range(n):
        rounded = half_up(left[k])
        d[factor.order[k]] = rounded
        error = rounded - left[k]
        # each correction before this one was cut by less than one unit
        if errors:
            tie.append((Fraction(1, 2) - abs(error)) * STEP - errors)
        for i in range(k + 1, n):
            left[i] += error * L[i][k]
        errors += 1 + sum(abs(L[i][k]) for i in range(k + 1, n)) * errors
    return d, min(tie, default=1) <= 0


def moderate(factor):
    """Links below 2^10, and exponents that the rounding does not clamp."""
    return all(c[factor.n + 1] + c[factor.n] <= 10 for c in factor.columns)


@pytest.mark.parametrize("n", SIZES)
def test_the_walk_is_the_exact_one_but_at_ties(n):
    compared = differing = 0
    for run in range(30):
        rng = random.Random(1000 * n + run)
        factor = worked(rng, n, rng.choice((1, 100, 10**4)), 4)
        if not moderate(factor):
            continue
        rounding = MetricRounding(factor)
        for _ in range(10):
            reach = rng.choice((STEP, 20 * STEP, 2**28))
            target = make_block([rng.randint(-reach, reach) for _ in range(n)], -FINE)
            kept = list(target)
            d = blocks.block(n)
            rounding.round(d, target)
            exact, near_tie = walk(factor, target)
            assert target == kept
            if not near_tie:
                assert d[:n] == exact
                compared += 1
            differing += d[:n] != [(v + STEP // 2) >> FINE for v in target[:n]]
    assert compared >= (60 if n < 8 else 20)
    assert differing >= 60 or n == 1, "plain rounding would pass this test"


@pytest.mark.parametrize("n", [*SIZES, 16, 64])
def test_a_scaled_identity_rounds_half_up(core, n):
    factor = Factor(n)
    rng = random.Random(n)
    factor.set_identity(12345 << 14)
    rng.shuffle(factor.order)
    rounding = core.module("search.rounding").MetricRounding(factor)
    for reach in (STEP // 2, STEP, 5 * STEP, 2**29 - 513):
        target = make_block([rng.randint(-reach, reach) for _ in range(n)], -FINE)
        target[0] = STEP // 2 * rng.choice((1, -1))
        d = blocks.block(n)
        rounding.round(d, target)
        assert d[:n] == [half_up(Fraction(v, STEP)) for v in target[:n]]


@pytest.mark.parametrize("n", [2, 3, 4, 5, 8, 16, 64])
def test_huge_links_are_clamped_inside_the_word(core, n):
    """Links up to 2^4000 at targets of the widest radius: a word, and right where L is small."""
    rounding_of = core.module("search.rounding").MetricRounding
    for exponent in (-4000, -30, -14, 0, 1, 3, 5, 17, 100, 4000):
        for sign in (1, -1):
            factor = Factor(n)
            for k in range(n - 1):
                column = factor.columns[k]
                for i in range(k + 1, n):
                    column[i] = sign * 2**14
                column[n], column[n + 1] = exponent, 15
            rounding = rounding_of(factor)
            for edge in (2**28 - 511, 511, 512, -512, -(2**28) + 511):
                d = blocks.block(n)
                rounding.round(d, make_block([edge] * n, -FINE))
                assert d[0] == (edge + 512) >> FINE
                assert max(abs(v) for v in d[:n]) < 2**20
                if exponent <= -30:  # links below 2^-15, corrections below one unit each
                    assert d[1] in ((edge - 1 + 512) >> FINE, (edge + 512) >> FINE)
