"""Runs of the scalar core, one after the other: for what the arrays have no form of."""

import numpy as np

from qbfgs import minimize

from .results import Results


def solve_one_by_one(problem, starts, **settings):
    """As `engine.solve`."""
    ends = [minimize(problem, start, **settings) for start in starts.tolist()]
    costs = [end.cost for end in ends]
    fits = all(abs(cost) < 1 << 62 for cost in costs)
    return Results(
        np.array([end.x for end in ends], np.int64).reshape(starts.shape),
        np.array(costs, np.int64 if fits else object),
        *(np.array([getattr(end, name) for end in ends], np.int64) for name in Results._fields[2:]),
    )
