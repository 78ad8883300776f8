"""`qbfgs.blocks` on arrays: integer vectors under one exponent a lane."""

import numpy as np

from .lanes import Lanes
from .scalars import bits, exponent, mantissa, pack, shifted

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
    return Block(
        np.zeros((n, lanes), np.int64), np.full(lanes, e, np.int64), np.zeros(lanes, np.int64)
    )


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
    return Block(np.where(mask, x.m, y.m), np.where(mask, x.e, y.e), np.where(mask, x.size, y.size))


def dot(x, y):
    """The scalars x.y."""
    n = len(x.m)
    room = 30 - (n - 1).bit_length()
    half = room >> 1
    over = np.maximum(x.size + y.size - room, 0)
    short_x = x.size <= half
    short_y = y.size <= half
    # The longer one is cut; both are where neither is short, with one bit more.
    cut_x = np.where(short_x, 0, np.where(short_y, over, x.size - half + 1))
    cut_y = np.where(short_x, over, np.where(short_y, 0, y.size - (room - half)))
    total = (x.m[0] >> cut_x) * (y.m[0] >> cut_y)
    for i in range(1, n):
        total += (x.m[i] >> cut_x) * (y.m[i] >> cut_y)
    return pack(total, x.e + y.e + (cut_x + cut_y))


def axpy(y, m, e, x):
    """y + m * 2^(e - 14) * x, |m| < 2^15."""
    product = e + x.e
    top = product + x.size - 26
    cut = np.maximum(x.size - SHORT, 0)
    ye = np.where(y.size == 0, top, y.e)
    top = np.maximum(top, ye + y.size - 27)
    # Coarser when the sum would not fit, finer when more than 8 bits would be given away.
    ye = np.where((ye - top).view(np.uint64) <= 8, ye, top)
    sums = shifted(y.m, np.minimum(np.maximum(y.e - ye, -30), 27))
    sums += (x.m >> cut) * m << 12 >> np.minimum(ye - (product + cut), 16) + 26
    size = bits(union(sums))
    same = (m == 0) | (x.size == 0)
    if same.any():
        lanes = np.flatnonzero(same)
        sums[:, lanes] = y.m[:, lanes]
        ye[lanes] = y.e[lanes]
        size[lanes] = y.size[lanes]
    return Block(sums, ye, size)


def put(y, m, e):
    """y with an entry m * 2^(e - 14), |m| < 2^15, before its own. Where m is 0 no other changes."""
    e = e - 26
    ye = np.where(m == 0, y.e, np.where(y.size == 0, e, np.maximum(y.e, e)))
    entries = np.empty((len(y.m) + 1, len(m)), np.int64)
    if len(y.m):
        np.right_shift(y.m, np.minimum(np.maximum(ye - y.e, 0), 30), out=entries[1:])
    m = m << 12 >> np.minimum(np.maximum(ye - e, 0), 30)
    entries[0] = m
    return Block(entries, ye, np.maximum(y.size, bits(np.abs(m))))


def stretch(x, a, e):
    """x * a for scalars a, at the exponent e, half up: a block."""
    cut = np.maximum(x.size - SHORT, 0)
    shift = e + 14 - exponent(a) - x.e - cut
    up = np.minimum(np.maximum(-shift, 0), 15 + cut - x.size)
    shift = np.minimum(np.maximum(shift, 0), 40)
    m = ((x.m >> cut) * mantissa(a) << up + 1 >> shift) + 1 >> 1
    return measured(m, np.full(shift.shape, e, np.int64))


def subtract(a, b):
    """a - b at the larger exponent of the two."""
    e = np.maximum(a.e, b.e)
    return measured((a.m >> np.minimum(e - a.e, 30)) - (b.m >> np.minimum(e - b.e, 30)), e)
