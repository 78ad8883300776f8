"""Why an optimiser stopped, or that it has not."""

from .words.compat import const

RUNNING = const(0)
TARGET = const(1)
LATTICE_MINIMUM = const(2)
MODEL_MINIMUM = const(3)
EPOCH_LIMIT = const(4)
BAD_OBJECTIVE = const(5)
TABLE_FULL = const(6)
STALLED = const(7)
POLLED = const(8)
RANGE_LEFT = const(9)
INTERRUPTED = const(10)
CONVERGED = const(11)
NOISE = const(12)


def text(code):
    """The sentence of a status code. Raises ValueError for a code that is none."""
    from .endings import of_status

    return of_status(code)
