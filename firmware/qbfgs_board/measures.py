"""Time and heap of epochs, read just around them, and their records."""

from . import heap
from .clock import Stopwatch
from .report import send


class Measures:
    """Of one epoch after the other; they hold nothing of the reporting. Made with the Stopwatch of
    the whole run.

    Garbage is freed when there may be less room than an epoch and its report were seen to take.
    Then, and at epochs 1, 4, 16, 64 ... since reset, what the epoch takes is measured: to look
    through the heap takes a board as long as an epoch does, or longer.

    us: of the last epoch, microseconds, None without a clock. grown: bytes
    that the last one took, used: all in use after it, None where they were not measured. peak: the
    most in use after an epoch, bytes.
    """

    def __init__(self, run):
        self._run = run
        self.us = self.grown = self.used = None
        self.peak = 0
        self._before = None
        self._size = heap.size()
        self._need = 0  # the most bytes that an epoch and its report were seen to take
        self._room = 0  # bytes that are free at least
        self._count = 0  # epochs
        self._due = 0  # that of the next epoch to be measured
        self._watch = Stopwatch()

    def begin(self):
        """An epoch begins."""
        self._before = None
        if self._room < self._need or self._count >= self._due:
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

    def report_epoch(self, epoch, kind, cost, tried):
        """Sends an epoch's record; what that takes is part of the next ones' need."""
        send("E", epoch, kind, self.us, self.grown, self.used, cost, x=tried)
        if self.used is None:
            self._room -= self._need
        else:
            used = heap.used()
            if self._count:  # not what the optimiser is made of
                self._need = max(self._need, used - self._before)
            self._room = self._size - used
        if self._count >= self._due:
            self._due = 4 * self._due or 1
        self._count += 1
        self._run.lap()

    def report_run(self, o, before):
        """Sends the last record of an optimiser's run; before: the heap in use when it began."""
        after = heap.collected()
        self._run.lap()
        counts = (o.status, o.epochs, o.updates, o.idles, o.compensations, o.checksum, o.cost)
        times = (self._watch.total, self._run.total)
        peak = None if after is None else max(self.peak, after)
        send("F", *(counts + times + (before, after, peak, self._size)), x=o.x)
