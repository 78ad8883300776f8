"""Objectives asked at many points at once."""

import numpy as np

from qbfgs.errors import of_call, of_cost, of_gradient, of_hessian
from qbfgs.problems import ALL
from qbfgs.progress import CHANGED
from qbfgs.words.wide import is_cost, is_gradient

from .words.wide import Wide


def batched(objective):
    """The objective with arrays for points: methods take (n, lanes) grid integers.

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

    def slopes(self, x):
        """The gradients, and the Hessians: a list of n (n + 1)/2 Wide, the lower triangle."""
        return self.gradient(x), [_full(h, x) for h in self.problem.hessian(_wide(x))]


class OneByOne:
    """Any objective, asked in a loop.

    Raises TypeError or ValueError for wrong answers, RuntimeError where it changed its argument.
    """

    def __init__(self, objective):
        self.objective = objective

    def cost(self, x):
        """The costs: a Wide."""
        costs = []
        for point in x.T.tolist():
            costs.append(_answer(self.objective.cost, point))
            if not is_cost(costs[-1]):
                raise of_cost(costs[-1], point)
        return Wide.stack(costs)

    def gradient(self, x):
        """The gradients: a list of n Wide."""
        return _stacked([self._gradient(point) for point in x.T.tolist()])

    def slopes(self, x):
        """The gradients, and the Hessians: a list of n (n + 1)/2 Wide, the lower triangle."""
        pairs = [(self._gradient(point), self._hessian(point)) for point in x.T.tolist()]
        return tuple(_stacked(answers) for answers in zip(*pairs, strict=True))

    def _gradient(self, point):
        g = _answer(self.objective.gradient, point)
        if not is_gradient(g, len(point)):
            raise of_gradient(g, point)
        return tuple(g)  # a copy: the objective may reuse its list

    def _hessian(self, point):
        h = _answer(self.objective.hessian, point)
        if not is_gradient(h, len(point) * (len(point) + 1) // 2):
            raise of_hessian(h, point)
        return tuple(h)


def _answer(question, point):
    given = list(point)
    answer = question(given)
    if given != point:
        raise of_call(CHANGED)
    return answer


def _stacked(answers):
    """A Wide for each place of lists, one of which is a lane."""
    return [Wide.stack(list(values)) for values in zip(*answers, strict=True)]


def _wide(x):
    return [Wide.of(row) for row in x.astype(np.int64)]


def _full(value, x):
    """A Wide whose rows are arrays, also where the answer is the same everywhere."""
    value = Wide.of(value)
    return Wide([np.broadcast_to(row, x.shape[1:]) for row in value.rows], value.bound)
