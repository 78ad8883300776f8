"""Which parameters stay at their start, and between which bounds the others move."""

from ..words.wide import is_int
from .numbers import Real


def limit(settings, fixed, lower, upper):
    """Sets free, lower and upper of the settings. Raises ValueError in words."""
    n = len(settings.start)
    names = settings.names
    fixed = [_place(names, which) for which in fixed]
    settings.free = [i for i in range(n) if i not in fixed]
    if not settings.free:
        raise ValueError("all parameters are fixed: leave one free")
    settings.lower = _bounds(lower, "lower", n)
    settings.upper = _bounds(upper, "upper", n)
    for i in range(n):
        low, high, start = settings.lower[i], settings.upper[i], settings.start[i]
        if low is not None and high is not None and low >= high:
            raise ValueError("%s: lower must be below upper" % names[i])
        if (low is not None and start < low) or (high is not None and start > high):
            raise ValueError("the start of %s, %s, is outside its bounds" % (names[i], start))


def _place(names, which):
    """The place of a parameter, given by it or by its name."""
    if which in names:
        return names.index(which)
    if is_int(which) and 0 <= which < len(names):
        return which
    raise ValueError("there is no parameter %r: they are %s" % (which, ", ".join(names)))


def _bounds(given, name, n):
    """A Real or None for each parameter."""
    if given is None:
        return [None] * n
    if len(given) != n:
        raise ValueError(
            "%s has %d bounds for %d parameters: give None for those without"
            % (name, len(given), n)
        )
    return [None if v is None else Real(v) for v in given]
