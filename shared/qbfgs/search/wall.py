"""Compensation in any dimension: steps along the wall of the valley.

The direction of eq. 26-35 is orthogonal to the search direction; this one is orthogonal to the
change of the gradient, and so runs along the wall that stopped the rounded step.
"""

from ..words.blocks import axpy, block, copy, dot, largest, measure, stretch
from ..words.scalars import div, exponent, mantissa, pack


def along_wall(z: list, p: list, s: list, y: list, sy: int, n: int):
    """z = p - (y'p / s'y) s: the part of the target p that no wall stops, orthogonal to y.

    Blocks; (s, y) is a secant pair and sy = s'y > 0 its scalar.  For n = 2 this is the direction of
    eq. 26-28 with y in the place of h.
    """
    copy(z, p, n)
    ratio = div(dot(y, p, n), sy)
    if ratio:
        axpy(z, -mantissa(ratio), exponent(ratio), s, 0, n)


class WallSearch:
    """Steps along the wall of the valley: at the trust radius, a quarter of it, and so on to 1."""

    STATE = "wall length"

    def __init__(self, n):
        self.n = n
        self.wall = block(n)
        self.length = 0  # of the next step, grid steps; 0 when there is none

    def begin(self, target: list, secants: object, radius: int, g: list):
        """Takes the direction from the target, whose size it sets, and the stiffest secant pair,
        downhill on G."""
        n, wall = self.n, self.wall
        self.length = 0
        if secants.count:
            measure(target, n)
            k = secants.stiffest()
            along_wall(wall, target, secants.s[k], secants.y[k], secants.sy[k], n)
            if largest(wall, n):
                self.length = radius
            if dot(wall, g, n) > 0:
                for i in range(n):
                    wall[i] = -wall[i]

    def next(self, d: list) -> bool:
        """d = the next step, rounded coordinate by coordinate; False when there is none."""
        if self.length == 0:
            return False
        n, wall = self.n, self.wall
        stretch(d, wall, div(pack(self.length, 0), pack(largest(wall, n), wall[n])), n)
        self.length >>= 2
        return True
