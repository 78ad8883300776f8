"""Powers of Reals, and of numbers with slopes."""

from .elementary import exp, log
from .numbers import ONE, ZERO, Real, rounded


def power(x, y):
    """x^y of Reals. Raises ValueError where there is none, ZeroDivisionError for 0^y, y < 0."""
    n = y.scaled(1)
    if y == n and -1024 <= n <= 1024:
        size = n if n >= 0 else -n
        result = ONE
        while size:
            if size & 1:
                result = result * x
            x = x * x
            size >>= 1
        return result if n >= 0 else ONE / result
    if x.mantissa == 0:
        return ZERO if y.mantissa > 0 else ONE / x
    if x.mantissa < 0:
        raise ValueError("%s ** %s has no value" % (x, y))
    return rounded(*raised(x.mantissa, x.exponent, y.mantissa, y.exponent))


def raised(m, e, n, f):
    """x^y for the pairs x > 0 and y: errs by 2^-70 (1 + |y ln x|) of it. Raises as exp and log."""
    m, e = log(m, e)
    return exp(m * n, e + f)


def dual_power(base, exponent):
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
