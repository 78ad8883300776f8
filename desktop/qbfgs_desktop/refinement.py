"""Runs from fine to coarse, with the fineness that the run's range allows."""

from typing import NamedTuple

from qbfgs import Optimizer, status
from qbfgs.refined import fineness

COARSER = 2  # by how much the fineness falls when a run leaves its range


class Refinement(NamedTuple):
    """optimizer: after its run on the fine grid.  refine: its k.  x: the end point on the asked
    grid.  epochs: of all runs, with those that left their range."""

    optimizer: Optimizer
    refine: int
    x: list
    epochs: int


def solve(make, qp, x0, **settings):
    """Runs a problem from fine to coarse; returns the `Refinement`.

    make(qp): the objective on a grid of qp steps per unit.  qp, x0: of the grid asked for.
    settings: of the Optimizer, in fine steps where they are steps.  Where a run leaves the range of
    its fine grid, a coarser one takes its place, from the start.
    """
    k = fineness(qp, x0)
    epochs = 0
    while True:
        o = Optimizer(make(qp << k), [x << k for x in x0], refine=k, **settings)
        while o.step():
            pass
        epochs += o.epochs
        if o.status != status.RANGE_LEFT or k == 0:
            return Refinement(o, k, [x >> k for x in o.x], epochs)
        k = max(0, k - COARSER)
