"""Compensation of the quantization error: search directions for steps that rounding took away.

Eq. 23-35 turn the search direction into one that is orthogonal to it, and the generalisation to n
dimensions into one that is orthogonal to the change of the gradient, the wall of the valley.
"""

from .blocks import axpy, copy, dot
from .scalars import div


def along_wall(z, p, s, y, sy, n):
    """z = p - (y'p / s'y) s: the part of the target p that no wall stops, orthogonal to y.

    Blocks; (s, y) is a secant pair and sy = s'y > 0 its scalar.  For n = 2 this is the direction of
    eq. 26-28 with y in the place of h.
    """
    copy(z, p, n)
    axpy(z, -div(dot(y, p, 0, n), sy), s, 0, n)
