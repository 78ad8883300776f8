"""Which grid a fit needs: found from the reference's own standard errors, then checked."""

import math
from typing import NamedTuple

from qbfgs.grid.position import EDGE
from qbfgs.models.model import FINEST
from qbfgs.models.recipes import SQUARES

from . import fitting, learned
from .references import Comparison

STEP = 8  # grid steps in the smallest standard error, at least
MOST_TRIED = 4
COARSER = 16  # by how much the next grid is coarser where nothing is known


class Tried(NamedTuple):
    """A fit on a grid, with its description and Comparison; None, and why, where it failed."""

    qp: int
    fit: fitting.Fit | None
    described: dict | None
    comparison: Comparison | None
    failed: str = ""

    @property
    def left(self):
        """Whether the fit left the range of the integers."""
        return self.fit is None or max(map(abs, self.fit.x)) >= EDGE - 1

    @property
    def loss(self):
        """The fit's loss; infinite where it failed."""
        return math.inf if self.fit is None else self.comparison.loss


def on_grid(task, reference, qp, progress):
    """The fit of a task on one grid, Tried. Raises ValueError as `fitting.run` does."""
    fit = fitting.run(task, qp, progress)
    described = learned.describe(task, fit)
    return Tried(qp, fit, described, reference.compare(described))


def first(reference, squares):
    """The smallest power of two with STEP steps in the smallest of the standard errors, and with
    room for twice the parameters; squares: those are fitted in another basis, of any size."""
    qp = 1 << max(0, math.ceil(math.log2(STEP / min(reference.errors()))))
    if not squares:
        room = max(1, int(EDGE / 2 / max(1e-9, *abs(reference.kind.best).ravel())))
        qp = min(qp, 1 << room.bit_length() - 1)
    return min(FINEST, qp)


def auto(task, reference, tolerance, run):
    """The fits of a task on a few grids, a list of Tried; the last need not be the best.

    The first grid is that of `first`.  While the quantization loss is above the tolerance the next
    is as much finer as it seems to need, or coarser where a fit left the range of the integers.
    run(qp): makes the Tried of a grid, or raises `fitting.RangeError`.
    Raises ValueError where every grid failed, and for data that no grid can learn from.
    """
    tried = []
    qp = first(reference, task.name in SQUARES)
    while qp not in [t.qp for t in tried] and len(tried) < MOST_TRIED:
        try:
            tried.append(run(qp))
        except fitting.RangeError as error:
            tried.append(Tried(qp, None, None, None, str(error)))
        qp = _next(tried, tolerance)
    if best(tried).fit is None:
        raise ValueError(tried[-1].failed)
    return tried


def best(tried):
    """The one with the least loss."""
    return min(tried, key=lambda t: t.loss)


def _next(tried, tolerance):
    """The grid to try next; one that was tried for no other."""
    last = tried[-1]
    if last.left:
        room = [t.qp for t in tried if t.qp < last.qp and not t.left]
        return 2 * max(room) if room else max(1, last.qp // COARSER)
    excess = last.comparison.excess
    if excess <= tolerance or last.comparison.limit or last.loss > best(tried).loss:
        return last.qp
    finer = 2  # a loss grows by the square of a step
    while finer * finer * tolerance < excess and last.qp * finer < FINEST:
        finer *= 2
    return min(FINEST, last.qp * finer)
