"""Points on a grid with one Qp for all coordinates, or with a list of one each.

With its own Qp a parameter that is a thousand times larger than the others has as many steps as
they.  The optimiser knows grid steps alone, so all this is for people, and for the first radius.
"""

from ..words.wide import is_int
from .quantizer import quantize, to_text
from .scales import check_grid


def qp_of(qp, i):
    """The Qp of coordinate i."""
    return qp if is_int(qp) else qp[i]


def quantize_point(values, qp):
    """The grid integers nearest to decimal texts or ints, a list; see `quantizer.quantize`.

    Raises as `quantize` and `check_grid` do.
    """
    check_grid(qp, len(values))
    return [quantize(values[i], qp_of(qp, i)) for i in range(len(values))]


def point_to_text(X, qp):
    """The real values of a grid point as decimal texts, a list; see `quantizer.to_text`."""
    check_grid(qp, len(X))
    return [to_text(X[i], qp_of(qp, i)) for i in range(len(X))]
