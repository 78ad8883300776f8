"""What the optimiser asks of its objective's answers, with clear errors; allocates nothing."""

from .integers import is_int
from .wide import check_width

_SEQUENCES = (list, tuple)  # made once: a display in a call would take heap every time


def check_cost(cost, x):
    """Raise TypeError or ValueError unless the cost at x is an int that is not too wide."""
    if not is_int(cost):
        raise TypeError("the cost at %r must be an int, not %r" % (x, cost))
    check_width(cost, "the cost")


def check_gradient(g, x):
    """Raise TypeError or ValueError unless g is a list or tuple of len(x) ints, none too wide."""
    if not isinstance(g, _SEQUENCES):
        raise TypeError("the gradient at %r must be a list, not %r" % (x, g))
    if len(g) != len(x):
        raise ValueError("the gradient at %r has %d numbers, not %d" % (x, len(g), len(x)))
    for i in range(len(g)):
        if not is_int(g[i]):
            raise TypeError("gradient[%d] at %r must be an int, not %r" % (i, x, g[i]))
        check_width(g[i], "the gradient")
