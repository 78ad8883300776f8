"""Checks of an optimiser's settings, with clear errors: needed once, when it is made."""

from .grid.position import EDGE, WIDEST
from .grid.radius import default_radius
from .grid.scales import check_at_least, check_int
from .words.wide import is_int

TOLERANCE = 26


def plain_start(x0):
    """A start as it is, with numbers of NumPy's as ints."""
    for x in x0:
        if type(x) is not int:
            from .words.plain import plain

            return plain(x0)
    return x0


def measured(objective, differences, noise):
    """Whether gradients are differences of measured costs."""
    alone = objective is not None and not hasattr(objective, "gradient")
    return alone or noise is not None or differences is not None


def check_start(x0, objective):
    """Raise TypeError or ValueError unless x0 is a start for the objective (None for any)."""
    n = len(x0)
    fits = n > 0 and getattr(objective, "n", n) == n
    for v in x0:
        fits = fits and is_int(v) and -EDGE <= v <= EDGE
    if not fits:
        from .errors import of_start

        raise of_start(x0, objective, EDGE)


def check_settings(max_epochs, target, radius, pairs, polls):
    """Raise TypeError or ValueError unless the settings of an Optimizer are usable."""
    check_at_least(0, max_epochs, "max_epochs")
    if target is not None:
        check_int(target, "target")
    check_at_least(1, radius, "radius")
    if radius > WIDEST:
        raise ValueError("radius must be below 2^18 grid steps, not %d" % radius)
    if pairs is not None:
        check_at_least(1, pairs, "pairs")
    if polls is not None:
        check_at_least(0, polls, "polls")


def checked_radius(objective, x0, max_epochs, target, radius, pairs, polls, refine):
    """The first trust radius of an Optimizer with these settings, all checked."""
    check_start(x0, objective)
    if radius is None:
        radius = default_radius(objective, x0)
    check_settings(max_epochs, target, radius, pairs, polls)
    check_refine(refine, x0)
    return radius


def checked_tolerance(tolerance, certify):
    """The tolerance of an Optimizer with these settings, or None."""
    if tolerance is None:
        return None if certify else TOLERANCE
    if not is_int(tolerance) or tolerance < 0:
        from .errors import of_tolerance

        raise of_tolerance(tolerance)
    return tolerance


def check_refine(refine, x0):
    """Raise TypeError or ValueError unless x0 is a point of the grid that is 2^refine coarser."""
    check_at_least(0, refine, "refine")
    for v in x0:
        if refine > 16 or v & ((1 << refine) - 1):
            from .errors import of_refine

            raise of_refine(refine, x0)
