"""Curves of sensors: exponential decay, rise and saturation, by nonlinear least squares."""

from ..words.functions import ONE, exp, reciprocal, signed_times
from ..words.sums import Sum
from .model import Model
from .scores import score
from .totals import curve_cost, curve_scale, curve_slopes

BITS = 16  # an input t counts 2^-16
WIDTH = 19  # and is 0 <= t < 2^19
TARGET_BITS = 20  # a target counts 2^-20
TARGET_WIDTH = 23
_EDGE = 0x10000000


class Curve(Model):
    """y = a_1 g(k_1 t) + .. + a_m g(k_m t) + c; X = qp (k_1, a_1, .., k_m, a_m, c).

    cost = sum of (model - y)^2.  terms: m; offset: whether there is a c.  Subclasses have a g.
    samples: one input t >= 0 with t < 2^WIDTH, counting 2^-BITS; y counts 2^-TARGET_BITS, below
    2^TARGET_WIDTH; negative t are taken as 0, and so is k below 0: g is flat there.  k t is
    taken as 32 where it is more.

    A residual counts 1 / (2^9 qp), a 512th of what a grid step of c changes, and is within 2 + m of
    the exact one, and 2^-15 |a| qp more; one of more than 2^28 is taken as that.  The gradient is
    that of the curve at these residuals; the Hessian is Gauss-Newton's, twice the sum of the
    products of their slopes.
    """

    def __init__(self, samples, qp, terms=1, offset=True):
        if terms < 1:
            raise ValueError("a curve needs 1 term or more, not %r" % (terms,))
        self.terms = terms
        self.offset = offset
        self._squares = Sum()
        self._by_k = [Sum() for _ in range(terms)]
        self._by_a = [Sum() for _ in range(terms)]
        self._by_c = Sum()
        self.values = [0] * terms
        self._falls = [0] * terms
        Model.__init__(self, samples, 2 * terms + (1 if offset else 0), qp)

    def start(self):
        """A start: that of `curve_start`, which makes a pass; of several terms equal steps."""
        if self.terms > 1:
            steps = [self.qp << i >> 1 for i in range(self.terms) for _ in (0, 1)]
            return steps + [0] * (self.n - len(steps))
        from .curve_start import best_of_rates

        self.passes += 1
        return best_of_rates(self, self.samples, self.qp)

    def _scale(self, qp):
        return curve_scale(qp)

    def _begin(self):
        self._squares.clear()
        self._by_c.clear()
        for i in range(self.terms):
            self._by_k[i].clear()
            self._by_a[i].clear()

    def _sample(self):
        t = max(0, self.samples.x[0])
        # qp y / 2^11 in two parts of y
        y = self.samples.y
        high = y >> 14
        r = -(high * self.qp << 3) - ((y & 0x3FFF) * self.qp >> 11)
        if self.offset:
            r += self._x[self.n - 1] << 9
        for i in range(self.terms):
            k = 2 * i
            z = 0
            if self._x[k] > 0:
                z = score(t * self._high[k], t * self._low[k], self.qp, BITS)
            self._shape(z)
            self.values[i] = self.value
            a = self._x[k + 1] << 9
            self._falls[i] = signed_times(a, self.slope)
            r = max(-2 * _EDGE, min(2 * _EDGE, r + signed_times(a, self.value)))
        r = max(-_EDGE, min(_EDGE, r))
        self._squares.add_product(r, r)
        self._by_c.add(r)
        for i in range(self.terms):
            self._by_a[i].add_product(r, self.values[i])
            self._by_k[i].add_product(r, self.rate_slope(i, t))

    def rate_slope(self, i, t):
        """a_i g'(k_i t) t of the sample that was taken, with t as a fraction of 8; 0 for k < 0."""
        return signed_times(self._falls[i], t << 9) if self._x[2 * i] >= 0 else 0

    def _hessian_sums(self):
        from .hessians.curves import CurveHessian

        return CurveHessian(self)

    def _total(self):
        return curve_cost(self._squares)

    def _slope(self):
        curve_slopes(self._slopes, self._by_k, self._by_a, self._by_c, self.qp)


class Decay(Curve):
    """g = e^(-k t)."""

    def _shape(self, z):
        self.value = exp(z)
        self.slope = -self.value


class Rise(Curve):
    """g = 1 - e^(-k t): charging, warming up."""

    def _shape(self, z):
        self.slope = exp(z)
        self.value = ONE - self.slope


class Saturation(Curve):
    """g = k t / (1 + k t): half is reached at t = 1 / k (Langmuir, Michaelis-Menten)."""

    def _shape(self, z):
        y = reciprocal(min(0x1FFFFFFF, z + 0x1000000))
        self.value = ONE - y
        self.slope = signed_times(y, y)
