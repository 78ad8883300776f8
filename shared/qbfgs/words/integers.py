"""What counts as an int."""


def is_int(value):
    """True for an int; a bool is a truth value, not a number, so False for it."""
    return isinstance(value, int) and not isinstance(value, bool)


def check_int(value, name):
    """Raise TypeError, naming the value `name`, unless it is an int."""
    if not is_int(value):
        raise TypeError("%s must be an int, not %r" % (name, value))


def check_at_least(least, value, name):
    """Raise TypeError or ValueError, naming the value `name`, unless it is an int >= least."""
    check_int(value, name)
    if value < least:
        raise ValueError("%s must be %d or more, not %d" % (name, least, value))
