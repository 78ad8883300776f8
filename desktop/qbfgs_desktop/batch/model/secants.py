"""`qbfgs.model.secants` on arrays: the last secant pairs of every lane."""

import numpy as np

from ..words.arrays import masked, negative, select, zeros
from ..words.blocks import Block, block, choose, dot
from ..words.lanes import Lanes
from ..words.scalars import div


class Secants(Lanes):
    """Up to `most` pairs a lane, oldest first: lists of blocks s and y, (most, lanes) scalars sy;
    count: (lanes,)."""

    FIELDS = ("count", "s", "y", "sy")
    START = ("count",)

    def __init__(self, n, most, lanes):
        self.most = most
        self.count = zeros(lanes)
        self.s = [block(n, lanes) for _ in range(most)]
        self.y = [block(n, lanes) for _ in range(most)]
        self.sy = zeros(most, lanes)

    def add(self, s, y, sy):
        """Stores a pair a lane; the oldest gives way where all places are taken."""
        # Most have taken all: those shift without a copy of what they keep.
        others = np.flatnonzero(self.count < self.most)
        kept = self.at(others)
        kept._append(s.at(others), y.at(others), sy.take(others))
        self.s = [*self.s[1:], Block(s.m.copy(), s.e.copy(), s.size.copy())]
        self.y = [*self.y[1:], Block(y.m.copy(), y.e.copy(), y.size.copy())]
        self.sy = np.concatenate((self.sy[1:], sy[None]))
        self.put(others, kept)

    def _append(self, s, y, sy):
        """Stores a pair a lane where there is room in all."""
        for k in range(self.most):
            here = masked(self.count == k)
            self.s[k] = choose(here, s, self.s[k])
            self.y[k] = choose(here, y, self.y[k])
            self.sy[k] = select(here, sy, self.sy[k])
        self.count = self.count + 1

    def stiffest(self):
        """The pair (s, y, sy) of the largest curvature y'y/s'y; it means nothing where none is."""
        s, y, sy = self.s[0], self.y[0], self.sy[0]
        top = stiffness(y, sy)
        for k in range(1, self.most):
            stiff = stiffness(self.y[k], self.sy[k])
            better = negative(top - stiff) & negative(k - self.count)
            s = choose(better, self.s[k], s)
            y = choose(better, self.y[k], y)
            sy = select(better, self.sy[k], sy)
            top = select(better, stiff, top)
        return s, y, sy


def stiffness(y, sy):
    """The scalars y'y/s'y of pairs: the curvature across a wall."""
    return div(dot(y, y), sy)
