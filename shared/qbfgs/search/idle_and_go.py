"""Idle and go: main trials that shorten, then compensation, until one is accepted.

An epoch tries one step.  The main trial is the rounded quasi-Newton step.  When that is zero or was
tried, the compensation takes over: steps along the wall of the valley, then ranked neighbours.
"""

from ..grid.position import WIDEST
from ..status import RUNNING, TABLE_FULL
from ..words.blocks import block, copy, largest, subtract
from ..words.compat import const
from ..words.scalars import ONE, bits, div, mul, pack
from ..words.wide import narrow
from .armijo import curvature, shrink
from .promises import Promises
from .rounding import FINE
from .wall import WallSearch

MAIN = const(0)
WALL = const(1)
NEIGHBOURS = const(2)  # the first stage that is a rule's own
MAINS = const(32)  # idles of main trials at one point, at most: H may be too wide to round with


class IdleAndGo(Promises):
    """What rules with a quasi-Newton model share.

    A rule adds: `model`, whose `direction` is H g / unit; `rounding`; `_first(h)`: H = h I;
    `_pairs()`, the secant pairs; `_neighbour()`, the next compensating step, or why the run ends;
    `_judged(slope, measured)`, a rejected one. After a change of H it calls `_turn`.
    """

    STATE = "g direction unit radius reach fraction hit stage spare spare_change"

    def __init__(self, position, radius):
        n = position.n
        # made once
        self.n = n
        self._least = bits(n - 1) + 0x3FFA
        self.position = position
        self.box = position.box
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
        self.set_radius(radius)
        # changes every epoch
        self.hit = False
        IdleAndGo._forget(self)

    def take(self, gradient):
        """Takes the gradient at the trial; nothing else changes."""
        narrow(gradient, self.n, self.fresh)

    def start(self):
        """With the gradient at the start: H = radius / max|G| I."""
        copy(self.g, self.fresh, self.n)
        g = self._free_gradient()
        top = pack(largest(g, self.n), g[self.n])
        self._first(div(self.reach, top) if top else self.reach)
        self._turn()

    def set_radius(self, radius):
        """The trust radius, grid steps; reach is the same as a scalar."""
        self.radius = radius
        self.reach = pack(radius, 0)

    def renew(self):
        """With the gradient of a changed objective at X; H and the radius stay."""
        copy(self.g, self.fresh, self.n)
        self.restart()

    def restart(self):
        """The next trial is a main one, with H and the gradient as they are."""
        self._forget()
        self._turn()

    def _forget(self):
        """The next trial is a main one, from a point of which nothing more is known."""
        self.fraction = ONE
        self.spare_change = 0
        self.stage = MAIN

    def propose(self):
        """Sets the move; RUNNING, or the status that ends the run."""
        position = self.position
        if position.count == position.room:
            return TABLE_FULL
        while self.stage == MAIN:
            self.aim()
            if position.count < MAINS and position.admissible():
                return RUNNING
            if position.fence():  # the step led beyond the edge, which is a bound from now on
                self.box = position.box
                self._turn()
                continue
            self._compensate()
            if self.spare_change < 0:
                copy(self.move, self.spare, self.n)
                position.admissible()  # it was rejected; should it be so again, its hash is there
                return RUNNING
        while self.stage == WALL:
            if not self.wall.next(self.move):
                self.stage = NEIGHBOURS
            else:
                if self.box is not None:
                    self.box.clip(position.x, self.move)
                if position.admissible():
                    return RUNNING
        return self._neighbour()

    def _compensate(self):
        """Main trials are over."""
        self.stage = WALL
        self.wall.begin(self.target, self._pairs(), self.radius, self.g)

    def _turn(self):
        """The direction H G, as the model has it now."""
        self.model.direction(self.direction, self._free_gradient())
        if self.box is not None:
            self.box.hold(self.direction, self.position.x, self.g)

    def aim(self):
        """The target -fraction H G within the radius, and the move as its rounding."""
        p = self.direction
        unit = self.unit
        ratio = self.fraction
        self.hit = False
        # H G is below 2^(size + e) unit, a scalar that is the sum of two words.
        if (p[-1] + p[self.n] << 14) + unit > self.reach:
            length = pack(largest(p, self.n), p[self.n])
            if unit != ONE:
                length = mul(unit, length)
            if (length if ratio == ONE else mul(ratio, length)) > self.reach:
                self.hit = True
                ratio = div(self.reach, length)
        if unit != ONE:
            ratio = mul(ratio, unit)
        self.rounding.round_multiple(self.move, self.target, p, ratio)
        if self.box is not None:
            self.box.clip(self.position.x, self.move)

    def _free_gradient(self):
        """G, without the coordinates that a bound holds."""
        if self.box is None:
            return self.g
        copy(self.fresh, self.g, self.n)
        self.box.hold(self.fresh, self.position.x, self.g)
        return self.fresh

    def compensating(self):
        """Whether the move belongs to a compensation."""
        return self.stage != MAIN

    def rejected(self, change):
        """An idle epoch: a shorter main step, or a measured curvature for H to learn."""
        self.position.reject()
        slope = self.slope()
        measured = curvature(change, slope)
        if self.stage != MAIN:
            self._judged(slope, measured)
            return
        self._shorten(slope, measured)
        self.set_radius(max(1, largest(self.move, self.n) >> 1))
        if change < self.spare_change:
            self.spare_change = change
            copy(self.spare, self.move, self.n)

    def _shorten(self, slope, measured):
        """After a main trial was rejected: a shorter one."""
        self.fraction = shrink(self.fraction, slope, measured)

    def accepted(self):
        """A go: the secant pair updates H, the radius may grow, the next trial is a main one."""
        n = self.n
        y = self.direction
        subtract(y, self.fresh, self.g, n)
        self.g, self.fresh = self.fresh, self.g
        if self.box is not None:
            self.box.face(y, self.position.x, self.move)
        self.model.learn(self.move, y)
        if self.hit or self.stage != MAIN:
            radius = 2 * largest(self.move, n)
            if radius > self.radius:
                self.set_radius(min(WIDEST, radius))
        if self.stage != MAIN or self.fraction != ONE:
            self._forget()
        self._turn()
