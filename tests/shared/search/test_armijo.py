"""Armijo's rule: idle and go (eq. 22 and 37)."""

import random
from fractions import Fraction

import pytest
from exact import UNIT, make_block, value

from qbfgs.grid.position import Position
from qbfgs.model.two_loop import long_dot
from qbfgs.modes.compensated import Compensated
from qbfgs.modes.limited import Limited
from qbfgs.search.armijo import ALPHA, LONGEST, SHORTEST, curvature, shrink, sufficient
from qbfgs.words.blocks import dot
from qbfgs.words.scalars import ONE, mul, pack

SLOPES = (-1, -3, -1000, -(2**27) + 1)


def test_constants():
    assert abs(value(ALPHA) - Fraction(19, 2000)) <= UNIT * Fraction(19, 2000)
    assert abs(value(SHORTEST) - Fraction(3, 10)) <= UNIT * Fraction(3, 10)
    assert abs(value(LONGEST) - Fraction(2, 5)) <= UNIT * Fraction(2, 5)


@pytest.mark.parametrize("slope", SLOPES)
@pytest.mark.parametrize("e", [-40, 0, 40])
def test_sufficient_is_the_exact_rule_but_at_its_border(slope, e):
    border = Fraction(19, 2000) * slope
    for factor in (Fraction(0), Fraction(1, 2), Fraction(999, 1000), Fraction(1001, 1000), 2, 200):
        change = border * factor
        word = pack(round(change * 2**20), e - 20) if abs(change) < 2**9 else pack(int(change), e)
        if (
            abs(value(word) - border * Fraction(2) ** e)
            <= 4 * UNIT * abs(border) * Fraction(2) ** e
        ):
            continue
        expected = value(word) <= border * Fraction(2) ** e
        assert sufficient(word, pack(slope, e)) == expected, factor


def test_an_increase_is_never_sufficient_on_a_downhill_step():
    for change in (1, 2**20, 0):
        for slope in SLOPES:
            assert not sufficient(pack(change, 0), pack(slope, 0))


def test_curvature_is_what_the_trial_measured():
    for change, slope in ((10, -3), (0, -5), (-2, -5), (7, 0), (-9, -4), (2**20, -(2**20))):
        assert value(curvature(pack(change, 0), pack(slope, 0))) == 2 * (change - slope)


def test_shrink_takes_the_minimum_of_the_parabola():
    for measured in (260, 280, 300, 320):  # 0.385, 0.357, 0.333, 0.3125 of the step
        got = value(shrink(pack(3, -1), pack(-100, 0), pack(measured, 0)))
        exact = Fraction(3, 2) * Fraction(100, measured)
        assert abs(got - exact) <= 2 * UNIT * exact


@pytest.mark.parametrize(
    "measured, expected",
    [(10**6, SHORTEST), (334, SHORTEST), (249, LONGEST), (100, LONGEST), (1, LONGEST)],
)
def test_shrink_stays_within_its_limits(measured, expected):
    assert shrink(ONE, pack(-100, 0), pack(measured, 0)) == expected


@pytest.mark.parametrize("measured", [0, -5, -(2**20)])
def test_shrink_without_a_parabola_is_the_longest(measured):
    assert shrink(ONE, pack(-100, 0), pack(measured, 0)) == LONGEST


def test_shrink_ends_far_below_the_grid_and_stays_positive():
    fraction = ONE
    for _ in range(2000):
        shorter = shrink(fraction, pack(-1, 0), pack(2**20, 0))
        assert 0 < shorter < fraction
        fraction = shorter


@pytest.mark.parametrize("n", [1, 2, 3, 8, 20])
@pytest.mark.parametrize("rule, product", [(Compensated, dot), (Limited, long_dot)])
def test_a_main_trial_is_judged_by_this_rule_alone(rule, product, n):
    """Also where the sizes of step and gradient decide, without their product."""
    rng = random.Random(n)
    told = {True: 0, False: 0}
    for _ in range(400):
        position = Position([0] * n)
        judge = rule(position, None, 5, None, None)
        g = [rng.randint(-(2**27), 2**27) >> rng.randrange(27) for _ in range(n)]
        d = [rng.randint(-(2**18), 2**18) >> rng.randrange(18) for _ in range(n)]
        d[0] = d[0] or 1
        judge.g[:] = make_block(g, rng.choice((0, 30, 4000)))
        position.move[:n] = d
        assert position.admissible()
        slope = product(position.move, judge.g, n)
        border = mul(ALPHA, slope)
        bound = -(judge.g[n] + judge.g[n + 1] + position.move[n + 1] + n.bit_length() << 14) - ONE
        for near in (border, slope, bound, bound + (5 << 14), bound + (6 << 14), bound + (7 << 14)):
            for change in (near - 1, near, near + 1, -near):
                if change:
                    expected = change < 0 and sufficient(change, slope)
                    assert judge.accepts(change) == expected
                    told[expected] += 1
    assert min(told.values()) > 1000
