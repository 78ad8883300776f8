"""Numbers that carry their slopes: derivatives of a formula by evaluating it (forward mode).

The functions take floats, `Decimal`s, a `Dual` of either, and the numbers of `qbfgs.real`.  Those
of Decimals are right to some 50 digits, and the same on every machine.  Outside their range they
raise an ArithmeticError, or, of floats and of Reals, ValueError.
"""

import functools
import math
from decimal import Decimal, localcontext

from qbfgs import real

PLACES = 60
_ONE = 10**PLACES
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")
_TURN = 6283185307179586476925286766559005768394338798750211641949889  # 2 pi


class Dual:
    """A value, and its slopes by n variables."""

    __slots__ = ("slopes", "value")

    def __init__(self, value, slopes):
        self.value = value
        self.slopes = slopes

    def __neg__(self):
        return _through(self, -self.value, -1)

    def __add__(self, other):
        if isinstance(other, Dual):
            slopes = [a + b for a, b in zip(self.slopes, other.slopes, strict=True)]
            return Dual(self.value + other.value, slopes)
        return Dual(self.value + other, self.slopes)

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        if isinstance(other, Dual):
            u, v = self.value, other.value
            slopes = [a * v + u * b for a, b in zip(self.slopes, other.slopes, strict=True)]
            return Dual(u * v, slopes)
        return _through(self, self.value * other, other)

    def __truediv__(self, other):
        if not isinstance(other, Dual):
            return Dual(self.value / other, [a / other for a in self.slopes])
        v = other.value
        quotient = self.value / v
        pairs = zip(self.slopes, other.slopes, strict=True)
        return Dual(quotient, [(a - quotient * b) / v for a, b in pairs])

    def __rtruediv__(self, other):
        quotient = other / self.value
        return _through(self, quotient, -quotient / self.value)

    __radd__ = __add__
    __rmul__ = __mul__


def variables(values):
    """The values as variables: a `Dual` each, of slope 1 by itself."""
    kind, n = type(values[0]), len(values)
    return [Dual(v, [kind(i == j) for j in range(n)]) for i, v in enumerate(values)]


def _through(u, value, slope):
    """A function's `value` and `slope` at u."""
    return Dual(value, [slope * a for a in u.slopes])


def pi(like):
    """Pi, a number of the same kind as `like`."""
    if isinstance(like, real.Real):
        return real.Real(str(PI)[:60])
    return PI if isinstance(like, Decimal) else math.pi


def _of_reals_too(function):
    """The function, which leaves the numbers of `qbfgs.real` to its namesake there."""
    ours = getattr(real, function.__name__)

    @functools.wraps(function)
    def wrapped(u):
        return ours(u) if isinstance(u, real.Real | real.Dual) else function(u)

    return wrapped


@_of_reals_too
def exp(u):
    """e^u."""
    if isinstance(u, Dual):
        value = exp(u.value)
        return _through(u, value, value)
    return u.exp() if isinstance(u, Decimal) else math.exp(u)


@_of_reals_too
def log(u):
    """The natural logarithm."""
    if isinstance(u, Dual):
        return _through(u, log(u.value), 1 / u.value)
    return u.ln() if isinstance(u, Decimal) else math.log(u)


@_of_reals_too
def cos(u):
    """The cosine."""
    if isinstance(u, Dual):
        return _through(u, cos(u.value), -sin(u.value))
    return sin(u + PI / 2) if isinstance(u, Decimal) else math.cos(u)


@_of_reals_too
def sin(u):
    """The sine."""
    if isinstance(u, Dual):
        return _through(u, sin(u.value), cos(u.value))
    return _sine(u) if isinstance(u, Decimal) else math.sin(u)


@functools.lru_cache(1 << 12)  # slopes ask for what values asked for
def _sine(u):
    angle = int(u.scaleb(PLACES)) % _TURN
    square = angle * angle // _ONE
    total, term, k = angle, angle, 1
    while term:
        term = -term * square // ((k + 1) * (k + 2) * _ONE)
        k += 2
        total += term
    return Decimal(total).scaleb(-PLACES)


@_of_reals_too
def atan(u):
    """The arc tangent."""
    if isinstance(u, Dual):
        return _through(u, atan(u.value), 1 / (1 + u.value * u.value))
    if not isinstance(u, Decimal):
        return math.atan(u)
    with localcontext(prec=PLACES):
        for _ in range(3):  # each halves the angle
            u = u / (1 + (1 + u * u).sqrt())
        square, total, power, k = -u * u, u, u, 1
        while True:
            power *= square
            k += 2
            last, total = total, total + power / k
            if total == last:
                return 8 * total
