"""Many starts in a box: on a regular grid, or at random; any part of them without the rest.

A box is given by decimal texts, `low` and `high`, one a coordinate, both included.  Starts are
arrays of int64 grid integers, a row a start.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, prod

import numpy as np

from qbfgs.grid.position import EDGE

_HALF = Fraction(1, 2)
_WORDS = 4  # that one step of Philox's counter gives


@dataclass(frozen=True)
class Regular:
    """A grid of counts[i] points along coordinate i, the box's ends included (its middle, for one
    point), each rounded half up (eq. 4).  The last coordinate changes fastest."""

    low: tuple
    high: tuple
    counts: tuple

    @property
    def size(self):
        """How many starts there are."""
        return prod(self.counts)

    def points(self, qp, first, count):
        """`count` starts from number `first` on, on a grid of qp steps per unit."""
        where = np.unravel_index(np.arange(first, first + count), self.counts)
        axes = []
        for (a, b), k in zip(_box(self, qp), self.counts, strict=True):
            parts = [Fraction(i, k - 1) for i in range(k)] if k > 1 else [_HALF]
            axes.append(np.array([floor(a + (b - a) * part + _HALF) for part in parts]))
        return np.stack([axis[i] for axis, i in zip(axes, where, strict=True)], axis=1)


@dataclass(frozen=True)
class Random:
    """count grid points of the box, all equally likely.  The seed (0 .. 2^64-1) decides: every
    grid takes the same numbers, so that a start is about the same point for each qp."""

    low: tuple
    high: tuple
    count: int
    seed: int

    @property
    def size(self):
        """How many starts there are."""
        return self.count

    def points(self, qp, first, count):
        """`count` starts from number `first` on, on a grid of qp steps per unit."""
        box = _box(self, qp)
        turns = -(-len(box) // _WORDS)
        source = np.random.Philox(key=self.seed, counter=first * turns)
        words = source.random_raw(count * turns * _WORDS).reshape(count, -1)[:, : len(box)]
        low = np.array([ceil(a) for a, _ in box])
        width = np.array([floor(b) for _, b in box]) - low + 1
        if width.min() < 1:
            raise ValueError(f"the box of the starts holds no grid point at Qp = {qp}")
        # 32 random bits times a width below 2^21
        return low + ((words >> 32) * width.astype(np.uint64) >> 32).astype(np.int64)


def _box(starts, qp):
    """(low, high) of each coordinate in grid steps, Fractions.

    Raises ValueError where a coordinate's ends are exchanged or outside the optimiser's range.
    """
    box = []
    for low, high in zip(starts.low, starts.high, strict=True):
        a, b = Fraction(low) * qp, Fraction(high) * qp
        if a > b:
            raise ValueError(f"the box of the starts is empty: {low} is above {high}")
        if max(-a, b) > EDGE:
            raise ValueError(
                f"the box of the starts, {low} to {high}, leaves the grid, whose ends are -{EDGE}"
                f" and {EDGE} steps, at Qp = {qp}: use a smaller Qp or box"
            )
        box.append((a, b))
    return box
