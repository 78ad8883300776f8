"""exp, log, sqrt, sin, cos, atan, tanh to 100 digits or more: by Decimal, and by series that share
nothing with `qbfgs.fits.elementary`."""

import functools
import math
from decimal import Decimal, localcontext
from fractions import Fraction

DIGITS = 220  # carried: arguments of 10^60 and of 10^-60 both lose 60


def precise():
    """The context of all that is done here, whose exponents reach e^(2^31)."""
    return localcontext(prec=DIGITS, Emin=-(10**12), Emax=10**12)


def decimal(x):
    """A Fraction as a Decimal, within the precision of the context."""
    return Decimal(x.numerator) / x.denominator


def error(m, e, true):
    """The relative error of m 2^e, a float; of 0 it is 0 or infinite."""
    with precise():
        if true == 0:
            return 0.0 if m == 0 else math.inf
        return float(abs(m * Decimal(2) ** e / true - 1))


def exact(x):
    """A `Real` as the Fraction that it is."""
    return x.mantissa * Fraction(2) ** x.exponent


def _carried(function):
    """The function of a Fraction, which is given a Decimal."""

    @functools.wraps(function)
    def carried(x):
        with precise():
            return +function(decimal(x))

    return carried


@_carried
def exp(x):
    """e^x."""
    return x.exp()


@_carried
def log(x):
    """ln x."""
    return x.ln()


@_carried
def sqrt(x):
    """The square root."""
    return x.sqrt()


@_carried
def tanh(x):
    """1 - 2 / (e^2x + 1)."""
    return 1 - 2 / ((2 * x).exp() + 1)


@_carried
def sin(x):
    """By its Taylor series, a turn at most."""
    return _taylor(_turned(x), 1)


@_carried
def cos(x):
    """By its Taylor series, a turn at most."""
    return _taylor(_turned(x), 0)


@_carried
def atan(x):
    """By Euler's series, after the argument was halved four times."""
    for _ in range(4):
        x = x / (1 + (1 + x * x).sqrt())
    q = x * x / (1 + x * x)
    total = term = x / (1 + x * x)
    k = 1
    while term and total.adjusted() - term.adjusted() < DIGITS:
        term = term * q * 2 * k / (2 * k + 1)
        total += term
        k += 1
    return 16 * total


@functools.cache
def pi():
    """By Machin's formula; within the precision of the context."""
    return 4 * (4 * atan(Fraction(1, 5)) - atan(Fraction(1, 239)))


def _turned(x):
    return x - 2 * pi() * (x / (2 * pi())).to_integral_value()


def _taylor(x, first):
    total = term = x if first else Decimal(1)
    k = first
    while term and total.adjusted() - term.adjusted() < DIGITS:
        term = -term * x * x / ((k + 1) * (k + 2))
        total += term
        k += 2
    return total
