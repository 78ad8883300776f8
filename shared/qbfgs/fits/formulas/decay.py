"""y = offset + scale e^(-rate (t - origin)): cooling, discharge; a rate below 0 is growth."""

from ..functions import exp
from ..numbers import ZERO, number
from .guess import columns, integral, linear, ones

NAMES = ("offset", "scale", "rate", "origin")
FIXED = ("origin",)


def formula(t, offset, scale, rate, origin):
    """The reading at time t."""
    return offset + scale * exp(-rate * (t - origin))


def start(rows):
    """From y = -rate integral(y) + linear in t (Jacquelin), then offset and scale."""
    t, y = columns(rows)
    found = linear([integral(t, y), t, ones(t)], y)
    span = t[-1] - t[0]
    rate = -found[0] if found else ZERO
    if not rate or abs(rate) * span > 100:
        rate = number(1) / span
    found = linear([ones(t), [exp(-rate * (v - t[0])) for v in t]], y)
    if found is None:
        found = [y[-1], y[0] - y[-1]]
    return [found[0], found[1], rate, t[0]]
