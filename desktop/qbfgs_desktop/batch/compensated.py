"""Mode "compensated" on arrays; see `qbfgs.compensated`.

The core's loops over what to try next are turned inside out: a lane that found nothing to try yet
keeps its stage and waits for the next call of `propose`.
"""

import numpy as np

from qbfgs.position import WIDEST
from qbfgs.status import LATTICE_MINIMUM, MODEL_MINIMUM, RUNNING, TABLE_FULL

from . import armijo
from .answers import narrow
from .bfgs import QuasiNewton
from .blocks import block, dot, largest, measured, stretch, subtract
from .lanes import Lanes, take
from .lessons import Lessons
from .neighbours import Neighbours
from .rounding import FINE, metric_round
from .scalars import ONE, div, mul, pack
from .wall import WallSearch

WAITING = -1  # in the place of a status: to be asked again

_MAIN, _WALL, _RANK, _LIST, _BOX = range(5)
_LISTS = 20
_EIGHTH = ONE - (3 << 14)


class Compensated(Lanes):
    """The rule of mode "compensated" for all lanes.

    Methods work on some lanes, an array of their numbers; their other arguments have one entry for
    each of those. move: (n, lanes), the steps proposed.
    """

    FIELDS = ("model", "neighbours", "wall", "lessons", "g", "move", "radius", "slope", "fraction")
    FIELDS += ("hit", "stage", "spare", "spare_change", "polls", "lists", "taught", "agreed")

    def __init__(self, n, position, objective, radius, pairs, polls):
        lanes = len(radius)
        self.n = n
        self.position = position
        self.pairs = pairs
        self.budget = polls if polls is not None else 8 + 4 * n
        self.model = QuasiNewton(n, pairs, lanes)
        self.neighbours = Neighbours(n, lanes)
        self.wall = WallSearch(n, lanes)
        self.lessons = Lessons(n, lanes)
        self.g = block(n, lanes)
        self.move = np.zeros((n, lanes), np.int64)
        self.radius = radius
        self.slope = np.zeros(lanes, np.int64)
        self.fraction = np.full(lanes, ONE)
        self.hit = np.zeros(lanes, bool)
        self.stage = np.full(lanes, _MAIN)
        self.spare = np.zeros((n, lanes), np.int64)
        self.spare_change = np.zeros(lanes, np.int64)
        self.polls = np.zeros(lanes, np.int64)
        self.lists = np.zeros(lanes, np.int64)
        self.taught = np.zeros(lanes, bool)
        self.agreed = np.zeros(lanes, bool)

    def start(self, gradient):
        """Takes the gradients at the starts, in all lanes: H = radius / max|G| I."""
        self.g = narrow(gradient)
        top = pack(largest(self.g), self.g.e)
        h = pack(self.radius, 0)
        self.model.factor.set_identity(np.where(top > 0, div(h, top), h))

    # Choosing a step

    def propose(self, lanes):
        """Sets the moves; RUNNING, WAITING, or the status that ends the run, a lane each."""
        status = np.where(self.position.full(lanes), TABLE_FULL, WAITING)
        for stages, propose in (
            ((_MAIN,), self._propose_main),
            ((_WALL,), self._propose_wall),
            ((_RANK,), self._rank),
            ((_LIST, _BOX), self._propose_neighbour),
        ):
            stage = self.stage.take(lanes)
            here = np.flatnonzero((status == WAITING) & np.isin(stage, stages))
            if len(here):
                status[here] = propose(lanes[here])
        return status

    def _aim(self, lanes):
        """The targets -fraction H G within the radius, and the moves as their roundings."""
        factor = self.model.factor.at(lanes)
        p = factor.direction(self.g.at(lanes))
        length = pack(largest(p), p.e)
        ratio = self.fraction.take(lanes)
        radius = pack(self.radius.take(lanes), 0)
        hit = mul(ratio, length) > radius
        self.hit[lanes] = hit
        target = stretch(p, -np.where(hit, div(radius, length), ratio), -FINE)
        return target, metric_round(factor, target.m)

    def _try(self, lanes, d):
        """Makes d the moves where they can be tried; RUNNING there, else WAITING."""
        good = self.position.admissible(lanes, d)
        self._set(lanes[good], d[:, good])
        return np.where(good, RUNNING, WAITING)

    def _set(self, lanes, d):
        for row, step in zip(self.move, d, strict=True):
            row[lanes] = step
        d = measured(d, np.zeros(len(lanes), np.int64))
        self.slope[lanes] = dot(d, self.g.at(lanes))

    def _propose_main(self, lanes):
        target, d = self._aim(lanes)
        status = self._try(lanes, d)
        stopped = np.flatnonzero(status == WAITING)
        if len(stopped):
            lanes = lanes[stopped]
            self.stage[lanes] = _WALL
            self.polls[lanes] = self.lists[lanes] = 0
            wall = self.wall.at(lanes)
            wall.begin(
                target.at(stopped),
                self.model.secants.at(lanes),
                self.radius.take(lanes),
                self.g.at(lanes),
            )
            self.wall.put(lanes, wall)
            again = self.spare_change.take(lanes) < 0
            status[stopped[again]] = RUNNING
            lanes = lanes[again]
            self._set(lanes, take(self.spare, lanes))
        return status

    def _propose_wall(self, lanes):
        wall = self.wall.at(lanes)
        d, some = wall.next()
        self.wall.put(lanes, wall)
        self.stage[lanes[~some]] = _RANK
        status = np.full(len(lanes), WAITING)
        status[some] = self._try(lanes[some], d.m[:, some])
        return status

    def _rank(self, lanes):
        neighbours = self.neighbours.at(lanes)
        neighbours.rank_basis(
            self.model.factor.at(lanes), self.g.at(lanes), self.radius.take(lanes)
        )
        self.neighbours.put(lanes, neighbours)
        self.taught[lanes] = False
        self.stage[lanes] = _LIST
        return WAITING

    def _propose_neighbour(self, lanes):
        neighbours = self.neighbours.at(lanes)
        d, rank, some = neighbours.best()
        boxed = self.stage.take(lanes) == _BOX
        status = np.where(some | ~boxed, WAITING, LATTICE_MINIMUM)
        doubtful = np.where(boxed, 1, _EIGHTH)
        again = some & (rank < doubtful) & (self.polls.take(lanes) >= self.budget)
        last = self.lists.take(lanes) == _LISTS
        settled = again & (boxed | ~self.taught.take(lanes) | last)
        ends = settled & (self.agreed.take(lanes) | last)
        status[ends] = MODEL_MINIMUM
        self._repeat(lanes[settled & ~ends])
        again &= ~ends
        if again.any():
            self.lists[lanes[again]] += 1
            self.stage[lanes[again]] = _RANK
            d[:, again] = self._aim(lanes[again])[1]
        tried = some & ~ends
        status[tried] = self._try(lanes[tried], d[:, tried])
        self.neighbours.put(lanes, neighbours)
        self._box(lanes[~some & ~boxed])
        return status

    def _repeat(self, lanes):
        """Teaches the model its lessons again."""
        if len(lanes):
            model = self.model.at(lanes)
            self.lessons.at(lanes).repeat(model)
            self.model.put(lanes, model)
            self.agreed[lanes] = True

    def _box(self, lanes):
        """The basis has nothing more to try: the last neighbourhood follows."""
        if len(lanes):
            self.stage[lanes] = _BOX
            self.polls[lanes] = 0  # from here on of uphill steps
            neighbours = self.neighbours.at(lanes)
            neighbours.rank_box(self.model.factor.at(lanes), self.g.at(lanes))
            self.neighbours.put(lanes, neighbours)

    # Judging it

    def compensating(self, lanes):
        """Whether the moves belong to a compensation."""
        return self.stage.take(lanes) != _MAIN

    def accepts(self, lanes, change):
        """Whether changes of the cost make a go."""
        enough = armijo.sufficient(change, self.slope.take(lanes))
        return (change < 0) & (self.compensating(lanes) | enough)

    def rejected(self, lanes, change):
        """Idle epochs: shorter main steps, or lessons about H."""
        d = take(self.move, lanes)
        self.position.reject(lanes, d)
        slope = self.slope.take(lanes)
        measure = armijo.curvature(change, slope)
        stage = self.stage.take(lanes)
        main = stage == _MAIN
        self._shorten(lanes[main], d[:, main], change[main], slope[main], measure[main])
        self.polls[lanes] += ~main & ((stage != _BOX) | (slope >= 0))
        self._teach(lanes, d, measure, ~main & (stage != _BOX) & (measure > 0))

    def _shorten(self, lanes, d, change, slope, measure):
        fraction = self.fraction.take(lanes)
        self.fraction[lanes] = armijo.shrink(fraction, slope, measure)
        self.radius[lanes] = np.maximum(1, np.abs(d).max(axis=0) >> 1)
        better = change < self.spare_change.take(lanes)
        lanes = lanes[better]
        self.spare_change[lanes] = change[better]
        for row, step in zip(self.spare, d[:, better], strict=True):
            row[lanes] = step

    def _teach(self, lanes, d, measure, mask):
        lanes, measure = lanes[mask], measure[mask]
        if len(lanes):
            d = measured(d[:, mask], np.zeros(len(lanes), np.int64))
            model, lessons = self.model.at(lanes), self.lessons.at(lanes)
            model.teach(d, measure)
            lessons.add(d, measure)
            self.model.put(lanes, model)
            self.lessons.put(lanes, lessons)
            self.taught[lanes] = True
            self.agreed[lanes] = False

    def accepted(self, lanes, gradient):
        """Gos: the secant pairs update H, the radii may grow, the next trial is a main one."""
        d = take(self.move, lanes)
        fresh = narrow(gradient)
        y = subtract(fresh, self.g.at(lanes))
        self.g.put(lanes, fresh)
        model = self.model.at(lanes)
        model.learn(measured(d, np.zeros(len(lanes), np.int64)), y)
        self.model.put(lanes, model)
        radius = self.radius.take(lanes)
        wider = np.minimum(WIDEST, np.maximum(radius, 2 * np.abs(d).max(axis=0)))
        grows = self.hit.take(lanes) | self.compensating(lanes)
        self.radius[lanes] = np.where(grows, wider, radius)
        self.fraction[lanes] = ONE
        lessons = self.lessons.at(lanes)
        lessons.forget()
        self.lessons.put(lanes, lessons)
        self.spare_change[lanes] = 0
        self.stage[lanes] = _MAIN
