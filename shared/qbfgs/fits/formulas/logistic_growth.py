"""y = capacity / (1 + e^(-rate (t - middle))): growth that meets a limit."""

from ..functions import exp, log
from .guess import columns, linear, ones

NAMES = ("capacity", "rate", "middle")
FIXED = ()


def formula(t, capacity, rate, middle):
    """The reading at time t."""
    return capacity / (1 + exp(-rate * (t - middle)))


def start(rows):
    """A capacity a little above all readings, then ln(y / (capacity - y)) is linear in t."""
    t, y = columns(rows)
    capacity = (max(y) if max(y) > 0 else min(y)) * "1.05"
    inside = [k for k in range(len(y)) if y[k] / capacity > "0.001"] if capacity else []
    if len(inside) > 1:
        bent = [log(y[k] / (capacity - y[k])) for k in inside]
        times = [t[k] for k in inside]
        found = linear([times, ones(times)], bent)
        if found is not None and found[0]:
            return [capacity, found[0], -found[1] / found[0]]
    return [capacity, 4 / (t[-1] - t[0]), (t[0] + t[-1]) / 2]
