"""Idle and go: main trials that shorten, then compensation, until one is accepted.

One epoch tries one step.  The main trial is the rounded quasi-Newton step.  When that is zero or
was tried, the compensation takes over until a go: steps along the wall of the valley, then ranked
neighbours.
"""

from . import armijo
from .blocks import block, copy, dot, largest, stretch, subtract
from .position import WIDEST
from .rounding import FINE
from .scalars import ONE, div, mul, pack
from .status import RUNNING, TABLE_FULL
from .wall import WallSearch
from .wide import narrow

MAIN = 0
WALL = 1
NEIGHBOURS = 2  # the first stage that is a rule's own


class IdleAndGo:
    """What rules with a quasi-Newton model have in common.

    A rule adds: `_first(h)`, which makes H = h I; `_direct(g)`, which sets `direction` to H g but
    for a scalar factor that it returns; `round()`, from `target` to `move`; `_pairs()`, the
    secant pairs; `_neighbour()`, the next compensating step, or the status that ends the run;
    `_judged(change, measured)`, a rejected compensating step; `_learn(y)`, the go of `move`.
    Where it changes H between gos it calls `_turn`.
    """

    STATE = "g direction unit length radius reach slope fraction hit"
    STATE += " stage spare spare_change"

    def __init__(self, position, radius):
        n = position.n
        # made once
        self.n = n
        self.position = position
        self.move = position.move
        self.target = block(n)
        self.target[n] = -FINE
        self.wall = WallSearch(n)
        self.spare = block(n)  # the main trial that decreased the cost most, though too little
        self.fresh = block(n)
        # changes on go
        self.g = block(n)
        self.direction = block(n)  # unit times it is H G
        self.unit = ONE
        self.length = 0  # of H G, in the max-norm, as a scalar
        self._set_radius(radius)
        # changes every epoch
        self.slope = 0
        self.fraction = ONE
        self.hit = False
        self.stage = MAIN
        self.spare_change = 0

    def start(self, gradient):
        """Takes the gradient at the start: H = radius / max|G| I."""
        n = self.n
        narrow(gradient, n, self.g)
        g = self._free_gradient()
        top = pack(largest(g, n), g[n])
        self._first(div(self.reach, top) if top else self.reach)
        self._turn()

    def _set_radius(self, radius):
        """The trust radius in grid steps, an int; reach is the same as a scalar."""
        self.radius = radius
        self.reach = pack(radius, 0)

    def renew(self, gradient):
        """Takes the gradient of a changed objective at X; H and the radius stay."""
        narrow(gradient, self.n, self.g)
        self._forget()
        self._turn()

    def coarsen(self, k):
        """Takes units of 2^k steps, with H and the secant pairs; the gradient must be of X."""
        self.g[self.n] += k
        self.model.coarsen(k)
        self._set_radius(1)
        self._forget()
        self._turn()

    def _forget(self):
        """The next trial is a main one, from a point of which nothing more is known."""
        self.fraction = ONE
        self.spare_change = 0
        self.stage = MAIN

    # Choosing a step

    def propose(self):
        """Sets the move; RUNNING, or the status that ends the run."""
        if self.position.full():
            return TABLE_FULL
        if self.stage == MAIN:
            self.aim()
            if self.admissible():
                return RUNNING
            self.stage = WALL
            self.wall.begin(self.target, self._pairs(), self.radius, self.g)
            if self.spare_change < 0:
                copy(self.move, self.spare, self.n)
                self._set_slope()
                return RUNNING
        while self.stage == WALL:
            if not self.wall.next(self.move):
                self.stage = NEIGHBOURS
            else:
                if self.position.box is not None:
                    self.position.box.clip(self.position.x, self.move)
                if self.admissible():
                    return RUNNING
        return self._neighbour()

    def _turn(self):
        """The direction H G, as the model has it now."""
        p = self.direction
        self.unit = self._direct(self._free_gradient())
        if self.position.box is not None:
            self.position.box.hold(p, self.position.x, self.g)
        length = pack(largest(p, self.n), p[self.n])
        self.length = length if self.unit == ONE else mul(self.unit, length)

    def aim(self):
        """The target -fraction H G within the radius, and the move as its rounding."""
        ratio = self.fraction
        self.hit = (self.length if ratio == ONE else mul(ratio, self.length)) > self.reach
        if self.hit:
            ratio = div(self.reach, self.length)
        if self.unit != ONE:
            ratio = mul(ratio, self.unit)
        stretch(self.target, self.direction, -ratio, self.n)
        self.round()
        if self.position.box is not None:
            self.position.box.clip(self.position.x, self.move)

    def _free_gradient(self):
        """G, without the coordinates that a bound holds."""
        box = self.position.box
        if box is None:
            return self.g
        copy(self.fresh, self.g, self.n)
        box.hold(self.fresh, self.position.x, self.g)
        return self.fresh

    def admissible(self):
        """True when the move can be tried; then its slope is known too."""
        if not self.position.admissible():
            return False
        self._set_slope()
        return True

    def _set_slope(self):
        self.slope = dot(self.move, self.g, self.n)

    # Judging it

    def compensating(self):
        """Whether the move belongs to a compensation."""
        return self.stage != MAIN

    def accepts(self, change):
        """Whether a change of the cost makes a go."""
        if change >= 0:
            return False
        return self.stage != MAIN or armijo.sufficient(change, self.slope)

    def rejected(self, change):
        """An idle epoch: a shorter main step, or a lesson about H."""
        self.position.reject()
        measured = armijo.curvature(change, self.slope)
        if self.stage != MAIN:
            self._judged(change, measured)
            return
        self.fraction = armijo.shrink(self.fraction, self.slope, measured)
        self._set_radius(max(1, largest(self.move, self.n) >> 1))
        if change < self.spare_change:
            self.spare_change = change
            copy(self.spare, self.move, self.n)

    def accepted(self, gradient):
        """A go: the secant pair updates H, the radius may grow, the next trial is a main one."""
        n = self.n
        narrow(gradient, n, self.fresh)
        subtract(self.direction, self.fresh, self.g, n)
        self.g, self.fresh = self.fresh, self.g
        if self.position.box is not None:
            self.position.box.face(self.direction, self.position.x, self.move)
        self._learn(self.direction)
        if self.hit or self.stage != MAIN:
            self._set_radius(min(WIDEST, max(self.radius, 2 * largest(self.move, n))))
        self._forget()
        self._turn()
