"""The place where an int may be wider than a word: what the objective answered.

Costs and gradients may have any width.  They are checked, with clear errors, compared, subtracted
and shifted down here, and nothing else.  With answers inside a word nothing is allocated.  Models
join the parts of their sums here. What only some runs need is in `costs` and `integers`.
"""

from .blocks import measure
from .checksums import FACTOR
from .compat import const
from .scalars import bits, pack

_SEQUENCES = (list, tuple)  # made once: a display in a call would take heap every time
WIDEST = const(4096)  # bits of a cost or a gradient; what comes of it then is in a scalar's range


def is_int(value):
    """True for an int; a bool is a truth value, not a number, so False for it."""
    return isinstance(value, int) and not isinstance(value, bool)


def fits(value):
    """True for an int of up to WIDEST bits and its sign."""
    return -1 <= value >> WIDEST <= 0


def is_cost(cost):
    """Whether a cost is an int that is not too wide."""
    return (type(cost) is int or is_int(cost)) and fits(cost)


def is_gradient(g, n):
    """Whether g is a list or tuple of n ints, none too wide."""
    if not isinstance(g, _SEQUENCES) or len(g) != n:
        return False
    for v in g:
        if type(v) is not int and not is_int(v):
            return False
    return fits(min(g)) and fits(max(g))


def difference(a, b):
    """The scalar a - b, cut to 15 bits, of two costs of any width."""
    e = 0
    # Two words of opposite sign can differ by 31 bits.
    if (a < 0) != (b < 0) and not (-0x10000000 < a < 0x10000000 and -0x10000000 < b < 0x10000000):
        e = 1
        a >>= 1
        b >>= 1
    d = a - b
    while not -0x20000000 < d < 0x20000000:
        d >>= 8
        e += 8
    return pack(d, e)


def join(high, low):
    """2^28 high + low, of any width: a sum that was kept in parts."""
    return (high << 28) + low


def moved_squares(squares, total, count, by):
    """The sum of (d + by)^2, of any width, from the sums of d^2 and d over so many d."""
    return squares + by * (2 * total + by * count)


def narrow(values, n, block):
    """Sets the block to n ints of any width, cut to 27 bits under one exponent."""
    top = max(max(values), -min(values))
    shift = 0
    while top >= 0x20000000:
        top >>= 15
        shift += 15
    shift += bits(top) - 27
    if shift < 0:
        shift = 0
    for i in range(n):
        block[i] = values[i] >> shift
    block[n] = shift
    measure(block, n)


def feed_record(checksum, trial, cost):
    """The checksum after a record by `checksums.feed`: its kind, which is xored into the checksum
    already, the words of the trial, and a cost of any width, in parts of 29 bits, the lowest first.
    """
    for v in trial:
        checksum = (checksum & 0x7FFF) * FACTOR + (checksum >> 15) ^ v & 0x3FFFFFFF
    while not -0x20000000 <= cost < 0x20000000:
        checksum = (checksum & 0x7FFF) * FACTOR + (checksum >> 15) ^ cost & 0x1FFFFFFF
        cost >>= 29
    checksum = (checksum & 0x7FFF) * FACTOR + (checksum >> 15) ^ cost & 0x3FFFFFFF
    return (checksum & 0x7FFF) * FACTOR + (checksum >> 15)
