"""The first trust radius, needed once."""

from ..words.wide import is_int
from .position import WIDEST
from .scales import check_grid


def default_radius(objective, x0):
    """The first trust radius when none was set, grid steps: see Optimizer."""
    qp = getattr(objective, "qp", None)
    if qp is None:
        qp = max([abs(v) for v in x0])
    else:
        check_grid(qp, len(x0))
        if not is_int(qp):
            qp = min(qp)
    return min(WIDEST, max(1, qp // 4))
