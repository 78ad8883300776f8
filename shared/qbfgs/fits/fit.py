"""Fit: a formula's parameters from readings, in the readings' units, with standard errors.

Levenberg's and Marquardt's method on a lattice.  From where it is, a fit lays a grid on which the
sum of squares is round and a step is 1/256 of a standard error (`region`), and lets the optimiser
take its step there: rounded, judged, idle or go.  After each go the grid is laid anew.  Once the
step is short, the optimiser runs on that grid to its end: no neighbour is better.
"""

from ..optimizer import Optimizer
from ..status import EPOCH_LIMIT, RANGE_LEFT, RUNNING
from . import endings
from .elementary import length
from .functions import sqrt
from .linear import inner
from .numbers import ZERO
from .objective import Objective, derivatives
from .region import Region
from .result import Result
from .settings import Settings
from .squares import Squares

STEPS = 256  # grid steps to a standard error
NEAR = STEPS >> 3  # a step of Gauss-Newton within is the last
WIDEST = (1 << 18) - 1
SMALL = "0.00001"  # a part of the sum that the last run may lower it by
REMEASURED = 20  # times that outliers are told anew


class Fit(Result):
    """What `fit` returns; see there for the settings, and `Result` for what it says.

    Made, it stands at the start; step() takes it on.
    """

    def __init__(self, model, rows, start=None, **settings):
        s = Settings(model, rows, start, settings)
        self.settings = s
        self.names = s.names
        self.evaluations = 1
        self.end = endings.GOING
        self.squares = Squares(s.formula, rows, s.units, s.loss)
        self._objective = Objective(self.squares, s.free, s.lower, s.upper)
        self._region = Region(len(s.free))
        self._remeasured = 0
        self._values = s.start
        self._run = None
        self._count()
        self._prepare()

    def step(self):
        """One evaluation of the sum of squares, and its slopes after a go. True while it can go
        on."""
        if self.end != endings.GOING:
            return False
        run = self._run
        if run is None:
            raise RuntimeError("this fit was loaded without its rows: give load() them to step on")
        run.step()
        self.evaluations += 1
        if self._final:
            if run.status != RUNNING:
                self._settle(run.status)
        elif run.updates:
            self._go()
        else:
            self._region.shrink()
            self._run = None
        self._prepare()
        if self.end == endings.GOING and self.evaluations >= self.settings.max_evaluations:
            self._move()
            self._run = None
            self.end = endings.LIMIT
        return self.end == endings.GOING

    def _count(self):
        """The sums where the fit is."""
        self._sums = derivatives(self.squares, self._values, self.settings.free)

    def _move(self):
        """To the best point of the run."""
        objective = self._objective
        objective.gradient(self._run.x)
        self._values, self._sums = objective.values, objective.sums

    def _prepare(self):
        """The next run, unless this one goes on, or the fit has ended."""
        while self._run is None and self.end == endings.GOING:
            self._begin()

    def _begin(self):
        """A grid about where the fit is, and a run there; or the end."""
        s = self.settings
        objective = self._objective
        objective.adopt(self._values, self._sums, [], [], s.least)
        if s.qp is not None:
            self._keep()
            return
        total, slopes, matrix, _ = self._sums
        spread = total if total > s.least else s.least
        step = sqrt(spread / max(1, s.count - len(s.free))) / STEPS
        values = [self._values[j] for j in s.free]
        held = objective.held()
        if min(held):
            self.end = endings.HELD
            return
        turn, down = self._region.fill(values, slopes, matrix, held, step)
        self._promise = down
        self._square = step * step
        X = [0] * len(down)
        objective.adopt(self._values, self._sums, X, turn, s.least)
        radius = max([abs(v.scaled(1)) for v in down])
        if radius == 0:
            self._conclude()
            return
        self._final = radius <= NEAR and self._region.free
        if self._region.spent and not self._final:
            self.end = endings.STUCK
        radius = min(radius, WIDEST)
        # A grid step raises the sum by 2^-16 of it over the spare rows: that is not worth a search.
        tolerance = 15 + length(max(1, s.count - len(s.free)))
        self._run = Optimizer(objective, X, "compensated", radius=radius, tolerance=tolerance)

    def _keep(self):
        """A run on the grid that was given."""
        s = self.settings
        objective = self._objective
        qp = [s.qp[j] for j in s.free]
        X = [self._values[s.free[i]].scaled(qp[i]) for i in range(len(qp))]
        objective.qp = qp
        objective.adopt(self._values, self._sums, X, qp, s.least)
        self._final = True
        self._run = Optimizer(objective, X, max_epochs=s.max_evaluations)

    def _go(self):
        """The optimiser took a step: how does it fulfil what was promised?"""
        X = self._run.x
        n = len(X)
        before = self._sums[0]
        promise = self._square * (2 * inner(self._promise, X, n) - inner(X, X, n))
        self._move()
        gain = before - self._sums[0]
        self._region.judge(gain / promise if promise > 0 else ZERO)
        self._run = None
        if self._sums[0] <= self.settings.least:
            self.end = endings.EXACT

    def _settle(self, status):
        """The last run came to its end."""
        before = self._sums[0]
        self._move()
        self._run = None
        total = self._sums[0]
        if status == RANGE_LEFT:
            self.end = endings.EDGE
        elif status == EPOCH_LIMIT:
            self.end = endings.LIMIT
        elif self.settings.qp is not None or before - total <= total * SMALL:
            self._conclude()

    def _conclude(self):
        """At a minimum: the end, unless outliers look different from here."""
        if self.squares.loss is not None and self._remeasured < REMEASURED:
            self._remeasured += 1
            if self.squares.measure(self._values):
                self._count()
                return
        self.end = endings.CONVERGED


def fit(model, rows, start=None, **settings):
    """The `Fit` of a formula to rows, at its end.

    model: a function of a row's inputs and then the parameters, made of + - * / ** and the
        functions of `qbfgs.real`; or the name of a formula, see `qbfgs.fits.named`.
    rows: a sequence of (input .., reading): ints, decimal text, or floats where there are any,
        which count as the text that `str` gives. They are read anew for each evaluation.
    start: a first guess of each parameter, numbers as in rows; a named formula finds its own.
    names: of the parameters; default p0, p1 .., on every interpreter, or those of a named formula.
    weights, sigma: of the squares, or the standard deviation of each reading; one number, or one a
        row; absolute_sigma: True takes sigma as it is for the standard errors, the default False
        scales it by the residual (as SciPy's curve_fit).
    loss: "huber" or "cauchy", with which outliers count less; from where on follows from the data.
    fixed: names or places of parameters that stay at their start.
    lower, upper: bounds, a number or None for each parameter.
    qp: grid steps per unit, one int or one a parameter; default: grids that the fit chooses, of
        1/256 of a standard error, as long as it is on its way.
    max_evaluations: of the sum of squares; default 1000.

    Raises TypeError and ValueError for wrong settings, rows, starts, in words.
    """
    found = Fit(model, rows, start, **settings)
    while found.step():
        pass
    return found
