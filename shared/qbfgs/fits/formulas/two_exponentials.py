"""y = first e^(-fast (t - origin)) + second e^(-slow (t - origin))."""

from ..functions import exp, sqrt
from ..numbers import number
from .guess import columns, integral, linear, ones

NAMES = ("first", "fast", "second", "slow", "origin")
FIXED = ("origin",)


def formula(t, first, fast, second, slow, origin):
    """The reading at time t."""
    since = t - origin
    return first * exp(-fast * since) + second * exp(-slow * since)


def start(rows):
    """Rates from y = A twice integrated y + B integral(y) + linear in t (Jacquelin)."""
    t, y = columns(rows)
    once = integral(t, y)
    found = linear([integral(t, once), once, t, ones(t)], y)
    span = t[-1] - t[0]
    fast, slow = 5 / span, number(1) / span
    if found is not None:
        under = found[1] * found[1] + 4 * found[0]
        if under > 0:
            root = sqrt(under)
            high, low = (root - found[1]) / 2, -(root + found[1]) / 2
            if abs(high) * span < 300 and abs(low) * span < 300 and high - low > "0.01" / span:
                fast, slow = high, low
    since = [v - t[0] for v in t]
    found = linear([[exp(-fast * v) for v in since], [exp(-slow * v) for v in since]], y)
    if found is None:
        found = [y[0] / 2, y[0] / 2]
    return [found[0], fast, found[1], slow, t[0]]
