"""Powell's dogleg: the step within a region, from steepest descent to Newton's.

Powell, "A hybrid method for nonlinear equations", 1970.  Downhill to the least of the model along
the scaled gradient, from there straight to Newton's step, up to where the region ends.  A shorter
step so needs no new factors.
"""

from ..words.blocks import axpy, block, clear, copy, dot
from ..words.scalars import ONE, add, bits, div, exponent, mantissa, mul, scaled, sqrt
from .rounding import FINE

_WIDEST = 18 + FINE  # bits of a target


class Dogleg:
    """The steps from one point; made once.

    radius: of the region, a scalar: the length of a step that is scaled as the model's matrix is.
    """

    STATE = "radius newton _gg _gp _pp _rate"

    def __init__(self, n):
        self.n = n
        self.newton = block(n)
        self._work = block(n)
        self.radius = ONE
        # squares and products of the gradient g and Newton's step p; g'g / g'Bg
        self._gg = self._gp = self._pp = self._rate = 0

    def begin(self, model):
        """Takes the model at a new point."""
        n = self.n
        g = model.gradient
        p = self.newton
        model.cholesky.solve(p, g)
        self._gg = dot(g, g, n)
        self._gp = dot(g, p, n)
        self._pp = dot(p, p, n)
        copy(self._work, g, n)
        curved = model.cholesky.form(self._work)
        self._rate = div(self._gg, curved) if curved > 0 else 0

    def aim(self, target, model):
        """Sets the target, of exponent -FINE; True where the region ended the step."""
        n = self.n
        work = self._work
        square = mul(self.radius, self.radius)
        hit = self._pp > square
        if not hit:
            copy(work, self.newton, n)
        else:
            clear(work, n)
            rate = self._rate
            down = mul(mul(rate, rate), self._gg)
            if rate == 0 or down >= square:
                rate = div(self.radius, sqrt(self._gg)) if self._gg else 0
            else:
                # |c + b (p - c)| = radius for c = -rate g
                across = -mul(rate, self._gp)
                a = add(add(self._pp, down), -scaled(across, 1))
                b = add(across, -down)
                rest = add(square, -down)
                root = add(mul(b, b), mul(a, rest)) if a > 0 else mul(b, b)
                b = add(b, sqrt(root)) if root > 0 else b
                b = div(rest, b) if b > 0 else ONE
                if b > ONE:
                    b = ONE
                axpy(work, mantissa(b), exponent(b), self.newton, 0, n)
                rate = mul(add(ONE, -b), rate)
            if rate:
                axpy(work, -mantissa(rate), exponent(rate), model.gradient, 0, n)
        return self._write(target, model.scales) or hit

    def _write(self, target, scales):
        """The target in fine grid steps; True where it was too long for that."""
        n = self.n
        work = self._work
        e = work[n] + FINE
        excess = 0
        for i in range(n):
            v = work[i]
            if v:
                size = bits(v if v > 0 else -v) + e - scales[i] - _WIDEST
                if size > excess:
                    excess = size
        e -= excess
        for i in range(n):
            shift = e - scales[i]
            v = work[i]
            target[i] = v << shift if shift > 0 and v else v >> min(-shift, 30) if shift <= 0 else 0
        return excess > 0
