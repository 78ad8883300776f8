"""`qbfgs.position` on arrays: where the runs stand, and the steps rejected there."""

import numpy as np

from qbfgs.position import EDGE

from .lanes import put

_MASK = 0x1FFFFFFF
_ODD = 0x5D65


def step_hash(d):
    """The 29-bit hashes of integer steps, (n, lanes)."""
    h = np.zeros_like(d[0])
    for row in d:
        h = h + row & _MASK
        h ^= h >> 15
        h = h * _ODD & _MASK
        h ^= h >> 12
    return h


class Position:
    """Points X of the lattice, (n, lanes), with the hashes of what was rejected there.

    Methods work on some lanes; a step d is an array (n, those lanes).
    """

    def __init__(self, x):
        n, lanes = x.shape
        self.x = x
        self.room = 160 + 8 * n
        self.hashes = np.zeros((lanes, self.room), np.int64)
        self.count = np.zeros(lanes, np.int64)

    def start(self, lanes, x):
        """Puts some lanes at new points."""
        put(self.x, lanes, x)
        self.count[lanes] = 0

    def inside(self, lanes, d):
        """Where X + d stays inside |X| < 2^19."""
        inside = np.ones(len(lanes), bool)
        for x, step in zip(self.x, d, strict=True):
            inside &= np.abs(x.take(lanes) + step) <= EDGE
        return inside

    def admissible(self, lanes, d):
        """Where d is a step that stays inside and was not rejected at the point of its lane."""
        good = self.inside(lanes, d) & d.any(axis=0)
        count = self.count.take(lanes)
        h = step_hash(d)
        tried = np.flatnonzero(count > 0)
        k = 0
        while len(tried):
            again = self.hashes[lanes[tried], k] == h[tried]
            good[tried[again]] = False
            k += 1
            tried = tried[count[tried] > k]
        return good

    def full(self, lanes):
        """Where no more rejected steps can be remembered."""
        return self.count.take(lanes) == self.room

    def reject(self, lanes, d):
        """Remembers steps as rejected."""
        count = self.count.take(lanes)
        self.hashes[lanes, count] = step_hash(d)
        self.count[lanes] = count + 1

    def move(self, lanes, d):
        """X += d; what was rejected is forgotten."""
        for x, step in zip(self.x, d, strict=True):
            x[lanes] += step
        self.count[lanes] = 0
