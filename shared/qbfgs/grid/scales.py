"""Ints that are given: settings, and the scales of an objective, Qp and cost_scale."""

from ..words.wide import is_int


def check_int(value, name):
    """Raise TypeError, naming the value `name`, unless it is an int."""
    if not is_int(value):
        raise TypeError("%s must be an int, not %r" % (name, value))


def check_at_least(least, value, name):
    """Raise TypeError or ValueError, naming the value `name`, unless it is an int >= least."""
    check_int(value, name)
    if value < least:
        raise ValueError("%s must be %d or more, not %d" % (name, least, value))


def check_qp(qp):
    """Check the quantization coefficient Qp, grid steps per unit: an int of 1 or more (eq. 4).

    Raises TypeError when it is not an int and ValueError when it is below 1.
    """
    if not is_int(qp) or qp < 1:
        from ..errors import of_qp

        raise of_qp(qp)


def check_grid(qp, n):
    """Raise TypeError or ValueError unless qp is a Qp, or a list or tuple of n of them."""
    if not isinstance(qp, (list, tuple)):
        check_qp(qp)
        return
    if len(qp) != n:
        raise ValueError("there are %d Qp for %d parameters: give one, or one each" % (len(qp), n))
    for one in qp:
        check_qp(one)


def cost_scale(objective):
    """The objective's cost_scale, 1 where it has none; raise unless it is an int of 1 or more."""
    scale = getattr(objective, "cost_scale", 1)
    check_at_least(1, scale, "cost_scale")
    return scale
