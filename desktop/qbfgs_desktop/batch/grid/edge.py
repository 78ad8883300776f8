"""`qbfgs.grid.box` on arrays, for the one box that there is here: the edge of the grid.

x: (n, lanes) the points; fenced: the lanes for which the edge is a bound; g, y: blocks.
"""

import numpy as np

from qbfgs.grid.position import EDGE

from ..words.arrays import masked, select
from ..words.blocks import Block, choose, measured


def beyond(x, d):
    """Where X + d leads beyond the edge."""
    return np.abs(x + d).max(axis=0) > EDGE


def reached(x):
    """Where X is at the edge."""
    return np.abs(x).max(axis=0) == EDGE


def clip(x, d, fenced):
    """The steps d, (n, lanes), without what leads out."""
    if not fenced.any():
        return d
    inside = np.maximum(np.minimum(x + d, EDGE), -EDGE) - x
    return select(masked(fenced), inside, d)


def outward(x, g, fenced):
    """Which coordinates of X are at the edge with a gradient g that pushes outward: (n, lanes)."""
    return ((x == -EDGE) & (g.m > 0) | (x == EDGE) & (g.m < 0)) & fenced


def hold(y, x, g, fenced):
    """y, but 0 where X is at the edge and the gradient g pushes outward."""
    if not fenced.any():
        return y
    return _without(y, outward(x, g, fenced))


def face(y, x, d, fenced):
    """y, but 0 where the step d, which led to X, stayed at the edge."""
    if not fenced.any():
        return y
    return _without(y, (d == 0) & (np.abs(x) == EDGE) & fenced)


def _without(y, entries):
    """The block without some entries; measured where there are some."""
    free = Block(select(masked(entries), 0, y.m), y.e, y.size)
    return choose(masked(entries.any(axis=0)), measured(free.m, free.e), y)
