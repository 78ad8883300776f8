"""Mode "limited": BFGS on the lattice in limited memory, for many parameters.

Steps are rounded coordinate by coordinate, for rounding in the metric needs the factors of H; the
neighbours of its compensation are the unit steps.  Memory and work of an epoch are O(m n).
"""

from .blocks import largest
from .idle_and_go import NEIGHBOURS, IdleAndGo
from .rounding import FINE
from .scalars import ONE, div, mul, pack
from .status import LATTICE_MINIMUM, POLLED, RUNNING
from .two_loop import PAIRS, TwoLoop, long_dot
from .unit_steps import UnitSteps

POLLS = 100  # at one point, when no number was asked for
_LISTED = NEIGHBOURS + 1
_HALF = 1 << (FINE - 1)
_MORE = pack(10, 0)


class Limited(IdleAndGo):
    """The rule of mode "limited"; settings as in Optimizer."""

    STATE = IdleAndGo.STATE + " budget polls"
    PARTS = "model neighbours wall"

    def __init__(self, position, objective, radius, pairs, polls):
        IdleAndGo.__init__(self, position, radius)
        self.model = TwoLoop(position.n, pairs if pairs is not None else PAIRS)
        self.neighbours = UnitSteps(position.n)
        self.budget = polls if polls is not None else POLLS
        self.polls = 0

    def _first(self, h):
        self.model.gain = h

    def _pairs(self):
        return self.model

    def _direct(self, g):
        self.model.direction(self.direction, g)
        return self.model.gain

    def round(self):
        for i in range(self.n):
            self.move[i] = (self.target[i] + _HALF) >> FINE

    def _set_slope(self):
        self.slope = long_dot(self.move, self.g, self.n)

    def _neighbour(self):
        neighbours = self.neighbours
        if self.stage == NEIGHBOURS:
            neighbours.rank(self.g, div(ONE, self.model.gain))
            self.polls = 0
            self.stage = _LISTED
        while neighbours.best(self.move):
            if self.admissible():
                return RUNNING if self.polls < self.budget else POLLED
        return LATTICE_MINIMUM

    def _judged(self, change, measured):
        if self.stage != _LISTED:
            self._set_radius(max(1, largest(self.move, self.n) >> 1))
            return
        self.polls += 1
        if measured > 0:
            self.neighbours.learn(measured)

    def _learn(self, y):
        sy = long_dot(self.move, y, self.n)
        if sy > 0:
            self.model.add(self.move, y, sy)
        else:
            self.model.gain = mul(self.model.gain, _MORE)
