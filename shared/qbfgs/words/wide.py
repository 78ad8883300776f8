"""The only place where an int may be wider than a word: what the objective answered.

Costs and gradients may have any width.  They are checked, with clear errors, compared, subtracted
and shifted down here, and nothing else.  With answers inside a word nothing is allocated.  Models
join the parts of their sums here.
"""

from .blocks import measure
from .checksums import FACTOR
from .compat import const
from .scalars import bits, pack

_SEQUENCES = (list, tuple)  # made once: a display in a call would take heap every time
WIDEST = const(4096)  # bits of a cost or a gradient; what comes of it then is in a scalar's range
LONGEST = const(0x200000)  # bits of an int that is read back: time grows as their square


def is_int(value):
    """True for an int; a bool is a truth value, not a number, so False for it."""
    return isinstance(value, int) and not isinstance(value, bool)


def fits(value):
    """True for an int of up to WIDEST bits and its sign."""
    return -1 <= value >> WIDEST <= 0


def is_cost(cost):
    """Whether a cost is an int that is not too wide."""
    return (type(cost) is int or is_int(cost)) and fits(cost)


def is_hessian(h, n):
    """Whether h is a lower triangle: a list or tuple of n (n + 1)/2 ints, none too wide."""
    return is_gradient(h, n * (n + 1) // 2)


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


def slope(i, first, second, level, side, mantissas, exponents):
    """Number i of the mantissas, of 27 bits, and exponents = the cost `first` less `second`.

    With a side, 1 or -1, that of the parabola through level, first and second, whose distances are
    0, 1 and 2 to that side: side (4 (first - level) - (second - level)).
    """
    change = first - second if side == 0 else side * (4 * (first - level) - (second - level))
    e = 0
    while not -0x8000000 < change < 0x8000000:
        change >>= 1
        e += 1
    mantissas[i] = change
    exponents[i] = e


def plus(a, b):
    """a + b of two costs."""
    return a + b


def mean(total, times):
    """total / times, half up, for a sum of costs."""
    return (2 * total + times) // (2 * times)


def join(high, low):
    """2^28 high + low, of any width: a sum that was kept in parts."""
    return (high << 28) + low


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


def write_int(out, value):
    """Appends an int of any width to a bytearray: 7 bits a byte, the lowest first, signed."""
    while not -64 <= value < 64:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)


class IntReader:
    """Reads back what `write_int` wrote, from `place` to `end` of the data."""

    def __init__(self, data, place, end):
        self.data = data
        self.place = place
        self.end = end

    def read(self):
        """The next int. Raises ValueError at the end of the data, and beyond LONGEST bits."""
        value = 0
        shift = 0
        while True:
            if self.place == self.end:
                raise ValueError("the data end too early")
            byte = self.data[self.place]
            self.place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift > LONGEST:
                raise ValueError("a number is too long")
            if byte < 0x80:
                return value - (1 << shift) if byte & 0x40 else value
