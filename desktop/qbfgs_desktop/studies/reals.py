"""How far the functions of Reals are from the truth: nasty arguments over all their ranges."""

import random
from fractions import Fraction
from typing import NamedTuple

from qbfgs import real
from qbfgs.real import Real

from ..oracle import functions
from ..oracle.functions import exact

NAMES = ("exp", "log", "sqrt", "sin", "cos", "atan", "tanh")
LEAST = 1 << 59
RANGES = {  # of the exponent, and whether arguments have both signs
    "exp": (-140, -30, True),
    "log": (-260, 150, False),
    "sqrt": (-260, 150, False),
    "sin": (-140, -1, True),
    "cos": (-140, -1, True),
    "atan": (-200, 80, True),
    "tanh": (-200, -50, True),
}


class Worst(NamedTuple):
    """A function: how many arguments were tried, the largest relative error, and where it was."""

    name: str
    tried: int
    error: float
    at: Real


def arguments(name):
    """Reals of every size, ends of binary digits, and what is nasty for the function."""
    rng = random.Random(name)
    low, high, signed = RANGES[name]
    found = []
    for e in range(low, high + 1, 3):
        for m in (LEAST, LEAST + 1, 2 * LEAST - 1, LEAST + rng.getrandbits(59)):
            found.append(Real(m, e))
    if name == "log":  # next to 1
        found += [Real(LEAST + (1 << k), -59) for k in range(59)]
        found += [Real(2 * LEAST - (1 << k), -60) for k in range(58)]
    if name in ("sin", "cos"):  # next to multiples of a quarter turn
        with functions.precise():
            quarter = Fraction(functions.pi()) / 2
        found += [_nearest(quarter * (rng.getrandbits(bits) | 1)) for bits in range(1, 58)]
    if name == "exp":  # next to multiples of ln 2, and of its half
        half = Fraction(functions.log(Fraction(2))) / 2
        found += [_nearest(half * (rng.getrandbits(bits) | 1)) for bits in range(1, 30)]
    return found + [-x for x in found] if signed else found


def worst(name):
    """The `Worst` of a function."""
    ours, true = getattr(real, name), getattr(functions, name)
    found = []
    for x in arguments(name):
        y = ours(x)
        found.append((functions.error(y.mantissa, y.exponent, true(exact(x))), x))
    error, at = max(found, key=lambda pair: pair[0])
    return Worst(name, len(found), error, at)


def _nearest(x):
    return Real(x.numerator) / x.denominator
