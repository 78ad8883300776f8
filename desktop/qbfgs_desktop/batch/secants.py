"""`qbfgs.secants` on arrays: the last secant pairs of every lane."""

import numpy as np

from .blocks import block, choose, dot
from .lanes import Lanes
from .scalars import div


class Secants(Lanes):
    """Up to `most` pairs a lane, oldest first: lists of blocks s and y; sy and stiffness are
    (most, lanes) scalars; count: (lanes,)."""

    FIELDS = ("count", "s", "y", "sy", "stiffness")

    def __init__(self, n, most, lanes):
        self.most = most
        self.count = np.zeros(lanes, np.int64)
        self.s = [block(n, lanes) for _ in range(most)]
        self.y = [block(n, lanes) for _ in range(most)]
        self.sy = np.zeros((most, lanes), np.int64)
        self.stiffness = np.zeros((most, lanes), np.int64)

    def add(self, s, y, sy):
        """Stores a pair a lane; the oldest gives way where all places are taken."""
        full = self.count == self.most
        last = np.minimum(self.count, self.most - 1)
        stiffness = div(dot(y, y), sy)
        for k in range(self.most):
            here = last == k
            if k + 1 < self.most:
                self.s[k] = choose(full, self.s[k + 1], self.s[k])
                self.y[k] = choose(full, self.y[k + 1], self.y[k])
                self.sy[k] = np.where(full, self.sy[k + 1], self.sy[k])
                self.stiffness[k] = np.where(full, self.stiffness[k + 1], self.stiffness[k])
            self.s[k] = choose(here, s, self.s[k])
            self.y[k] = choose(here, y, self.y[k])
            self.sy[k] = np.where(here, sy, self.sy[k])
            self.stiffness[k] = np.where(here, stiffness, self.stiffness[k])
        self.count = np.minimum(self.count + 1, self.most)

    def stiffest(self):
        """The pair (s, y, sy) with the largest curvature; it means nothing where there is none."""
        s, y, sy, top = self.s[0], self.y[0], self.sy[0], self.stiffness[0]
        for k in range(1, self.most):
            better = (self.stiffness[k] > top) & (k < self.count)
            s = choose(better, self.s[k], s)
            y = choose(better, self.y[k], y)
            sy = np.where(better, self.sy[k], sy)
            top = np.where(better, self.stiffness[k], top)
        return s, y, sy
