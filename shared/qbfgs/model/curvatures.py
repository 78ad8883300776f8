"""The curvatures that rejected neighbours measured at one point, to be taught to H again."""

from ..words.blocks import blocks, copy, words
from ..words.compat import const

_ROUNDS = const(3)
_MOST = const(32)


class Curvatures:
    """The last 2 n, at most 32, rejected steps with their measured curvatures; made once.

    What H learns from one bends what it learnt from those before.  Repeated in turn they come to
    agree, and with them H; that shows directions of little or negative curvature which none of them
    took alone.
    """

    STATE = "steps measured count next"

    def __init__(self, n):
        self.n = n
        most = min(2 * n, _MOST)
        self.steps = blocks(most, n)
        self.measured = words(most)
        self.count = 0
        self.next = 0  # the place of the next one, that of the oldest once all are taken

    def forget(self):
        """Forgets all: the point has changed."""
        self.count = self.next = 0

    def add(self, d, measured):
        """Remembers a step, a block, with the positive scalar d'Bd that it measured."""
        copy(self.steps[self.next], d, self.n)
        self.measured[self.next] = measured
        self.next += 1
        if self.count < self.next:
            self.count = self.next
        if self.next == len(self.steps):
            self.next = 0

    def repeat(self, model):
        """Teaches the model all of them again, three times, oldest first."""
        for _ in range(_ROUNDS):
            for k in range(self.count):
                k = (self.next + k) % self.count if self.count == len(self.steps) else k
                model.teach(self.steps[k], self.measured[k])
