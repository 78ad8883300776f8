"""Mode "limited": BFGS on the lattice in limited memory, for many parameters.

Steps are rounded coordinate by coordinate, for rounding in the metric needs the factors of H; the
neighbours of its compensation are the unit steps.  Memory and work of an epoch are O(m n).
"""

from ..model.two_loop import PAIRS, TwoLoop, long_dot
from ..search.idle_and_go import NEIGHBOURS, IdleAndGo
from ..search.rounding import FINE
from ..search.unit_steps import UnitSteps
from ..status import LATTICE_MINIMUM, POLLED, RUNNING
from ..words.blocks import largest, stretch
from ..words.compat import const
from ..words.scalars import ONE, div

POLLS = const(16)  # at one point, when no number was asked for
_LISTED = NEIGHBOURS + 1
_HALF = 1 << (FINE - 1)


class PlainRounding:
    """Rounds each coordinate by itself; see `rounding.MetricRounding`."""

    def __init__(self, n):
        self.n = n

    def round(self, d: list, target: list):
        """d = the target, a block with exponent -FINE, in whole steps, half up."""
        for i in range(self.n):
            d[i] = (target[i] + _HALF) >> FINE

    def round_multiple(self, d: list, target: list, x: list, a: int):
        """The same for the target -a x, which it sets, for a scalar a."""
        stretch(target, x, -a, self.n)
        self.round(d, target)


class Limited(IdleAndGo):
    """The rule of mode "limited"; settings as in Optimizer."""

    ENOUGH = (0, 2)  # 2 n polls are a certificate
    STATE = IdleAndGo.STATE + " budget whole polls"
    PARTS = "model neighbours wall"

    def __init__(self, position, objective, radius, pairs, polls):
        IdleAndGo.__init__(self, position, radius)
        self.model = TwoLoop(position.n, pairs if pairs is not None else PAIRS)
        self.rounding = PlainRounding(position.n)
        self.neighbours = UnitSteps(position.n)
        self.whole = polls is not None
        self.budget = polls if self.whole else POLLS
        self.polls = 0

    def _first(self, h):
        self.model.gain = h

    def _pairs(self):
        return self.model

    def _turn(self):
        IdleAndGo._turn(self)
        self.unit = self.model.gain

    def slope(self):
        return long_dot(self.move, self.g, self.n)

    def _neighbour(self):
        neighbours = self.neighbours
        if self.stage == NEIGHBOURS:
            neighbours.rank(self.g, div(ONE, self.model.gain))
            self.polls = 0
            self.stage = _LISTED
        while neighbours.best(self.move):
            if self.position.admissible():
                return RUNNING if self.polls < self.budget else POLLED
        return LATTICE_MINIMUM

    def _judged(self, slope, measured):
        if self.stage != _LISTED:
            self.set_radius(max(1, largest(self.move, self.n) >> 1))
            return
        self.polls += 1
        if measured > 0:
            self.neighbours.learn(measured)
