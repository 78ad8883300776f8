"""Mode "compensated" on arrays; see `qbfgs.modes.compensated` and `qbfgs.search.idle_and_go`."""

import numpy as np

from qbfgs.grid.position import WIDEST
from qbfgs.modes import compensated as rules
from qbfgs.search.idle_and_go import MAINS
from qbfgs.status import LATTICE_MINIMUM, MODEL_MINIMUM, RUNNING, TABLE_FULL

from ..model.bfgs import QuasiNewton, teach
from ..model.curvatures import Curvatures
from ..search import armijo
from ..search.neighbours import LastNeighbours, Neighbours
from ..search.rounding import FINE, metric_round
from ..search.wall import WallSearch
from ..words.arrays import at_least, at_most, full, masked, negative, select, zeros
from ..words.blocks import block, dot, largest, measured, stretch, subtract
from ..words.lanes import EVERY, Lanes, mostly, put, take
from ..words.scalars import ONE, div, mul, pack, scaled

RESTING = _WAITING = -1  # in the place of a status: nothing to try was found yet
_FEW = 6  # where less than a part in so many waits for compensation, it does so longer

MAIN, _WALL, _RANK, _LIST, _BOX = range(5)
_LISTS = 20
_EIGHTH = ONE - (3 << 14)


def step(d):
    """Steps as a block."""
    return measured(d, zeros(d.shape[1]))


class Compensated(Lanes):
    """The rule of mode "compensated" in all lanes; move: (n, lanes), the steps proposed.

    Where methods take lanes, their other arguments have one entry for each of those.
    """

    FIELDS = ("model", "neighbours", "last", "wall", "curvatures", "g", "move", "radius", "slope")
    FIELDS += ("fraction", "hit", "stage", "spare", "spare_change", "polls", "lists", "taught")
    FIELDS += ("agreed", "direction", "length")
    START = ("model", "neighbours", "wall", "curvatures", "g", "radius", "fraction", "stage")
    START += ("spare_change", "polls", "lists", "agreed", "direction", "length")

    def __init__(self, n, position, objective, radius, pairs, polls):
        lanes = len(radius)
        self.position = position
        self.whole = polls is not None
        self.budget = polls if self.whole else self.ENOUGH[0] + self.ENOUGH[1] * n
        self.most = max(2 * self.budget, 5 * position.room >> 3)
        self.model = self._made(n, pairs, lanes)
        self.neighbours = Neighbours(n, lanes)
        self.last = LastNeighbours(n, lanes)
        self.wall = WallSearch(n, lanes)
        self.curvatures = Curvatures(n, lanes)
        self.g = block(n, lanes)
        self.direction = block(n, lanes)  # H G
        self.length = zeros(lanes)  # its max-norm, a scalar
        self.move = zeros(n, lanes)
        self.radius = radius
        self.slope = zeros(lanes)
        self.fraction = full(lanes, ONE)
        self.hit = np.zeros(lanes, bool)
        self.stage = full(lanes, MAIN)
        self.spare = zeros(n, lanes)
        self.spare_change = zeros(lanes)
        self.polls = zeros(lanes)
        self.lists = zeros(lanes)
        self.taught = np.zeros(lanes, bool)
        self.agreed = np.zeros(lanes, bool)

    ENOUGH = rules.Compensated.ENOUGH

    def _made(self, n, pairs, lanes):
        return QuasiNewton(n, pairs, lanes)

    def start(self, g):
        """Takes the gradients at the starts, a block, in all lanes: H = radius / max|G| I."""
        self.g = g
        top = pack(largest(g), g.e)
        h = pack(self.radius, 0)
        self.model.factor.set_identity(select(negative(-top), div(h, top), h))
        self._head(EVERY, self.model.factor.direction(g))

    def _turn(self, lanes, factor):
        """The directions H G, as their models have them now, but for what the edge holds."""
        g = self.g.at(lanes)
        direction = factor.direction(self.position.hold(lanes, g, g))
        self._head(lanes, self.position.hold(lanes, direction, g))

    def _head(self, lanes, direction):
        self.direction.put(lanes, direction)
        self.length[lanes] = pack(largest(direction), direction.e)

    def promise(self, lanes, wanted):
        """The decreases that the models promise; they know a pair where `wanted` stays set."""
        wanted &= take(self.model.secants.count, lanes) > 0
        if not wanted.any():
            return zeros(len(wanted))
        return scaled(dot(self.direction.at(lanes), self.g.at(lanes)), -1)

    # Choosing a step

    def propose(self, lanes, wanted):
        """Sets the moves where they are needed; RUNNING, or the status that ends the run.

        RESTING where compensation has to go on: its many operators wait for many lanes.
        """
        status = select(masked(self.position.full(lanes)), TABLE_FULL, _WAITING)
        status = select(masked(wanted), status, RUNNING)
        if lanes is EVERY:
            lanes = np.arange(len(status))
            main = (self.stage == MAIN) & (status == _WAITING)
            if mostly(main):
                status = select(masked(main), self._propose_main(EVERY, main), status)
        main = np.flatnonzero((status == _WAITING) & (self.stage.take(lanes) == MAIN))
        if len(main):
            status[main] = self._propose_main(lanes.take(main))
        waiting = np.count_nonzero(status == _WAITING)
        if _FEW * waiting < len(self.stage) and (wanted & (status == RUNNING)).any():
            return status
        stages = (None, self._propose_wall, self._rank, self._propose_neighbour)
        stages += (self._propose_last,)
        # The core's loops over what to try next, turned inside out.
        while True:
            waiting = np.flatnonzero(status == _WAITING)
            if not len(waiting):
                return status
            stage = self.stage.take(lanes.take(waiting))
            for k, propose in enumerate(stages):
                here = waiting[stage == k]
                if len(here):
                    status[here] = propose(lanes.take(here))

    def _aim(self, lanes):
        """The targets -fraction H G within the radius, and the moves as their roundings."""
        length = take(self.length, lanes)
        ratio = take(self.fraction, lanes)
        radius = pack(take(self.radius, lanes), 0)
        hit = mul(ratio, length) > radius
        self.hit[lanes] = hit
        ratio = select(masked(hit), div(radius, length), ratio)
        target = stretch(self.direction.at(lanes), -ratio, -FINE)
        d = metric_round(self.model.factor.at(lanes), target.m)
        return target, self.position.clip(lanes, d)

    def _aim_main(self, lanes):
        """The targets and moves of main steps."""
        return self._aim(lanes)

    def _set(self, lanes, d):
        """Makes d the moves."""
        put(self.move, lanes, d)
        self.slope[lanes] = dot(step(d), self.g.at(lanes))

    def _try(self, lanes, d):
        """Makes d the moves where they can be tried; RUNNING there, else WAITING."""
        good = self.position.admissible(lanes, d)
        chosen = np.flatnonzero(good)
        self._set(lanes.take(chosen), take(d, chosen))
        return np.where(good, RUNNING, _WAITING)

    def _propose_main(self, lanes, main=True):
        """The main steps; of EVERY lane where `main` holds.

        What it sets in the others means nothing: moves are needed in no other, or come next, and
        `hit` belongs to main steps.
        """
        target, d = self._aim_main(lanes)
        good = self._try_main(lanes, d)
        met = np.flatnonzero(main & ~good & ~take(self.position.fenced, lanes))
        if len(met):
            self._fence(lanes, met, target, d, good)
        self._set(lanes, d)
        status = select(masked(good), RUNNING, _WAITING)
        stopped = np.flatnonzero(main & ~good)
        if len(stopped):
            status[stopped] = self._leave_main(
                stopped if lanes is EVERY else lanes.take(stopped), target.at(stopped)
            )
        return status

    def _fence(self, lanes, places, target, d, good):
        """Makes the edge a bound where the main steps in some places led beyond it: others there.

        Changes target, d and good, which have an entry for each of the lanes.
        """
        places = places[~self.position.inside(lanes, d)[places]]
        if len(places):
            met = places if lanes is EVERY else lanes.take(places)
            self.position.fenced[met] = True
            self._turn(met, self.model.factor.at(met))
            aims, steps = self._aim_main(met)
            target.put(places, aims)
            put(d, places, steps)
            good[places] = self._try_main(met, steps)

    def _try_main(self, lanes, d):
        few = take(self.position.count, lanes) < MAINS
        return few & self.position.admissible(lanes, d)

    def _leave_main(self, lanes, target):
        """From the main step to the wall; the spare trial comes before, where there is one."""
        self.stage[lanes] = _WALL
        wall = self.wall.at(lanes)
        secants = self.model.secants.at(lanes)
        wall.begin(target, secants, self.radius.take(lanes), self.g.at(lanes))
        self.wall.put(lanes, wall)
        again = self.spare_change.take(lanes) < 0
        chosen = lanes[again]
        self._set(chosen, take(self.spare, chosen))
        return np.where(again, RUNNING, _WAITING)

    def _propose_wall(self, lanes):
        wall = self.wall.at(lanes)
        d, some = wall.next()
        self.wall.put(lanes, wall)
        self.stage[lanes[~some]] = _RANK
        return self._try(lanes, self.position.clip(lanes, d.m * some))

    def _rank(self, lanes):
        neighbours = self.neighbours.at(lanes)
        factor = self.model.factor.at(lanes)
        neighbours.rank(factor, self.g.at(lanes), self.radius.take(lanes))
        self.neighbours.put(lanes, neighbours)
        self.taught[lanes] = False
        self.stage[lanes] = _LIST
        return _WAITING

    def _propose_neighbour(self, lanes):
        neighbours = self.neighbours.at(lanes)
        d, rank, some = neighbours.best()
        self.neighbours.put(lanes, neighbours)
        status = self._propose_ranked(lanes, d, rank, some, _EIGHTH)
        if self.whole or len(d) > 3:
            self._rank_last(lanes[~some])
            return status
        return np.where(some, status, MODEL_MINIMUM)

    def _rank_last(self, lanes):
        """The basis has nothing more to try: the last neighbourhood follows."""
        if len(lanes):
            self.last.open()
            last = self.last.at(lanes)
            last.rank(self.model.factor.at(lanes), self.g.at(lanes))
            self.last.put(lanes, last)
            self.stage[lanes] = _BOX
            self.polls[lanes] = 0  # from here on of uphill steps

    def _propose_last(self, lanes):
        last = self.last.at(lanes)
        d, rank, some = last.best()
        self.last.put(lanes, last)
        status = self._propose_ranked(lanes, d, rank, some, 1)
        return np.where(some, status, LATTICE_MINIMUM)

    def _propose_ranked(self, lanes, d, rank, some, doubtful):
        """Tries neighbours, or starts anew, or ends, where some of their list are left."""
        enough = self.position.count.take(lanes) >= self.most
        again = some & (rank < doubtful) & (self.polls.take(lanes) >= self.budget)
        again |= some & (rank < _EIGHTH) & enough
        last = enough | (self.lists.take(lanes) == _LISTS)
        settled = again & ((doubtful == 1) | ~self.taught.take(lanes) | last)
        ends = settled & (self.agreed.take(lanes) | last)
        self._repeat(lanes[settled & ~ends])
        chosen = np.flatnonzero(again & ~ends)
        if len(chosen):
            anew = lanes.take(chosen)
            self.lists[anew] += 1
            self.stage[anew] = _RANK
            self._turn(anew, self.model.factor.at(anew))
            put(d, chosen, self._aim(anew)[1])
        return np.where(ends, MODEL_MINIMUM, self._try(lanes, d * (some & ~ends)))

    def _repeat(self, lanes):
        """Teaches the model the measured curvatures again."""
        if len(lanes):
            factor = self.model.factor.at(lanes)
            self.curvatures.at(lanes).repeat(factor)
            self.model.factor.put(lanes, factor)
            self.agreed[lanes] = True

    # Judging it

    def compensating(self):
        """Whether the moves belong to a compensation."""
        return self.stage != MAIN

    def accepts(self, change):
        """Whether changes of the cost make a go."""
        enough = armijo.sufficient(change, self.slope)
        return (change < 0) & (self.compensating() | enough)

    def rejected(self, lanes, change):
        """Idle epochs in lanes given one by one: shorter main steps, or curvatures for H."""
        d = take(self.move, lanes)
        self.position.reject(lanes, d)
        slope = self.slope.take(lanes)
        measure = armijo.curvature(change, slope)
        stage = self.stage.take(lanes)
        main = stage == MAIN
        here = np.flatnonzero(main)
        steps = change, slope, measure
        self._reject_main(lanes.take(here), take(d, here), *(a.take(here) for a in steps))
        self.polls[lanes] += ~main & ((stage != _BOX) | (slope >= 0))
        chosen = np.flatnonzero(~main & (stage != _BOX) & (measure > 0))
        if len(chosen):
            self._teach(lanes.take(chosen), take(d, chosen), measure.take(chosen))

    def _shorten(self, lanes, slope, measure):
        fraction = self.fraction.take(lanes)
        self.fraction[lanes] = armijo.shrink(fraction, slope, measure)

    def _reject_main(self, lanes, d, change, slope, measure):
        self._shorten(lanes, slope, measure)
        self.radius[lanes] = at_least(np.abs(d).max(axis=0) >> 1, 1)
        better = np.flatnonzero(change < self.spare_change.take(lanes))
        lanes = lanes.take(better)
        self.spare_change[lanes] = change.take(better)
        put(self.spare, lanes, take(d, better))

    def _teach(self, lanes, d, measure):
        d = step(d)
        factor, measured = self.model.factor.at(lanes), self.curvatures.at(lanes)
        teach(factor, d, measure)
        measured.add(d, measure)
        self.model.factor.put(lanes, factor)
        self.curvatures.put(lanes, measured)
        self.taught[lanes] = True
        self.agreed[lanes] = False

    def accepted(self, lanes, g):
        """Gos in lanes given one by one: the secant pairs update H, the radii may grow, main trials
        come next.

        g: the gradients there, a block.
        """
        move = take(self.move, lanes)
        model = self.model.at(lanes)
        y = self.position.face(lanes, subtract(g, self.g.at(lanes)), move)
        model.learn(step(move), y)
        self.model.put(lanes, model)
        self.g.put(lanes, g)
        self._turn(lanes, model.factor)
        radius = self.radius.take(lanes)
        wider = at_most(np.maximum(radius, 2 * np.abs(move).max(axis=0)), WIDEST)
        stretched = self.hit.take(lanes) | (self.stage.take(lanes) != MAIN)
        self.radius[lanes] = select(masked(stretched), wider, radius)
        self._forget(lanes)

    def _forget(self, lanes):
        """The next trials are main ones, from points of which nothing more is known."""
        self.curvatures.forget(lanes)
        self.fraction[lanes] = ONE
        self.stage[lanes] = MAIN
        for counts in (self.polls, self.lists, self.spare_change):
            counts[lanes] = 0
