"""exp, log, sqrt, sin, cos, atan and tanh of Reals, ints, decimal text, and numbers with slopes.

A result is the nearest Real but for less than 2^-69 of it, so errs by at most 2^-60 (1 + 2^-9) of
itself. A number with slopes gives one with slopes. Angles are in radians.
"""

from . import elementary
from .numbers import ONE, Real, number, rounded


def _value(x):
    """(number, its value)."""
    x = number(x)
    return x, x if isinstance(x, Real) else x.value


def exp(x):
    """e^x; 0 for x <= -2^31. Raises OverflowError for x >= 2^31."""
    x, v = _value(x)
    y = rounded(*elementary.exp(v.mantissa, v.exponent))
    return y if x is v else x.through(y, y)


def log(x):
    """The natural logarithm. Raises ValueError for x <= 0."""
    x, v = _value(x)
    y = rounded(*elementary.log(v.mantissa, v.exponent))
    return y if x is v else x.through(y, ONE / v)


def sqrt(x):
    """The square root. Raises ValueError for x < 0; with slopes ZeroDivisionError for 0."""
    x, v = _value(x)
    y = rounded(*elementary.sqrt(v.mantissa, v.exponent))
    return y if x is v else x.through(y, ONE / (y + y))


def sin(x):
    """The sine. Raises ValueError for |x| >= 2^59."""
    from . import angles

    x, v = _value(x)
    y = rounded(*angles.sin(v.mantissa, v.exponent))
    return y if x is v else x.through(y, rounded(*angles.cos(v.mantissa, v.exponent)))


def cos(x):
    """The cosine. Raises ValueError for |x| >= 2^59."""
    from . import angles

    x, v = _value(x)
    y = rounded(*angles.cos(v.mantissa, v.exponent))
    return y if x is v else x.through(y, -rounded(*angles.sin(v.mantissa, v.exponent)))


def atan(x):
    """The arc tangent, in -pi/2 .. pi/2."""
    from . import angles

    x, v = _value(x)
    y = rounded(*angles.atan(v.mantissa, v.exponent))
    return y if x is v else x.through(y, ONE / (v * v + 1))


def tanh(x):
    """The hyperbolic tangent."""
    from . import angles

    x, v = _value(x)
    y = rounded(*angles.tanh(v.mantissa, v.exponent))
    return y if x is v else x.through(y, (1 - y) * (1 + y))
