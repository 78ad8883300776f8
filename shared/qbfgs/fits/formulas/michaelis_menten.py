"""y = top x / (half + x): a reaction's rate, an uptake; half is where y is half of top."""

from ..numbers import number
from .guess import columns, linear, ones

NAMES = ("top", "half")
FIXED = ()


def formula(x, top, half):
    """The reading at x."""
    return top * x / (half + x)


def start(rows):
    """x / y is linear in x (Hanes)."""
    x, y = columns(rows)
    inside = [k for k in range(len(y)) if y[k] and x[k]]
    if len(inside) > 1:
        given = [x[k] for k in inside]
        found = linear([given, ones(given)], [x[k] / y[k] for k in inside])
        if found is not None and found[0]:
            top, half = 1 / found[0], found[1] / found[0]
            if half > 0 or min(x) > -half:
                return [top, half]
    return [2 * y[-1], number(abs(x[-1]))]
