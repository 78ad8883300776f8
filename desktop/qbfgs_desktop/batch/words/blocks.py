"""`qbfgs.words.blocks` on arrays: integer vectors under one exponent a lane."""

import numpy as np

from .arrays import FAR, at_least, at_most, full, negative, nonzero, select, zeros
from .lanes import Lanes
from .scalars import bits, exponent, mantissa, pack

SHORT = 14


class Block(Lanes):
    """n integers a lane: (n, lanes) mantissas m, and e and size with one entry a lane.

    Number i is m[i] * 2^e; every |mantissa| < 2^size, all are zero where the size is 0.
    """

    FIELDS = ("m", "e", "size")

    def __init__(self, m, e, size):
        self.m = m
        self.e = e
        self.size = size

    def rest(self):
        """The entries after the first, under the same exponent and size."""
        return Block(self.m[1:], self.e, self.size)


def block(n, lanes, e=0):
    """A block of n zeros in so many lanes, with exponent e."""
    return Block(zeros(n, lanes), full(lanes, e), zeros(lanes))


def union(m):
    """All bits of the magnitudes of each lane, together."""
    return np.bitwise_or.reduce(np.abs(m), axis=0) if len(m) > 1 else np.abs(m[0])


def measured(m, e):
    """The block of given mantissas, with its size."""
    return Block(m, e, bits(union(m)))


def largest(x):
    """The largest |mantissa| of each lane."""
    return np.abs(x.m).max(axis=0)


def choose(mask, x, y):
    """Block x where the mask holds, else y."""
    return Block(select(mask, x.m, y.m), select(mask, x.e, y.e), select(mask, x.size, y.size))


def dot(x, y):
    """The scalars x.y."""
    n = len(x.m)
    room = 30 - (n - 1).bit_length()
    half = room >> 1
    over = at_least(x.size + y.size - room, 0)
    long_x = negative(half - x.size)
    long_y = negative(half - y.size)
    # The longer one is cut; both are where neither is short, with one bit more.
    cut_x = select(long_y, x.size - half + 1, over) & long_x
    cut_y = select(long_x, y.size - (room - half) & long_y, over)
    total = (x.m[0] >> cut_x) * (y.m[0] >> cut_y)
    for i in range(1, n):
        total += (x.m[i] >> cut_x) * (y.m[i] >> cut_y)
    return pack(total, x.e + y.e + (cut_x + cut_y))


def axpy(y, m, e, x):
    """y + m * 2^(e - 14) * x, |m| < 2^15."""
    product = e + x.e
    some = nonzero(m * x.size)
    empty = negative(y.size - 1)
    top = np.maximum(product + x.size - 26, y.e + y.size - 27 - (empty & FAR))
    # Coarser when the sum would not fit, finer when more than 8 bits would be given away.
    over = y.e - top
    over &= (negative(over | 8 - over) | empty) & some
    ye = y.e - over
    cut = at_least(x.size - SHORT, 0)
    shift = ye - product - cut + 14
    up = at_least(-shift, 0)
    down = shift + up
    up_y = at_least(over, 0)
    down_y = up_y - over
    sums = y.m << up_y
    sums >>= down_y
    terms = x.m >> cut
    terms *= m
    terms <<= up
    terms >>= down
    sums += terms
    return Block(sums, ye, select(some, bits(union(sums)), y.size))


def entry(m, e):
    """The block of one entry m * 2^(e - 14), |m| < 2^15; its exponent is 0 where it is 0."""
    e = e - 26 & nonzero(m)
    m = m << 12
    return Block(m[None], e, bits(np.abs(m)))


def put(y, m, e):
    """y with an entry m * 2^(e - 14), |m| < 2^15, before its own. Where m is 0 no other changes."""
    e = e - 26
    top = np.maximum(y.e - (negative(y.size - 1) & FAR), e)
    up = top - y.e & nonzero(m)
    ye = y.e + up
    entries = np.empty((len(y.m) + 1, len(m)), y.m.dtype)
    if len(y.m):
        np.right_shift(y.m, at_least(up, 0), out=entries[1:])
    m = np.right_shift(m << 12, ye - e, out=entries[0])
    return Block(entries, ye, np.maximum(y.size, bits(np.abs(m))))


def stretch(x, a, e):
    """x * a for scalars a, at the exponent e, half up: a block."""
    cut = at_least(x.size - SHORT, 0)
    shift = e + 14 - exponent(a) - x.e - cut
    up = np.minimum(at_least(-shift, 0), 15 + cut - x.size)
    shift = at_most(at_least(shift, 0), 30)
    m = ((x.m >> cut) * (mantissa(a) << up) + (1 << shift >> 1)) >> shift
    return measured(m, full(shift.shape, e))


def subtract(a, b):
    """a - b at the larger exponent of the two."""
    e = np.maximum(a.e, b.e)
    return measured((a.m >> e - a.e) - (b.m >> e - b.e), e)
