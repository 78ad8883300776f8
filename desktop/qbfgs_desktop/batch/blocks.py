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

    def after(self, j):
        """The entries after j, under the same exponent and size."""
        return Block(self.m[j + 1 :], self.e, self.size)


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
    """y + m * 2^(e - 14) * x, |m| < 2^15; an x with fewer entries stands for the last ones of y.

    The size is that of those entries. With no entry it is y.
    """
    lo = len(y.m) - len(x.m)
    if not len(x.m):
        return y
    product = e + x.e - 14
    top = product + x.size - 12
    cut = np.maximum(x.size - SHORT, 0)
    ye = np.where(y.size == 0, top, y.e)
    top = np.maximum(top, ye + y.size - 27)
    # Coarser when the sum would not fit, finer when more than 8 bits would be given away.
    keep = ye - top
    ye = top + keep * (keep.view(np.uint64) <= 8)
    aligned = shifted(y.m[lo:], np.minimum(np.maximum(y.e - ye, -30), 27))
    shift = np.minimum(ye - (product + cut), 30) + 12
    sums = aligned + ((x.m >> cut) * m << 12 >> shift)
    size = bits(union(sums))
    same = (m == 0) | (x.size == 0)
    if same.any():
        sums = np.where(same, y.m[lo:], sums)
        ye = np.where(same, y.e, ye)
        size = np.where(same, y.size, size)
    if lo:
        sums = np.concatenate((y.m[:lo], sums))
    return Block(sums, ye, size)


def put(y, j, m, e):
    """y with entry j set to m * 2^(e - 14), |m| < 2^15; the entries after j are all it has so far.

    Where m is 0 nothing else changes. Overwrites y's mantissas.
    """
    e = e - 26
    ye = np.where(m == 0, y.e, np.where(y.size == 0, e, np.maximum(y.e, e)))
    if j + 1 < len(y.m):
        y.m[j + 1 :] >>= np.minimum(np.maximum(ye - y.e, 0), 30)
    m = m << 12 >> np.minimum(np.maximum(ye - e, 0), 30)
    y.m[j] = m
    return Block(y.m, ye, np.maximum(y.size, bits(np.abs(m))))


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
