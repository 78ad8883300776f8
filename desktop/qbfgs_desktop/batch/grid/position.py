"""`qbfgs.grid.position` on arrays: where the runs stand, and the steps rejected there."""

import numpy as np

from qbfgs.words.checksums import FACTOR

from ..words.arrays import masked, zeros
from ..words.lanes import EVERY, put, take
from . import edge

_ROWS = 8  # of hashes, to begin with; they are doubled


def step_hash(d):
    """Words that tell integer steps, (n, lanes), apart."""
    h = d[0]
    for row in d[1:]:
        h = (h & 0x7FFF) * FACTOR + (h >> 15) + row
    return h


class Position:
    """Points X of the lattice, (n, lanes), with the hashes of what was rejected there.

    Methods work on some lanes; a step d is an array (n, those lanes).  hashes: (rows, lanes), as
    many rows as were needed so far.
    """

    def __init__(self, x):
        n, lanes = x.shape
        self.x = x
        self.room = 160 + 8 * n
        self.hashes = zeros(_ROWS, lanes)
        self.count = zeros(lanes)
        self.fenced = np.zeros(lanes, bool)  # where the edge is a bound: a main step met it

    def at(self, lanes):
        """The same for some lanes only."""
        part = Position(take(self.x, lanes))
        part.count = self.count.take(lanes)
        part.fenced = self.fenced.take(lanes)
        used = part.count.max(initial=1)
        part.hashes = take(self.hashes[:used], lanes)
        return part

    def start(self, lanes, x):
        """Puts some lanes at new points."""
        put(self.x, lanes, x)
        self.count[lanes] = 0
        self.fenced[lanes] = False

    def inside(self, lanes, d):
        """Where X + d stays inside |X| < 2^19."""
        return ~edge.beyond(take(self.x, lanes), d)

    def at_edge(self, lanes):
        """Where X is at the end of what the grid holds."""
        return edge.reached(take(self.x, lanes))

    def clip(self, lanes, d):
        """The steps d, without what leads out where the edge is a bound."""
        return edge.clip(take(self.x, lanes), d, take(self.fenced, lanes))

    def hold(self, lanes, y, g):
        """The block y, without what the edge holds."""
        return edge.hold(y, take(self.x, lanes), g, take(self.fenced, lanes))

    def held(self, lanes, g):
        """What the edge holds, coordinates of blocks: (n, lanes)."""
        return edge.outward(take(self.x, lanes), g, take(self.fenced, lanes))

    def face(self, lanes, y, d):
        """The block y, without the coordinates that stayed at the edge in the step d to X."""
        return edge.face(y, take(self.x, lanes), d, take(self.fenced, lanes))

    def admissible(self, lanes, d):
        """Where d is a step that stays inside and was not rejected at the point of its lane."""
        good = self.inside(lanes, d) & (np.bitwise_or.reduce(d, axis=0) != 0)
        count = take(self.count, lanes)
        tried = np.flatnonzero(count)
        h = step_hash(take(d, tried))
        place = tried if lanes is EVERY else lanes.take(tried)
        count = count.take(tried)
        k = 0
        while len(tried):
            good[tried[self.hashes[k].take(place) == h]] = False
            k += 1
            left = np.flatnonzero(count > k)
            tried, h, place, count = (a.take(left) for a in (tried, h, place, count))
        return good

    def full(self, lanes):
        """Where no more rejected steps can be remembered."""
        return take(self.count, lanes) == self.room

    def reject(self, lanes, d):
        """Remembers steps as rejected; lanes: not EVERY."""
        count = self.count.take(lanes)
        if count.max(initial=0) == len(self.hashes):
            self.hashes = np.concatenate((self.hashes, np.zeros_like(self.hashes)))
        self.hashes[count, lanes] = step_hash(d)
        self.count[lanes] = count + 1

    def move(self, go, d):
        """X += d where `go` holds; what was rejected is forgotten there. d: (n, all lanes)."""
        go = masked(go)
        self.x += d & go
        self.count &= ~go
