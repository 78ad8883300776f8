"""`qbfgs.model.curvatures` on arrays: the curvatures that rejected neighbours measured."""

import numpy as np

from ..words.arrays import masked, negative, select, zeros
from ..words.blocks import block, choose
from ..words.lanes import EVERY, Lanes
from .bfgs import teach

_ROUNDS = 3
_MOST = 32


class Curvatures(Lanes):
    """The last 2 n, at most 32, rejected steps of a lane with their measured curvatures."""

    FIELDS = ("steps", "measured", "count", "next")
    START = ("count", "next")

    def __init__(self, n, lanes):
        self.most = min(2 * n, _MOST)
        self.steps = [block(n, lanes) for _ in range(self.most)]
        self.measured = zeros(self.most, lanes)
        self.count = zeros(lanes)
        self.next = zeros(lanes)  # the place of the next one

    def forget(self, lanes=EVERY):
        """Forgets all of some lanes: the points have changed."""
        self.count[lanes] = 0
        self.next[lanes] = 0

    def add(self, d, measured):
        """Remembers steps, a block, with the positive scalars d'Bd that they measured."""
        for k in range(self.most):
            here = masked(self.next == k)
            self.steps[k] = choose(here, d, self.steps[k])
            self.measured[k] = select(here, measured, self.measured[k])
        self.next = self.next + 1
        self.count = np.maximum(self.count, self.next)
        self.next &= negative(self.next - self.most)

    def repeat(self, factor):
        """Teaches a factor all of them again, three times, oldest first."""
        first = self.next & ~negative(self.count - self.most)
        for turn in range(_ROUNDS * self.most):
            k = turn % self.most
            lanes = np.flatnonzero(k < self.count)
            if len(lanes):
                part = factor.at(lanes)
                place = (first.take(lanes) + k) % self.most
                step, measured = self.steps[0].at(lanes), self.measured[0].take(lanes)
                for i in range(1, self.most):
                    here = masked(place == i)
                    step = choose(here, self.steps[i].at(lanes), step)
                    measured = select(here, self.measured[i].take(lanes), measured)
                teach(part, step, measured)
                factor.put(lanes, part)
