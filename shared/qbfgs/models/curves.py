"""Curves of sensors: exponential decay and saturation, fitted by nonlinear least squares."""

from ..functions import ONE, exp, reciprocal, signed_times
from ..sums import Sum
from .model import Model
from .scores import score
from .totals import curve_cost, curve_scale, curve_slopes

BITS = 16  # an input t counts 2^-16
WIDTH = 19  # and is 0 <= t < 2^19
TARGET_BITS = 20  # a target counts 2^-20
TARGET_WIDTH = 23
_EDGE = 0x10000000


class Curve(Model):
    """y = c + a g(k t) with X = qp (k, a, c); cost = sum of (model - y)^2.

    samples: one input t >= 0 with t < 2^WIDTH, counting 2^-BITS; y counts 2^-TARGET_BITS, below
    2^TARGET_WIDTH; negative t are taken as 0, and so is k below 0: g is flat there.  k t is
    taken as 32 where it is more.

    A residual counts 1 / (2^9 qp), a 512th of what a grid step of c changes, and is within 3 of
    the exact one, and 2^-15 |a| qp more; one of more than 2^28 is taken as that.  The gradient is
    that of the curve at these residuals.
    """

    def __init__(self, samples, qp):
        self._squares, self._k, self._a, self._c = Sum(), Sum(), Sum(), Sum()
        Model.__init__(self, samples, 3, qp)

    def start(self):
        """A start: k = a = 1, c = 0, for at k = 0 or a = 0 a gradient is flat."""
        return [self.qp, self.qp, 0]

    def _scale(self, qp):
        return curve_scale(qp)

    def _begin(self):
        self._squares.clear()
        self._k.clear()
        self._a.clear()
        self._c.clear()

    def _sample(self):
        k, a, c = self._x[0], self._x[1], self._x[2]
        t = max(0, self.samples.x[0])
        y = self.samples.y
        z = 0
        if k > 0:
            z = score(t * self._high[0], t * self._low[0], self.qp, BITS)
        self._shape(z)
        # qp y / 2^11 in two parts of y
        high = y >> 14
        y = (high * self.qp << 3) + ((y & 0x3FFF) * self.qp >> 11)
        r = (c << 9) + signed_times(a << 9, self.value) - y
        r = max(-_EDGE, min(_EDGE, r))
        self._squares.add_product(r, r)
        self._c.add(r)
        self._a.add_product(r, self.value)
        if k >= 0:
            # a g'(k t) t, with t as a fraction of 8
            self._k.add_product(r, signed_times(signed_times(a << 9, self.slope), t << 9))

    def _total(self):
        return curve_cost(self._squares)

    def _slope(self):
        curve_slopes(self._slopes, self._k, self._a, self._c, self.qp)


class Decay(Curve):
    """y = c + a e^(-k t): decay for a > 0, and for a < 0 a saturation that ends at c."""

    def _shape(self, z):
        self.value = exp(z)
        self.slope = -self.value


class Saturation(Curve):
    """y = c + a k t / (1 + k t): half of a is reached at t = 1 / k (Langmuir, Michaelis-Menten)."""

    def _shape(self, z):
        y = reciprocal(min(0x1FFFFFFF, z + 0x1000000))
        self.value = ONE - y
        self.slope = signed_times(y, y)
