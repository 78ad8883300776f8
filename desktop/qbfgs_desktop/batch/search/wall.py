"""`qbfgs.search.wall` on arrays: steps along the wall of the valley."""

from ..words.arrays import negative, select, zeros
from ..words.blocks import Block, axpy, block, dot, largest, stretch
from ..words.lanes import Lanes
from ..words.scalars import div, exponent, mantissa, pack


def along_wall(p, s, y, sy):
    """z = p - (y'p / s'y) s: the part of the target p that no wall stops, orthogonal to y."""
    ratio = div(dot(y, p), sy)
    return axpy(p, -mantissa(ratio), exponent(ratio), s)


class WallSearch(Lanes):
    """Steps along the wall: at the trust radius, a quarter of it, and so on to 1."""

    FIELDS = ("wall", "length")

    def __init__(self, n, lanes):
        self.wall = block(n, lanes)
        self.length = zeros(lanes)  # of the next step, grid steps; 0: there is none

    def begin(self, target, secants, radius, g):
        """Takes the directions from the target and the stiffest secant pair, downhill on G."""
        wall = along_wall(target, *secants.stiffest())
        self.length = radius & negative(-secants.count) & negative(-largest(wall))
        uphill = negative(-dot(wall, g))
        self.wall = Block(select(uphill, -wall.m, wall.m), wall.e, wall.size)

    def next(self):
        """The next steps, (n, lanes), and where there is one."""
        some = self.length > 0
        top = largest(self.wall)
        d = stretch(self.wall, div(pack(self.length, 0), pack(top, self.wall.e)), 0)
        self.length = self.length >> 2
        return d, some
