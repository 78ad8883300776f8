"""What counts as an int, and as a Qp."""


def is_int(value):
    """True for an int; a bool is a truth value, not a number, so False for it."""
    return isinstance(value, int) and not isinstance(value, bool)


def check_int(value, name):
    """Raise TypeError, naming the value `name`, unless it is an int."""
    if not is_int(value):
        raise TypeError("%s must be an int, not %r" % (name, value))


def check_qp(qp):
    """Check the quantization coefficient Qp, grid steps per unit: an int of 1 or more (eq. 4).

    Raises TypeError when it is not an int and ValueError when it is below 1.
    """
    if not is_int(qp) or qp < 1:
        from .complaints import of_qp

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
