"""y = scale x^power, for x of 0 or more."""

from ..functions import exp, log
from ..numbers import number
from .guess import columns, linear, ones

NAMES = ("scale", "power")
FIXED = ()


def formula(x, scale, power):
    """The reading at x."""
    return scale * x**power


def start(rows):
    """ln |y| is linear in ln x."""
    x, y = columns(rows)
    if x[0] < 0:
        raise ValueError("a power law takes inputs of 0 and more, not %s" % x[0])
    sign = 1 if max(y) + min(y) > 0 else -1
    inside = [k for k in range(len(y)) if x[k] > 0 and sign * y[k] > 0]
    logs = [log(x[k]) for k in inside]
    if len(inside) > 1:
        found = linear([logs, ones(logs)], [log(sign * y[k]) for k in inside])
        if found is not None:
            return [sign * exp(found[1]), found[0]]
    return [y[-1] / x[-1], number(1)]
