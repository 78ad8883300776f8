"""A changed objective: an optimiser goes on from its best point with what it learnt."""

from .errors import of_call
from .status import RUNNING
from .words.compat import const

# What is refused, see `errors`.
AWAITED = const(2)
FIXED = const(4)


def renew(optimizer):
    """The next point to evaluate is x, whose answers will replace what was known of it.

    Raises RuntimeError while a gradient is awaited, and in modes that cannot do it.
    """
    if optimizer._answer is not None:
        raise of_call(AWAITED)
    if not hasattr(optimizer._rule, "renew"):
        raise of_call(FIXED)
    if optimizer.cost is None:
        return  # nothing is known yet
    optimizer._position.back(optimizer.x)
    for i in range(optimizer.n):
        optimizer.trial[i] = optimizer.x[i]
    optimizer.cost = None
    optimizer._renewing = True
    optimizer.status = RUNNING
