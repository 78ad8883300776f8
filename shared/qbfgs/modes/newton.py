"""Mode "newton": for objectives that give their matrix of second derivatives, or most of it.

On each go the model is filled from it; steps within a region are Powell's dogleg.  All else is mode
"compensated": rounding in the metric, compensation, certificates.
"""

from ..model.gauss_newton import GaussNewton
from ..search.dogleg import Dogleg
from ..search.idle_and_go import MAIN, IdleAndGo
from ..search.rounding import MetricRounding
from ..words.blocks import copy, largest, subtract
from ..words.scalars import ONE, add, div, mul, pack, scaled, sqrt
from .compensated import Compensated

_TENTH = div(ONE, pack(10, 0))
_HALF = scaled(ONE, -1)


class Newton(Compensated):
    """The rule of mode "newton"; settings as in Optimizer."""

    PARTS = "model neighbours wall curvatures dogleg"
    second = True  # it takes the Hessian too

    def __init__(self, position, objective, radius, pairs, polls):
        self.follows = radius is None
        if self.follows:
            from ..checks import default_radius  # needed once

            radius = default_radius(objective, position.x)
        Compensated.__init__(self, position, objective, radius, pairs, polls)
        self.dogleg = Dogleg(self.n)
        self.change = 0

    def _made(self, n, pairs):
        return GaussNewton(n, pairs)

    def take(self, gradient, hessian):
        """Takes the answers at the trial; nothing else changes."""
        IdleAndGo.take(self, gradient)
        self.model.take(gradient, hessian)

    def start(self):
        """With the answers at the start: the region reaches as far as the start is from 0."""
        n = self.n
        copy(self.g, self.fresh, n)
        self.model.adopt()
        move = self.move
        for i in range(n):
            x = self.position.x[i]
            move[i] = abs(x) if self.follows and x else self.radius
        self.set_radius(max(1, largest(move, n)))
        self.dogleg.radius = sqrt(self.model.measure(move))
        self._fill()

    def renew(self):
        """With the answers of a changed objective at X; S and the region stay."""
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

    def aim(self):
        """The target of the dogleg, and the move as its rounding."""
        if self.stage != MAIN:
            IdleAndGo.aim(self)
            return
        self.hit = self.dogleg.aim(self.target, self.model)
        self.rounding.round(self.move, self.target)
        if self.box is not None:
            self.box.clip(self.position.x, self.move)

    def accepts(self, change):
        """Whether a change of the cost makes a go."""
        self.change = change
        return IdleAndGo.accepts(self, change)

    def rejected(self, change):
        """An idle epoch: a smaller region, or a measured curvature for H to learn."""
        IdleAndGo.rejected(self, change)
        if self.stage == MAIN:
            self._shorten(change, self._slope())

    def _shorten(self, change, slope):
        """The region ends where the parabola through a step has its minimum: 1/10 to 1/2 of it."""
        radius = sqrt(self.model.measure(self.move))
        if radius > self.dogleg.radius:
            radius = self.dogleg.radius
        measured = add(change, -slope)
        ratio = scaled(div(-slope, measured), -1) if measured > 0 else _HALF
        ratio = min(_HALF, max(_TENTH, ratio))
        self.dogleg.radius = mul(radius, ratio)

    def accepted(self):
        """A go: the model is filled anew, the region follows its prediction."""
        n = self.n
        change = self.change
        slope = self._slope()
        model = self.model
        length = sqrt(model.measure(self.move))
        curved = model.predicts()
        promised = add(slope, scaled(curved, -1))
        if self.stage == MAIN and change > scaled(promised, -2):
            self._shorten(change, slope)
        elif self.stage != MAIN or not self.hit or change <= add(promised, -scaled(promised, -2)):
            length = scaled(length, 1)
            if length > self.dogleg.radius:
                self.dogleg.radius = length
        radius = 2 * largest(self.move, n)
        if radius > self.radius:
            self.set_radius(min(0x3FFFF, radius))
        y = self.direction
        subtract(y, self.fresh, self.g, n)
        self.g, self.fresh = self.fresh, self.g
        if self.box is not None:
            self.box.face(y, self.position.x, self.move)
        model.learn_from(self.move, y, scaled(add(change, -slope), 1), curved)
        self._forget()
        self._fill()
