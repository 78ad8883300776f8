"""Powers of numbers with slopes."""

from .elementary import log
from .numbers import ZERO, Real, rounded


def power(base, exponent):
    """The power of a Dual, for an exponent that is a Real or a Dual."""
    plain = isinstance(exponent, Real)
    x, y = base.value, exponent if plain else exponent.value
    by_self = y * x ** (y - 1) if y else ZERO
    value = x**y
    if plain:
        return base.through(value, by_self)
    return base.combined(value, by_self, exponent, by_power(x, value))


def by_power(x, value):
    """The derivative of value = x^y by y; 0 for x = 0."""
    if not x:
        return ZERO
    return value * rounded(*log(x.mantissa, x.exponent))
