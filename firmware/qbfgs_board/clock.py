"""The board's clock, in microseconds, whichever functions its `time` module has."""

try:
    import time
except ImportError:
    time = None

if hasattr(time, "ticks_us"):
    _ticks, _difference, _UNIT = time.ticks_us, time.ticks_diff, 1
elif hasattr(time, "ticks_ms"):
    _ticks, _difference, _UNIT = time.ticks_ms, time.ticks_diff, 1000
elif hasattr(time, "perf_counter_ns"):

    def _ticks():
        return time.perf_counter_ns() // 1000

    def _difference(end, start):
        return end - start

    _UNIT = 1
else:
    _ticks = None


class Stopwatch:
    """Sums laps; it starts when made.

    total: microseconds of all laps, None without a clock. Ticks wrap around on boards: the total
    may grow beyond that, one lap may not (half the ticks' range: 2^29 us, nine minutes, or more).
    """

    def __init__(self):
        self.total = None if _ticks is None else 0
        self.restart()

    def restart(self):
        """The next lap begins now."""
        if _ticks is not None:
            self._start = _ticks()

    def lap(self):
        """Microseconds since the last lap or restart, added to the total; None without a clock."""
        if _ticks is None:
            return None
        now = _ticks()
        lap = _difference(now, self._start) * _UNIT
        self._start = now
        self.total += lap
        return lap
