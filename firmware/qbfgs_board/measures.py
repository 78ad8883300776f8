"""Time and heap of epochs, read just around them, and their records."""

from .clock import Stopwatch
from .heap import collect, collected, grown, used
from .report import send

_EACH = 16  # of so many times that garbage is freed, an epoch is measured the first time


class Measures:
    """Of one epoch after the other; they hold nothing of the reporting. Made with the Stopwatch of
    the whole run, and the bytes of heap in use before it, and free.

    Garbage is freed before the first epoch since reset, and when there may be less room than an
    epoch and its report were seen to take. What an epoch takes is measured then the first time, and
    each 16th: to look through the heap takes a board longer than many an epoch, and an optimiser
    keeps nothing of one.

    us: of the last epoch, microseconds, None without a clock. grown: bytes
    that the last one took, used: all in use after it, None where they were not measured. peak: the
    most in use after an epoch, bytes.
    """

    def __init__(self, run, start, room):
        self._run = run
        self._start = start
        self._size = None if start is None else start + room  # of the heap
        self.us = self.grown = self.used = None
        self.peak = 0
        self._before = None
        self._need = 1  # the most bytes that an epoch and its report were seen to take
        self._report = None  # bytes that the first report took
        self._room = 1  # bytes that are free at least; to make the optimiser is not measured
        self._free = 0  # bytes, when garbage was freed last before an epoch that was measured
        self._count = 0  # how many times garbage was freed
        self._watch = Stopwatch()

    def begin(self):
        """An epoch begins."""
        self._before = None
        if self._room < self._need:
            if self._count % _EACH:
                collect()
            else:
                self._before = collected()
            self._room = self._free
            self._count += 1
        self._watch.restart()

    def end(self):
        """The epoch has ended."""
        # A function with more local names than this one may itself have its frame on the heap.
        self.us = self._watch.lap()
        self.grown = grown(self._before)

    def weigh(self):
        """Sets `used` and `peak`, before the report of the epoch."""
        self.used = None
        if self.grown is not None:
            self.used = self._before + self.grown
            self.peak = max(self.used, self.peak)

    def report_epoch(self, epoch, kind, cost, tried):
        """Sends an epoch's record; what that takes is part of the next ones' need."""
        send("E", epoch, kind, self.us, self.grown, self.used, cost, x=tried)
        if self.used is not None:
            if self._report is None:
                self._report = max(0, used() - self.used)
            self._need = max(self._need, self.grown + self._report)
            self._room = self._free = self._size - self._before
        self._room -= self._need
        self._run.lap()

    def report_run(self, o):
        """Sends the last record of an optimiser's run."""
        after = collected()
        self._run.lap()
        counts = (o.status, o.epochs, o.updates, o.idles, o.compensations, o.checksum, o.cost)
        times = (self._watch.total, self._run.total)
        peak = None if after is None else max(self.peak, after)
        send("F", *(counts + times + (self._start, after, peak, self._size)), x=o.x)
