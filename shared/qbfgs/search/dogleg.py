"""Powell's dogleg: the step within a region, from steepest descent to Newton's.

From the point downhill along the scaled gradient, from there straight to Newton's step, and no
farther than the region ends (Powell, "A hybrid method for nonlinear equations", 1970).  A smaller
region needs no new factors.  His bend is where the model is least downhill; here it is where it
would be with the largest curvature that a coordinate has, which saves to ask for it.
"""

from ..words.blocks import axpy, block, clear, copy, dot
from ..words.compat import const
from ..words.scalars import ONE, add, bits, div, exponent, mantissa, mul, scaled, sqrt
from .rounding import FINE

_WIDEST = const(28)  # bits of a target: 2^18 steps
# powers of two of a region's square
TWICE = const(2)
FREE = const(20)
_RATE = const(2)  # the bend is at -2^2 g: no diagonal in scaled coordinates exceeds 1/4


class Dogleg:
    """The steps from a point; made once.

    region: the square of the length of the longest step, a scalar, in the model's scaled
    coordinates.
    """

    STATE = "region newton _gp _pp"

    def __init__(self, n):
        self.n = n
        self._work = block(n)
        self.region = ONE
        self.newton = block(n)
        # g'p and p'p of the gradient and Newton's step
        self._gp = self._pp = 0

    def begin(self, model):
        """Takes a model that was filled."""
        n = self.n
        p = self.newton
        model.cholesky.solve(p, model.slopes)
        self._gp = dot(model.slopes, p, n)
        self._pp = dot(p, p, n)

    def slope(self):
        """How steeply the cost falls along Newton's step, a scalar of 0 or more."""
        return -self._gp

    def square(self):
        """Of the length of the last target, before it was rounded."""
        return min(self.region, self._pp)

    def shorten(self, ratio):
        """The region becomes this part, of a square, of the last target."""
        self.region = mul(self.square(), ratio)

    def reach(self, square, power):
        """The region becomes so much longer than a step: TWICE or FREE; or stays, if it is more."""
        self.region = max(self.region, scaled(square, power))

    def aim(self, target, model):
        """Sets the target, of exponent -FINE; True where it is shorter than Newton's step."""
        hit = self._pp > self.region
        if hit:
            self._bend(model.slopes)
        else:
            copy(self._work, self.newton, self.n)
        return self._write(target, model.scales) > 0 or hit

    def _bend(self, g):
        """The step that is as long as the region."""
        n = self.n
        step = self._work
        square = self.region
        gg = dot(g, g, n)
        down = scaled(gg, 2 * _RATE)  # c'c, c = -2^2 g
        clear(step, n)
        if down >= square:
            rate = sqrt(div(square, gg))
        else:
            # |c + b (p - c)|^2 = region
            across = scaled(-self._gp, _RATE)  # c'p
            bend = add(across, -down)
            rest = add(square, -down)
            root = mul(rest, add(add(self._pp, -across), -bend))
            root = add(mul(bend, bend), root)
            b = add(bend, sqrt(root)) if root > 0 else bend
            b = div(rest, b) if b > rest else ONE
            axpy(step, mantissa(b), exponent(b), self.newton, 0, n)
            rate = scaled(add(ONE, -b), _RATE)
        if rate:
            axpy(step, -mantissa(rate), exponent(rate), g, 0, n)

    def _write(self, target: list, scales: list) -> int:
        """The target in fine grid steps, halved as often as it takes to fit; how often that is."""
        n = self.n
        step = self._work
        e = step[n] + FINE
        excess = 0
        for i in range(n):
            v = step[i]
            if v:
                size = bits(v if v >= 0 else -v) + e - scales[i] - _WIDEST
                if size > excess:
                    excess = size
        e -= excess
        for i in range(n):
            v = step[i]
            if v:
                shift = e - scales[i]
                v = v << shift if shift >= 0 else v >> (-shift if shift > -30 else 30)
            target[i] = v
        return excess
