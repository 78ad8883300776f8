"""y = base + height e^(-((x - middle) / width)^2 / 2): a peak, or a dip for a height below 0."""

from ..functions import exp
from .guess import columns, integral

NAMES = ("base", "height", "middle", "width")
FIXED = ()


def formula(x, base, height, middle, width):
    """The reading at x."""
    u = (x - middle) / width
    return base + height * exp(-u * u / 2)


def start(rows):
    """The base is the reading that is as often above as below; the width follows from the area."""
    x, y = columns(rows)
    order = sorted(y)
    quarter = len(y) // 4
    up = order[-1] - order[len(y) // 2] >= order[len(y) // 2] - order[0]
    base = order[quarter] if up else order[-1 - quarter]
    top = max(y) if up else min(y)
    place = x[y.index(top)]
    height = top - base
    width = (x[-1] - x[0]) / 4
    if height:
        area = integral(x, [v - base for v in y])[-1]
        found = area / (height * "2.5066283")
        if found > 0 and found < width * 4:
            width = found
    return [base, height, place, width]
