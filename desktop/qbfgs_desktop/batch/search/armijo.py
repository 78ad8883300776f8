"""`qbfgs.search.armijo` on arrays: "idle and go" (eq. 22 and 37), all numbers scalars."""

from ..words.arrays import WORD, at_least, at_most, negative, select
from ..words.scalars import add, div, mul, pack, scaled


def _ratio(a, b):
    return div(pack(WORD(a), 0), pack(WORD(b), 0))


ALPHA = _ratio(19, 2000)
SHORTEST = _ratio(3, 10)
LONGEST = _ratio(2, 5)


def sufficient(change, slope):
    """Eq. 22: the change of the cost is at most alpha times the slope."""
    return change <= mul(slope, ALPHA)


def curvature(change, slope):
    """d'Bd as the trials measured it: 2 (F(X + d) - F(X) - G.d)."""
    return scaled(add(change, -slope), 1)


def shrink(fraction, slope, measured):
    """The next step fractions after an idle epoch: the parabola's minimum, within 3/10 .. 2/5."""
    factor = at_most(at_least(div(-slope, measured), SHORTEST), LONGEST)
    return mul(fraction, select(negative(-measured), factor, LONGEST))
