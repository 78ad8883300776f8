"""Functions of words against exact values: at nasty points, and densely over the whole range.

QBFGS_FUNCTIONS_STRIDE=1 in the environment takes every argument there is (some hours).
"""

import math
import os
import random
from decimal import Decimal, localcontext

import pytest

from qbfgs.words import functions
from qbfgs.words.functions import ONE, TOP, quotient, signed_times, times

STRIDE = int(os.environ.get("QBFGS_FUNCTIONS_STRIDE", "7919"))
Z = 2**24  # 1 as an argument


def exact_exp(z):
    return (-Decimal(z) / Z).exp()


def exact_tanh(z):
    e = (-2 * Decimal(abs(z)) / Z).exp()
    return ((1 - e) / (1 + e)).copy_sign(z)


# name: (exact, fast reference, domain, error below so many units)
CASES = {
    "exp": (exact_exp, lambda z: math.exp(-z / Z), (0, 2**29), 3),
    "log": (lambda y: (Decimal(y) / ONE).ln(), lambda y: math.log(y / ONE), (ONE, 2 * ONE), 3),
    "log1p_exp": (
        lambda z: (1 + exact_exp(z)).ln(),
        lambda z: math.log1p(math.exp(-z / Z)),
        (0, 2**29),
        5,
    ),
    "sigmoid": (
        lambda z: 1 / (1 + exact_exp(z)),
        lambda z: 1 / (1 + math.exp(-z / Z)),
        (-(2**29), 2**29),
        3,
    ),
    "tanh": (exact_tanh, lambda z: math.tanh(z / Z), (-(2**29), 2**29), 4),
    "reciprocal": (lambda y: Decimal(Z) / y, lambda y: Z / y, (Z, TOP), 1),
}
each_function = pytest.mark.parametrize("name", CASES)
LN2 = 11629080


def nasty(low, high):
    """Ends, powers of two, edges of tables and of the reduction by ln 2, all with neighbours."""
    points = {low, high, 0}
    points |= {s * 2**k for k in range(30) for s in (1, -1)}
    points |= {s * k * LN2 for k in range(47) for s in (1, -1)}
    points |= {k << 20 for k in range(-512, 513)} | {(k << 16) + (1 << 15) for k in range(0, 180)}
    points |= {ONE + (k << 23) for k in range(33)}
    return sorted({p + d for p in points for d in range(-2, 3) if low <= p + d <= high})


@each_function
def test_the_error_at_nasty_points(name):
    exact, _, domain, bound = CASES[name]
    with localcontext() as context:
        context.prec = 40
        for x in nasty(*domain):
            got = getattr(functions, name)(x)
            assert abs(got - exact(x) * ONE) < bound, x


@each_function
def test_the_error_over_the_whole_range(name):
    """Doubles are exact to 2^-24 of a unit."""
    _, fast, (low, high), bound = CASES[name]
    function = getattr(functions, name)
    worst = max(abs(function(x) - fast(x) * ONE) for x in range(low, high + 1, STRIDE))
    assert 0.5 < worst < bound


@each_function
def test_words(core, name):
    """Every operator stays within the word, and the answer is the same."""
    low, high = CASES[name][2]
    watched = getattr(core.module("words.functions"), name)
    rng = random.Random(name)
    for x in nasty(low, high) + [rng.randint(low, high) for _ in range(2000)]:
        assert watched(x) == getattr(functions, name)(x)


def test_exact_values():
    assert functions.exp(0) == ONE == max(map(functions.exp, range(3000)))
    assert functions.tanh(0) == 0 and functions.tanh(TOP) == ONE == -functions.tanh(-TOP)
    assert functions.sigmoid(0) in (ONE // 2 - 1, ONE // 2)
    assert functions.reciprocal(Z) == ONE and functions.reciprocal(4 * Z) == ONE // 4
    assert functions.exp(TOP) == 0 and functions.log(ONE) in range(-2, 3)


EDGES = [0, 1, 2, 2**13, 2**14 - 1, 2**14, 2**14 + 1, 2**27, 2**28 - 1, 2**28]


def test_times_is_rounded_to_nearest_but_for_2_to_the_minus_14(core):
    rng = random.Random(1)
    watched = core.module("words.functions")
    firsts = EDGES + [2**29 - 1, 2**28 + 1] + [rng.randrange(2**29) for _ in range(60)]
    seconds = EDGES + [rng.randrange(2**28 + 1) for _ in range(60)]
    for a in firsts:
        for b in seconds:
            got = watched.times(a, b)
            assert got == times(a, b)
            assert abs((got << 28) - a * b) <= (1 << 27) + (1 << 14), (a, b)
            for p, q in ((a, -b), (-a, b), (-a, -b)):
                assert signed_times(p, q) == (got if (p < 0) == (q < 0) else -got) or not a * b


def test_quotient_is_exact(core):
    rng = random.Random(2)
    watched = core.module("words.functions").quotient
    below = [2**28, 2**28 + 1, 2**29, 2**29 - 1, 2**28 + 2**14 - 1, 3 * 2**27]
    below += [rng.randrange(2**28, 2**29) for _ in range(80)]
    for b in below:
        above = [0, 1, b, b - 1, b // 2, b >> 14, 2**28] + [rng.randint(0, b) for _ in range(80)]
        for a in above:
            assert watched(a, b) == quotient(a, b) == (a << 28) // b, (a, b)
