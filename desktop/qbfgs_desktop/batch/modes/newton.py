"""Mode "newton" on arrays; see `qbfgs.modes.newton`."""

import numpy as np

from qbfgs.grid.position import WIDEST
from qbfgs.search.dogleg import FREE, TWICE

from ..model.gauss_newton import Answers, GaussNewton
from ..search import armijo
from ..search.dogleg import Dogleg
from ..search.rounding import metric_round
from ..words.answers import narrow
from ..words.arrays import WORD, at_least, at_most, masked, select
from ..words.blocks import dot, subtract
from ..words.lanes import take
from ..words.scalars import ONE, add, bits, div, mul, pack, scaled
from .compensated import MAIN, Compensated, step

_TENTH = div(WORD(ONE), pack(WORD(10), 0))
_HALF = scaled(WORD(ONE), -1)
_MOST = add(WORD(ONE), -scaled(WORD(ONE), -2))
_MORE = add(WORD(ONE), scaled(WORD(ONE), -3))


class Newton(Compensated):
    """The rule of mode "newton" in all lanes."""

    FIELDS = (*Compensated.FIELDS, "dogleg")
    START = (*Compensated.START, "dogleg")
    second = True  # it takes the Hessians too

    def __init__(self, n, position, objective, radius, pairs, polls):
        Compensated.__init__(self, n, position, objective, radius, pairs, polls)
        self.dogleg = Dogleg(n, len(radius))
        self._reach(np.repeat(radius[None], n, axis=0))

    def _made(self, n, pairs, lanes):
        return GaussNewton(n, pairs, lanes)

    def follow(self, x):
        """The first regions are where a step moves each coordinate by what it is at the starts."""
        size = np.abs(x)
        self._reach(np.where(size, size, self.move))

    def _reach(self, reach):
        self.move = reach
        self.model.reach = bits(reach)
        self.radius = at_most(reach.max(axis=0), WIDEST)

    def start(self, gradient, hessian):
        """Takes the slopes at the starts, lists of Wide, in all lanes."""
        self.g = narrow(gradient)
        answers = Answers(self.model, gradient, hessian)
        self.model.adopt(answers)
        first = self.model.scaled(step(self.move))
        self.dogleg.region = dot(first, first)
        self.model.fill(answers, np.zeros(self.move.shape, bool))
        self.dogleg.begin(self.model)

    def promise(self, lanes, wanted):
        """As `Compensated.promise`; known where Newton's steps lead down."""
        gp = take(self.dogleg.gp, lanes)
        wanted &= gp <= 0
        return scaled(-gp, -1)

    def _turn(self, lanes, factor):
        if (self.stage[lanes] != MAIN).any():
            Compensated._turn(self, lanes, factor)

    def _aim_main(self, lanes):
        model = self.model
        slopes, scales = model.slopes.at(lanes), take(model.scales, lanes)
        target, self.hit[lanes] = self.dogleg.at(lanes).aim(slopes, scales)
        d = metric_round(model.factor.at(lanes), target.m)
        return target, self.position.clip(lanes, d)

    def accepts(self, change):
        self.change = change
        return Compensated.accepts(self, change)

    def _shorten(self, lanes, slope, measure):
        """The regions end where the parabolas have their least: at 1/10 to 1/2 of the steps."""
        dogleg = self.dogleg
        ratio = select(masked(measure > 0), div(-slope, measure), _HALF)
        ratio = at_most(at_least(ratio, _TENTH), _HALF)
        square = dogleg.square().take(lanes)
        dogleg.region[lanes] = mul(square, mul(ratio, ratio))

    def accepted(self, lanes, gradient, hessian):
        """Gos in lanes given one by one: their models are filled anew, and the regions follow."""
        move = take(self.move, lanes)
        d = step(move)
        model = self.model.at(lanes)
        answers = Answers(model, gradient, hessian)
        g = narrow(gradient)
        y = subtract(g, self.g.at(lanes))
        sy = dot(d, y)
        change, slope = self.change.take(lanes), self.slope.take(lanes)
        measure = armijo.curvature(change, slope)
        first = model.scaled(d)
        curved = model.curved(first)
        self._resize(lanes, first, curved, change, slope, measure)
        radius = at_most(2 * np.abs(move).max(axis=0), WIDEST)
        self.radius[lanes] = np.maximum(self.radius.take(lanes), radius)
        self.g.put(lanes, g)
        y = self.position.face(lanes, y, move)
        model.learn_go(d, first, y, sy, measure, curved, answers)
        self._forget(lanes)
        model.fill(answers, self.position.held(lanes, g))
        self.model.put(lanes, model)
        dogleg = self.dogleg.at(lanes)
        dogleg.begin(model)
        self.dogleg.put(lanes, dogleg)

    def _resize(self, lanes, first, curved, change, slope, measure):
        """The regions after gos: smaller or larger, as the models' promises were kept.

        first: the steps, scaled.
        """
        promised = add(slope, scaled(curved, -1))
        main = self.stage.take(lanes) == MAIN
        short = main & (change > scaled(promised, -2))
        kept = ~self.hit.take(lanes) | (change <= mul(promised, _MOST))
        grow = ~short & (~main | kept)
        region, square = self.dogleg.region.take(lanes), self.dogleg.square().take(lanes)
        square = select(masked(main), square, dot(first, first))
        free = main & (change <= mul(promised, _MORE))
        wider = np.maximum(region, scaled(square, np.where(free, FREE, TWICE)))
        self.dogleg.region[lanes] = select(masked(grow), wider, region)
        here = np.flatnonzero(short)
        self._shorten(lanes.take(here), slope.take(here), measure.take(here))
