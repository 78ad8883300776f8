"""y = offset + scale e^(rate (t - origin))."""

from ..functions import exp
from . import decay

NAMES = decay.NAMES
FIXED = decay.FIXED


def formula(t, offset, scale, rate, origin):
    """The reading at time t."""
    return offset + scale * exp(rate * (t - origin))


def start(rows):
    """That of a decay, with the other sign of the rate."""
    offset, scale, rate, origin = decay.start(rows)
    return [offset, scale, -rate, origin]
