"""Numbers that carry their slopes: derivatives of a formula, by evaluating it (forward mode).

A Dual is a value and its derivatives by n variables, all Reals.  `variables` makes the first ones;
what is calculated from them carries the slopes along by the rules of calculus, exact but for the
rounding of Reals.
"""

from .numbers import ONE, ZERO, Real, number, sign


def variables(values):
    """A Dual for each of the values: by itself its slope is 1, by the others 0."""
    n = len(values)
    return [Dual(Real(values[i]), [ONE if i == j else ZERO for j in range(n)]) for i in range(n)]


class Dual:
    """A value with slopes, a list of n; arithmetic and comparisons as of `Real`."""

    def __init__(self, value, slopes):
        self.value = value
        self.slopes = slopes

    def through(self, value, slope):
        """A function of this: its value here, and its derivative by this."""
        return Dual(value, [slope * s if s.mantissa else ZERO for s in self.slopes])

    def combined(self, value, by_self, other, by_other):
        """A function of this and another Dual: its value, and its derivatives by the two."""
        slopes = zip(self.slopes, other.slopes)
        return Dual(value, [_sum(by_self, s, by_other, t) for s, t in slopes])

    def __add__(self, other):
        other = number(other)
        if isinstance(other, Real):
            return Dual(self.value + other, self.slopes)
        slopes = [s + t for s, t in zip(self.slopes, other.slopes)]
        return Dual(self.value + other.value, slopes)

    def __neg__(self):
        return Dual(-self.value, [-s for s in self.slopes])

    def __sub__(self, other):
        return self + -number(other)

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        other = number(other)
        if isinstance(other, Real):
            return self.through(self.value * other, other)
        return self.combined(self.value * other.value, other.value, other, self.value)

    def __truediv__(self, other):
        other = number(other)
        if isinstance(other, Real):
            return self.through(self.value / other, ONE / other)
        value = self.value / other.value
        return self.combined(value, ONE / other.value, other, -value / other.value)

    def __rtruediv__(self, other):
        value = number(other) / self.value
        return self.through(value, -value / self.value)

    def __pow__(self, other):
        from .powers import power

        return power(self, number(other))

    def __rpow__(self, other):
        from .powers import by_power

        other = number(other)
        value = other**self.value
        return self.through(value, by_power(other, value))

    __radd__ = __add__
    __rmul__ = __mul__

    def __abs__(self):
        return self if self.value.mantissa >= 0 else -self

    def __eq__(self, other):
        return self.value == other

    def __lt__(self, other):
        return sign(self.value, other) < 0

    def __le__(self, other):
        return sign(self.value, other) <= 0

    def __gt__(self, other):
        return sign(self.value, other) > 0

    def __ge__(self, other):
        return sign(self.value, other) >= 0

    def __repr__(self):
        return "Dual(%r, %r)" % (self.value, self.slopes)


def _sum(a, s, b, t):
    """a s + b t; many slopes are 0."""
    if not t.mantissa:
        return a * s if s.mantissa else ZERO
    return a * s + b * t if s.mantissa else b * t
