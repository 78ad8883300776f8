"""Objectives asked at many points at once."""

import numpy as np

from qbfgs.ask_tell import check_cost, check_gradient
from qbfgs.problems import ALL

from .words.wide import Wide


def batched(objective):
    """The objective with arrays for points: `cost` and `gradient` take (n, lanes) grid integers.

    The problems of `qbfgs.problems` compute with arrays as they are; any other objective is asked
    point by point.
    """
    return Together(objective) if isinstance(objective, ALL) else OneByOne(objective)


class Together:
    """A problem whose formulas are those of the scalar one, the numbers being `Wide`."""

    def __init__(self, problem):
        self.problem = problem

    def cost(self, x):
        """The costs: a Wide."""
        return _full(self.problem.cost(_wide(x)), x)

    def gradient(self, x):
        """The gradients: a list of n Wide."""
        return [_full(g, x) for g in self.problem.gradient(_wide(x))]


class OneByOne:
    """Any objective, asked in a loop. Raises TypeError or ValueError for wrong answers."""

    def __init__(self, objective):
        self.objective = objective

    def cost(self, x):
        """The costs: a Wide."""
        costs = []
        for point in x.T.tolist():
            costs.append(self.objective.cost(point))
            check_cost(costs[-1], point)
        return Wide.stack(costs)

    def gradient(self, x):
        """The gradients: a list of n Wide."""
        gradients = []
        for point in x.T.tolist():
            gradients.append(self.objective.gradient(point))
            check_gradient(gradients[-1], point)
        return [Wide.stack(list(g)) for g in zip(*gradients, strict=True)]


def _wide(x):
    return [Wide.of(row) for row in x.astype(np.int64)]


def _full(value, x):
    """A Wide whose rows are arrays, also where the answer is the same everywhere."""
    value = Wide.of(value)
    return Wide([np.broadcast_to(row, x.shape[1:]) for row in value.rows], value.bound)
