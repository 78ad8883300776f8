"""Going on from x: after the objective has changed, and after a step that was cut short."""

from .progress import RENEWAL, RESTART, refusal
from .status import INTERRUPTED, RUNNING
from .words.compat import const

# What is refused, see `errors`.
AWAITED = const(2)
FIXED = const(4)


def renew(optimizer):
    """The next point to evaluate is x, whose answers will replace what was known of it.

    Raises RuntimeError while a gradient is awaited, and in modes that cannot do it.
    """
    if optimizer._answer is not None:
        raise refusal(AWAITED)
    if not hasattr(optimizer._settings[0], "renew"):
        raise refusal(FIXED)
    if optimizer.status == INTERRUPTED:
        restart(optimizer)
    elif optimizer.level is not None:
        optimizer.check_lists()
        optimizer.status = INTERRUPTED
        from_x(optimizer)
    optimizer.cost = None


def restart(optimizer):
    """The next point wanted is x, for a new model: the old one may be half written.

    Takes heap, but no more than is freed before. What fails in here can be tried again.
    """
    optimizer._answer = None
    rule, radius, polls = optimizer._settings
    old = optimizer._rule
    if old is not None:
        old = getattr(old, "rule", old)  # that of a refinement
        radius = getattr(old, "radius", radius)
        polls = old.budget if getattr(old, "whole", False) else polls
        optimizer._settings = (rule, radius, polls)
    optimizer._rule = old = None
    if optimizer._position.box is not None:
        optimizer._position.PARTS = "box"  # `fence` may not have come so far
    optimizer.make_rule()
    from_x(optimizer, RESTART)


def from_x(optimizer, beginning=RENEWAL):
    """The next point to evaluate is x. Takes no heap."""
    optimizer._beginning = beginning
    if optimizer._measuring is not None:
        optimizer._measuring.reset()
    optimizer._position.back(optimizer._x)
    n = optimizer.n
    if len(optimizer.x) != n or len(optimizer.trial) != n:
        optimizer.show()  # someone changed what was handed out
    for i in range(n):
        optimizer.x[i] = optimizer.trial[i] = optimizer._trial[i] = optimizer._x[i]
    optimizer.level = None
    optimizer.status = RUNNING
