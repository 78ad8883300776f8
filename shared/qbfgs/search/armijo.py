"""Armijo's rule without an inner loop: "idle and go" (eq. 22 and 37).

A trial that does not decrease the cost enough is an idle epoch: the point stays, and the next epoch
tries a shorter step.  All numbers are scalars.
"""

from ..words.scalars import add, div, mul, pack, scaled

ALPHA = div(pack(19, 0), pack(2000, 0))  # the paper's 0.0095
SHORTEST = div(pack(3, 0), pack(10, 0))
LONGEST = div(pack(2, 0), pack(5, 0))


def sufficient(change: int, slope: int) -> bool:
    """Eq. 22 with phi = -alpha G.d: the change of the cost is at most alpha times the slope G.d."""
    return change <= mul(ALPHA, slope)


def curvature(change: int, slope: int) -> int:
    """d'Bd as the trial measured it: 2 (F(X + d) - F(X) - G.d)."""
    return scaled(add(change, -slope), 1)


def shrink(fraction: int, slope: int, measured: int) -> int:
    """The next step fraction after an idle epoch.

    The minimum of the parabola through the failed trial, -slope/measured of the step, kept within
    3/10 .. 2/5 (the paper's fixed 9/10 needs many more idle epochs).
    """
    factor = LONGEST
    if measured > 0:
        factor = div(-slope, measured)
        if factor < SHORTEST:
            factor = SHORTEST
        elif factor > LONGEST:
            factor = LONGEST
    return mul(fraction, factor)
