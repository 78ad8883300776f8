"""Runs from fine to coarse, as fine as their range allows."""

from qbfgs import Optimizer, status
from qbfgs.modes.refined import fineness

COARSER = 2  # by how much the fineness falls when a run leaves its range


class Refinement:
    """A run from fine to coarse, seen on the asked grid; stepped like an Optimizer.

    make(qp): the objective on a grid of qp steps per unit.  qp, x0: of the grid asked for.
    settings: of the Optimizer, in fine steps where they are steps.  Where the run leaves the range
    of its fine grid, one on a coarser takes its place, from the start.

    optimizer: as it is now, on the fine grid; k: its fineness.  objective: on the asked grid.
    x, cost: on the asked grid.  epochs: of all runs.  status: of the last.
    """

    def __init__(self, make, qp, x0, **settings):
        self.make, self.qp, self.x0, self.settings = make, qp, list(x0), settings
        self.objective = make(qp)
        self.k = fineness(qp, x0)
        self._before = 0
        self._begin()

    def _begin(self):
        x0 = [x << self.k for x in self.x0]
        objective = self.make(self.qp << self.k)
        self.optimizer = Optimizer(objective, x0, refine=self.k, **self.settings)

    @property
    def x(self):
        """The best asked point."""
        return [x >> self.k for x in self.optimizer.x]

    @property
    def cost(self):
        """The cost there, as the objective on the asked grid says."""
        return self.objective.cost(self.x)

    @property
    def epochs(self):
        """Cost evaluations after those of the starts."""
        return self._before + self.optimizer.epochs

    @property
    def status(self):
        """See `qbfgs.status`."""
        return self.optimizer.status

    def step(self):
        """One epoch; True while it can go on."""
        if self.optimizer.step():
            return True
        if self.status != status.RANGE_LEFT or self.k == 0:
            return False
        self._before = self.epochs
        self.k = max(0, self.k - COARSER)
        self._begin()
        return True
