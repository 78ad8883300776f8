"""`qbfgs.search.dogleg` on arrays: the steps within a region."""

import numpy as np

from ..words.arrays import WORD, at_least, full, masked, negative, nonzero, select, zeros
from ..words.blocks import axpy, block, choose, dot, measured
from ..words.lanes import Lanes
from ..words.scalars import ONE, add, bits, div, exponent, mantissa, mul, scaled, shifted, sqrt
from .rounding import FINE

_WIDEST = 28
_RATE = 2


class Dogleg(Lanes):
    """region: (lanes,) scalars; newton: a block; gp, pp: (lanes,) scalars g'p and p'p."""

    FIELDS = ("region", "newton", "gp", "pp")

    def __init__(self, n, lanes):
        self.region = full(lanes, ONE)
        self.newton = block(n, lanes)
        self.gp = zeros(lanes)
        self.pp = zeros(lanes)

    def begin(self, model):
        """Takes models that were filled."""
        self.newton = model.newton()
        self.gp = dot(model.slopes, self.newton)
        self.pp = dot(self.newton, self.newton)

    def square(self):
        """Of the length of the last targets, before they were rounded."""
        return np.minimum(self.region, self.pp)

    def aim(self, slopes, scales):
        """The targets, blocks of exponent -FINE; where they are shorter than Newton's steps."""
        hit = self.pp > self.region
        step = self.newton
        if hit.any():
            step = choose(masked(hit), self._bend(slopes), step)
        size = bits(np.abs(step.m)) + (step.e + FINE) - scales - _WIDEST
        excess = at_least((size & nonzero(step.m)).max(axis=0), 0)
        m = shifted(step.m, step.e + FINE - excess - scales)
        return measured(m, full(len(excess), -FINE)), hit | (excess > 0)

    def _bend(self, g):
        """The steps that are as long as the region."""
        square = self.region
        gg = dot(g, g)
        down = scaled(gg, 2 * _RATE)
        across = scaled(-self.gp, _RATE)
        bend = add(across, -down)
        rest = add(square, -down)
        root = mul(rest, add(add(self.pp, -across), -bend))
        root = add(mul(bend, bend), root)
        b = select(negative(-root), add(bend, sqrt(root)), bend)
        b = select(negative(rest - b), div(rest, b), WORD(ONE))
        inside = negative(down - square)  # the bend is
        rate = select(inside, scaled(add(WORD(ONE), -b), _RATE), sqrt(div(square, gg)))
        b &= inside
        step = block(len(g.m), len(square))
        step = axpy(step, mantissa(b), exponent(b), self.newton)
        return axpy(step, -mantissa(rate), exponent(rate), g)
