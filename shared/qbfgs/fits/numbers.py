"""Real: a floating number of two ints, for interpreters with floats, poor ones, or none.

A Real is mantissa 2^exponent, a normal pair of `rounding`.  + - * / are rounded to nearest, so they
err by at most 2^-60 of their result, on every interpreter alike.  The exponent has no bounds.

Every operation takes heap: see docs/real.md.
"""

from ..words.wide import is_int
from . import elementary, texts
from .rounding import normal, quotient

_TOP = 1 << 60  # a mantissa is below
_SHORT = 1 << 119  # a product below has 119 bits


def rounded(m, e):
    """The Real nearest to m 2^e, ints of any width."""
    m, e = normal(m, e)
    return Real(m, e)


def ratio(a, b):
    """The Real nearest to a / b, ints of any width. Raises ZeroDivisionError for b = 0."""
    m, e = quotient(a, b)
    return Real(m, e)


def number(value):
    """The value as a number to calculate with: a Real of an int, of decimal text or of a float,
    which counts as the decimal text that `str` gives; what is a Real or carries slopes, as it is.

    Raises TypeError for what is no number, ValueError for text that is none.
    """
    if isinstance(value, Real) or hasattr(value, "slopes"):
        return value
    if is_int(value):
        return rounded(value, 0)
    m, e = texts.read(value)
    return Real(m, e)


class Real:
    """A number: Real("2.5e-3"), Real(7), or Real(0.25) where there are floats. It never changes.

    + - * / ** and comparisons take ints and decimal text beside it; x ** y errs by at most
    2^-59 (1 + |y|) of it for an int y, else by as much as `exp(y * log(x))`.

    mantissa, exponent: see the module; only whoever has such a pair gives both.
    Raises TypeError and ValueError as `number` does, TypeError for a number with slopes.
    """

    def __init__(self, value, exponent=None):
        if exponent is None:
            value = number(value)
            if not isinstance(value, Real):
                raise TypeError("this number has slopes: its value is a Real")
            exponent = value.exponent
            value = value.mantissa
        self.mantissa = value
        self.exponent = exponent

    def __add__(self, other):
        if not isinstance(other, Real):
            other = number(other)
            if not isinstance(other, Real):
                return NotImplemented
        a = self.mantissa
        b = other.mantissa
        if a == 0:
            return other
        if b == 0:
            return self
        shift = self.exponent - other.exponent
        if -63 < shift < 63:  # else one is less than a quarter of the other's last place
            if shift < 0:
                return rounded((b << -shift) + a, self.exponent)
            return rounded((a << shift) + b, other.exponent)
        return self if shift > 0 else other

    def __mul__(self, other):
        if not isinstance(other, Real):
            other = number(other)
            if not isinstance(other, Real):
                return NotImplemented
        m = self.mantissa * other.mantissa
        if m == 0:
            return ZERO
        shift = 59 if -_SHORT < m < _SHORT else 60
        m = m + (1 << shift >> 1) >> shift
        e = self.exponent + other.exponent + shift
        return Real(m, e) if -_TOP < m < _TOP else rounded(m, e)

    def __truediv__(self, other):
        other = number(other)
        if not isinstance(other, Real):
            return NotImplemented
        m, e = quotient(self.mantissa, other.mantissa)
        return Real(m, e + self.exponent - other.exponent) if m else ZERO

    def __neg__(self):
        return Real(-self.mantissa, self.exponent)

    def __sub__(self, other):
        return self + -number(other)

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return number(other) / self

    def __pow__(self, other):
        other = number(other)
        if not isinstance(other, Real):
            return NotImplemented
        return power(self, other)

    def __rpow__(self, other):
        return number(other) ** self

    __radd__ = __add__
    __rmul__ = __mul__

    def __abs__(self):
        return -self if self.mantissa < 0 else self

    def __bool__(self):
        return self.mantissa != 0

    def __float__(self):
        unit = pow(2, -60)  # a float: whoever asks for one has them
        return self.mantissa * unit * pow(2 + unit - unit, self.exponent + 60)

    def __eq__(self, other):
        try:
            return sign(self, other) == 0
        except (TypeError, ValueError):
            return False

    def __lt__(self, other):
        return sign(self, other) < 0

    def __le__(self, other):
        return sign(self, other) <= 0

    def __gt__(self, other):
        return sign(self, other) > 0

    def __ge__(self, other):
        return sign(self, other) >= 0

    def __hash__(self):
        return hash((self.mantissa, self.exponent))

    def scaled(self, unit):
        """The int nearest to unit x, half up, for an int unit such as 1000."""
        return texts.scaled(self.mantissa, self.exponent, unit)

    def text(self, places):
        """The number with so many digits behind the point, rounded half up."""
        return texts.point(self.scaled(10**places), places)

    def __str__(self):
        return texts.short(self.mantissa, self.exponent, 17)

    def __repr__(self):
        return "Real('%s')" % self


ZERO = Real(0, 0)
ONE = rounded(1, 0)


def sign(a, b):
    """-1, 0 or 1 as a Real is less than b, as large, or more; for a b with slopes: its value."""
    b = number(b)
    if not isinstance(b, Real):
        b = b.value
    m = (a + -b).mantissa
    return 1 if m > 0 else -1 if m < 0 else 0


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
    return rounded(*elementary.power(x.mantissa, x.exponent, y.mantissa, y.exponent))
