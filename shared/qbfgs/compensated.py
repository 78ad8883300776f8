"""Mode "compensated": BFGS on the lattice, rounded in the metric, with compensation.

One epoch tries one step.  The main trial is the quasi-Newton step, rounded in the metric.  When
that is zero or was tried, the compensation takes over until a go: steps along the wall of the
valley, then the ranked neighbours.
"""

from . import armijo
from .bfgs import QuasiNewton
from .blocks import block, copy, dot, largest, stretch, subtract
from .compat import const
from .lessons import Lessons
from .neighbours import Neighbours
from .position import WIDEST
from .rounding import FINE, MetricRounding
from .scalars import ONE, div, mul, pack
from .status import LATTICE_MINIMUM, MODEL_MINIMUM, RUNNING, TABLE_FULL
from .wall import WallSearch
from .wide import narrow

_MAIN = const(0)
_WALL = const(1)
_RANK = const(2)
_LIST = const(3)
_BOX = const(4)

_LISTS = const(20)  # ranked at one point, at most
_EIGHTH = ONE - (3 << 14)


class Compensated:
    """The rule of mode "compensated"; settings as in Optimizer."""

    STATE = ("g", "direction", "budget", "radius", "reach", "slope", "fraction", "hit", "stage", "spare")
    STATE += ("spare_change", "polls", "lists", "taught", "agreed")
    PARTS = ("model", "neighbours", "wall", "lessons")

    def __init__(self, position, objective, radius, pairs, polls):
        n = position.n
        # made once
        self.n = n
        self.position = position
        self.move = position.move
        self.model = QuasiNewton(n, pairs)
        self.rounding = MetricRounding(self.model.factor)
        self.neighbours = Neighbours(self.model.factor)
        self.budget = polls if polls is not None else 8 + 4 * n
        self.direction = block(n)
        self.target = block(n)
        self.target[n] = -FINE
        self.wall = WallSearch(n)
        self.lessons = Lessons(n)
        self.spare = block(n)  # the main trial that decreased the cost most, though too little
        self.fresh = block(n)
        # changes on go
        self.g = block(n)
        self._set_radius(radius)
        # changes every epoch
        self.slope = 0
        self.fraction = ONE
        self.hit = False
        self.stage = _MAIN
        self.spare_change = 0
        self.polls = self.lists = 0
        self.taught = self.agreed = False

    def start(self, gradient):
        """Takes the gradient at the start: H = radius / max|G| I."""
        n = self.n
        narrow(gradient, n, self.g)
        top = pack(largest(self.g, n), self.g[n])
        self.model.factor.set_identity(div(self.reach, top) if top else self.reach)
        self.model.direction(self.direction, self.g)

    def _set_radius(self, radius):
        """The trust radius in grid steps, an int; reach is the same as a scalar."""
        self.radius = radius
        self.reach = pack(radius, 0)

    # Choosing a step

    def propose(self):
        """Sets the move; RUNNING, or the status that ends the run."""
        if self.position.full():
            return TABLE_FULL
        if self.stage == _MAIN:
            self._aim()
            if self._admissible():
                return RUNNING
            self.stage = _WALL
            self.polls = self.lists = 0
            self.wall.begin(self.target, self.model.secants, self.radius, self.g)
            if self.spare_change < 0:
                copy(self.move, self.spare, self.n)
                self._set_slope()
                return RUNNING
        while self.stage == _WALL:
            if not self.wall.next(self.move):
                self.stage = _RANK
            elif self._admissible():
                return RUNNING
        return self._next_neighbour()

    def _aim(self):
        """The target -fraction H G within the radius, and the move as its rounding."""
        n, p = self.n, self.direction
        length = pack(largest(p, n), p[n])
        ratio = self.fraction
        self.hit = (length if ratio == ONE else mul(ratio, length)) > self.reach
        if self.hit:
            ratio = div(self.reach, length)
        stretch(self.target, p, -ratio, n)
        self.rounding.round(self.move, self.target)

    def _admissible(self):
        """True when the move can be tried; then its slope is known too."""
        if not self.position.admissible():
            return False
        self._set_slope()
        return True

    def _set_slope(self):
        self.slope = dot(self.move, self.g, self.n)

    def _next_neighbour(self):
        neighbours = self.neighbours
        while True:
            if self.stage == _RANK:
                neighbours.rank_basis(self.g, self.radius)
                self.taught = False
                self.stage = _LIST
            if neighbours.best(self.move):
                doubtful = _EIGHTH if self.stage == _LIST else 1
                if neighbours.rank < doubtful and self.polls >= self.budget:
                    if neighbours.rank_more(self.g, self.radius):
                        continue
                    # All that is left could only win against the model. Its word is taken when it
                    # agrees with its lessons, and has learnt nothing since it ranked them.
                    if self.stage == _BOX or not self.taught or self.lists == _LISTS:
                        if self.agreed or self.lists == _LISTS:
                            return MODEL_MINIMUM
                        self.lessons.repeat(self.model)
                        self.agreed = True
                    self.lists += 1
                    self.stage = _RANK
                    self.model.direction(self.direction, self.g)
                    self._aim()
                if self._admissible():
                    return RUNNING
            elif not neighbours.rank_more(self.g, self.radius):
                if self.stage == _BOX:
                    return LATTICE_MINIMUM
                self.stage = _BOX
                self.polls = 0  # from here on of uphill steps
                neighbours.rank_box(self.g)

    # Judging it

    def compensating(self):
        """Whether the move belongs to a compensation."""
        return self.stage != _MAIN

    def accepts(self, change):
        """Whether a change of the cost makes a go."""
        if change >= 0:
            return False
        return self.stage != _MAIN or armijo.sufficient(change, self.slope)

    def rejected(self, change):
        """An idle epoch: a shorter main step, or a lesson about H."""
        self.position.reject()
        measured = armijo.curvature(change, self.slope)
        if self.stage == _MAIN:
            self.fraction = armijo.shrink(self.fraction, self.slope, measured)
            self._set_radius(max(1, largest(self.move, self.n) >> 1))
            if change < self.spare_change:
                self.spare_change = change
                copy(self.spare, self.move, self.n)
            return
        if self.stage != _BOX or self.slope >= 0:
            self.polls += 1
        if self.stage != _BOX and measured > 0:
            self.model.teach(self.move, measured)
            self.lessons.add(self.move, measured)
            self.taught = True
            self.agreed = False

    def accepted(self, gradient):
        """A go: the secant pair updates H, the radius may grow, the next trial is a main one."""
        n = self.n
        narrow(gradient, n, self.fresh)
        subtract(self.direction, self.fresh, self.g, n)
        self.g, self.fresh = self.fresh, self.g
        self.model.learn(self.move, self.direction)
        self.model.direction(self.direction, self.g)
        if self.hit or self.stage != _MAIN:
            self._set_radius(min(WIDEST, max(self.radius, 2 * largest(self.move, n))))
        self.fraction = ONE
        self.lessons.forget()
        self.spare_change = 0
        self.stage = _MAIN
