"""Many runs of one problem."""

import numpy as np
from qbfgs import minimize

from .results import Results

_COUNTS = Results._fields[2:]


def solve(
    problem,
    starts,
    mode="compensated",
    max_epochs=2000,
    target=None,
    radius=None,
    pairs=None,
    polls=None,
):
    """Runs the problem from each of the starts, a (B, n) array of grid integers: `Results`.

    problem: an objective as in `qbfgs.Optimizer`, which the settings are those of, one value for
    all runs. Every run equals that optimiser's to the bit: its trace, status and checksum.
    Raises TypeError or ValueError for wrong settings and starts, as the optimiser does.
    """
    settings = dict(
        mode=mode, max_epochs=max_epochs, target=target, radius=radius, pairs=pairs, polls=polls
    )
    ends = [minimize(problem, [int(v) for v in start], **settings) for start in starts]
    costs = [end.cost for end in ends]
    narrow = all(abs(cost) < 1 << 62 for cost in costs)
    return Results(
        np.array([end.x for end in ends], np.int64).reshape(len(ends), -1),
        np.array(costs, np.int64 if narrow else object),
        *(np.array([getattr(end, name) for end in ends], np.int64) for name in _COUNTS),
    )
