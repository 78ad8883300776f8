"""Mode "newton": for objectives that give their matrix of second derivatives, or most of it.

On each go the model is filled anew from that matrix; main steps are Powell's dogleg.  All else is
mode "compensated": rounding in the metric, compensation, certificates.
"""

from ..grid.position import WIDEST
from ..model.gauss_newton import GaussNewton
from ..search.armijo import curvature
from ..search.dogleg import FREE, TWICE, Dogleg
from ..search.idle_and_go import MAIN, IdleAndGo
from ..words.blocks import block, copy, dot, largest, measure, subtract
from ..words.scalars import ONE, add, bits, div, mul, pack, scaled
from .compensated import Compensated

_TENTH = div(ONE, pack(10, 0))
_HALF = scaled(ONE, -1)
_MOST = add(ONE, -scaled(ONE, -2))
_MORE = add(ONE, scaled(ONE, -3))


class Newton(Compensated):
    """The rule of mode "newton"; settings as in Optimizer, radius None where none was set."""

    PARTS = "model neighbours wall curvatures dogleg"
    second = True  # it takes the Hessian too

    def __init__(self, position, objective, radius, pairs, polls):
        x = position.x
        follow = radius is None
        if follow:
            from ..grid.radius import default_radius  # needed once

            radius = default_radius(objective, x)
        Compensated.__init__(self, position, objective, radius, pairs, polls)
        if hasattr(objective, "expect_hessian"):
            objective.expect_hessian()  # a model's first pass gives it, too
        self.dogleg = Dogleg(self.n)
        # The first region is where a step moves each coordinate by what it is, or by the radius.
        reach = self.move
        for i in range(self.n):
            reach[i] = abs(x[i]) if follow and x[i] else radius
            self.model.reach[i] = bits(reach[i])
        measure(reach, self.n)
        self.set_radius(min(WIDEST, largest(reach, self.n)))
        # of a trial d: the changes of gradient and cost, and the scalars y'd and G.d
        self.y = block(self.n)
        self._change = self._sy = self._slope = 0

    def _made(self, n, pairs):
        return GaussNewton(n, pairs)

    def take(self, gradient, hessian):
        """Takes the answers at the trial; nothing else changes."""
        IdleAndGo.take(self, gradient)
        self.model.take(gradient, hessian)
        subtract(self.y, self.fresh, self.g, self.n)
        self._sy = dot(self.move, self.y, self.n)

    def start(self):
        """With the answers at the start."""
        copy(self.g, self.fresh, self.n)
        self.model.adopt()
        self.model.scale(self.move)
        self.dogleg.region = self.model.square()
        self._fill()

    def renew(self):
        """With the answers of a changed objective at X; the region and S stay."""
        copy(self.g, self.fresh, self.n)
        self.model.adopt()
        self._forget()
        self._fill()

    def _fill(self):
        self.model.fill(self.box, self.position.x, self.g)
        self.dogleg.begin(self.model)

    def _turn(self):
        if self.stage != MAIN:
            IdleAndGo._turn(self)

    def _compensate(self):
        self.model.invert()
        IdleAndGo._compensate(self)

    def promise(self):
        """The decrease that the model promises in all, a scalar; None where its step is none."""
        slope = self.dogleg.slope()
        return scaled(slope, -1) if slope >= 0 else None

    def aim(self):
        """The target within the region, and the move as its rounding."""
        if self.stage != MAIN:
            IdleAndGo.aim(self)
            return
        self.hit = self.dogleg.aim(self.target, self.model)
        self.rounding.round(self.move, self.target)
        if self.box is not None:
            self.box.clip(self.position.x, self.move)

    def slope(self):
        """The scalar G.d of the trial."""
        return self._slope

    def slopes(self):
        """The sum of the slopes at both ends of a go, a scalar."""
        return add(scaled(self._slope, 1), self._sy)

    def accepts(self, change):
        """Whether a change of the cost makes a go."""
        self._change = change
        self._slope = IdleAndGo.slope(self)
        return IdleAndGo.accepts(self, change)

    def _shorten(self, slope, measured):
        """The region ends where the parabola through a step has its least: at 1/10 to 1/2 of it."""
        ratio = div(-slope, measured) if measured > 0 else _HALF
        ratio = min(_HALF, max(_TENTH, ratio))
        self.dogleg.shorten(mul(ratio, ratio))

    def accepted(self):
        """A go: the model is filled anew, and the region follows what became of its promise."""
        n = self.n
        move = self.move
        model = self.model
        change = self._change
        slope = self._slope
        measured = curvature(change, slope)
        model.scale(move)
        curved = model.curved()
        promised = add(slope, scaled(curved, -1))
        if self.stage == MAIN and change > scaled(promised, -2):
            self._shorten(slope, measured)
        elif self.stage != MAIN:
            self.dogleg.reach(model.square(), TWICE)
        elif not self.hit or change <= mul(_MOST, promised):
            # A cost that falls faster than was promised, as a classifier's does, needs no region.
            power = FREE if change <= mul(_MORE, promised) else TWICE
            self.dogleg.reach(self.dogleg.square(), power)
        radius = 2 * largest(move, n)
        if radius > self.radius:
            self.set_radius(min(WIDEST, radius))
        self.g, self.fresh = self.fresh, self.g
        if self.box is not None:
            self.box.face(self.y, self.position.x, move)
        model.learn_go(move, self.y, self._sy, measured, curved)
        self._forget()
        self._fill()
