"""Time and heap of epochs, read just around them."""

from . import heap
from .clock import Stopwatch


class Measures:
    """Of one epoch after the other; they hold nothing of the reporting.

    Garbage is freed when there may be less room than an epoch and its report were seen to take.
    Then, and at epochs 1, 2, 4, 8 ... since reset, what the epoch takes is measured: to look
    through the heap takes a board as long as an epoch does, or longer.

    us: of the last epoch, total: of all of them, microseconds, None without a clock. grown: bytes
    that the last one took, used: all in use after it, None where they were not measured. peak: the
    most in use after an epoch, bytes.
    """

    def __init__(self):
        self.us = self.grown = self.used = None
        self.peak = 0
        self._before = None
        self._need = 0  # the most bytes that an epoch and its report were seen to take
        self._room = 0  # bytes that are free at least
        self._count = 0  # epochs
        self._watch = Stopwatch()

    def total(self):
        """Microseconds of all epochs."""
        return self._watch.total

    def begin(self):
        """An epoch begins."""
        self._before = None
        if self._room < self._need or not self._count & (self._count - 1):
            heap.collect()
            self._before = heap.used()
        self._watch.restart()

    def end(self):
        """The epoch has ended."""
        # A function with more local names than this one may itself have its frame on the heap.
        self.us = self._watch.lap()
        self.grown = heap.grown(self._before)

    def weigh(self):
        """Sets `used` and `peak`, before the report of the epoch."""
        self.used = None
        if self.grown is not None:
            self.used = self._before + self.grown
            self.peak = max(self.used, self.peak)

    def reported(self):
        """The epoch is reported: what that took is part of the next ones' need."""
        self._count += 1
        if self.used is None:
            self._room -= self._need
        else:
            self._need = max(self._need, heap.grown(self._before) or 0)
            self._room = heap.free()
