"""What the optimiser asks of its objective's answers, with clear errors; allocates nothing."""

from .integers import is_int
from .wide import fits

_SEQUENCES = (list, tuple)  # made once: a display in a call would take heap every time


def check_cost(cost, x):
    """Raise TypeError or ValueError unless the cost at x is an int that is not too wide."""
    if not (type(cost) is int or is_int(cost)) or not fits(cost):
        from .complaints import of_cost

        raise of_cost(cost, x)


def check_gradient(g, x):
    """Raise TypeError or ValueError unless g is a list or tuple of len(x) ints, none too wide."""
    good = isinstance(g, _SEQUENCES) and len(g) == len(x)
    if good:
        for v in g:
            if not (type(v) is int or is_int(v)):
                good = False
        good = good and fits(max(g)) and fits(min(g))
    if not good:
        from .complaints import of_gradient

        raise of_gradient(g, x)
