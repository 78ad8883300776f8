"""`qbfgs.model.elimination` on arrays: B = M E M' with a matrix of two words a number.

All is in elimination order, the rows of triangles below one another.
"""

import numpy as np

from ..words.arrays import at_least, at_most, masked, negative, select, zeros
from ..words.lanes import Lanes
from ..words.scalars import bits, pack

_MOST = 0xFFFFFFF
_LOW = 0x3FFF
_LEAST = 16


def gather(rows, order):
    """Rows (n, lanes), brought into elimination order."""
    return rows.reshape(-1).take(_places(order))


def scatter(rows, order):
    """The first rows in elimination order, brought back into the order of coordinates."""
    out = np.zeros_like(order)
    out.reshape(-1)[_places(order[: len(rows)])] = rows
    return out


def entry(i, j):
    """The place of entry (i, j) in a triangle."""
    row = np.maximum(i, j)
    return (row * (row + 1) >> 1) + np.minimum(i, j)


def full_rows(n):
    """The places of the entries of each row of a symmetric matrix in its triangle: (n, n)."""
    return entry(np.arange(n)[:, None], np.arange(n))


def _places(rows):
    return rows * rows.shape[1] + np.arange(rows.shape[1])


class Elimination(Lanes):
    """M (unit upper triangle) and E > 0.

    multipliers[k]: (k, lanes), those of the pivot in place k; schur, shifts: (n, lanes).
    """

    FIELDS = ("multipliers", "schur", "shifts")

    def __init__(self, n, lanes):
        self.n = n
        self.multipliers = [zeros(k, lanes) for k in range(n)]
        self.schur = zeros(n, lanes)
        self.shifts = zeros(n, lanes)

    def factorize(self, high, low, scales, order):
        """Factorizes a matrix in the order of coordinates; `order`, (n, lanes), changes with it."""
        n = self.n
        rows, columns = np.tril_indices(n)
        places = _places(entry(order[rows], order[columns]))
        high, low = high.reshape(-1).take(places), low.reshape(-1).take(places)
        multipliers = [None] * n
        for place in range(n - 1, 0, -1):
            best = _softest(place, high, gather(scales, order))
            _swap(order, best, place)
            b, h = _taken(high, best, place)
            tail, end = _taken(low, best, place)
            b, tail, h, end = self._begin(place, b, tail, h, end)
            m, rest = _divide(b, tail, h, end)
            _update(high, low, m, rest, b, tail)
            multipliers[place] = scatter(m, order)
        self._begin(0, high[:0], low[:0], high[0], low[0])
        for place in range(1, n):
            self.multipliers[place] = gather(multipliers[place], order[:place])

    def _begin(self, place, b, tail, h, end):
        """The pivot and the column beside it, in the pivot's own scale."""
        top = np.abs(b).max(axis=0, initial=0)
        wide = negative(0x1FFFFF - top)
        square = select(negative(0x3FFF - top), (top >> 7) * (top >> 7), top * top >> 14)
        square = at_least(square, _LEAST)
        least = square & _LOW & ~wide
        square = select(wide, (top >> 14) * (top >> 14), square >> 14)
        small = masked((h < square) | (h == square) & (end < least))
        h, end = select(small, square, h), select(small, least, end)
        joined = h << 14 | end
        t = select(negative(h - 0x4000), 28 - bits(joined), 14 - bits(h)) + 14 >> 1
        self.shifts[place] = t
        few = negative(t - 8)
        up = at_most(t, 7) * 2
        shifted = h << up | end >> 14 - up
        self.schur[place] = h = select(few, shifted, joined << at_least(t + t - 14, 0))
        end = end << up & _LOW & few
        up = at_least(t - 14, 0)
        return b << t | tail << up >> 14 - t + up, tail << t & _LOW, h, end


def _softest(place, high, scales):
    """The places of the smallest pivots, in grid steps; the last of equal ones."""
    diagonal = high[[k * (k + 3) // 2 for k in range(place, -1, -1)]]
    size = pack(diagonal, 2 * scales[place::-1]) & negative(-diagonal)
    return place - size.argmin(axis=0).astype(high.dtype)


def _swap(rows, best, place):
    """Exchanges the rows in two places, the one of which differs from lane to lane."""
    lanes = np.arange(len(best))
    last = rows[place].copy()
    rows[place] = rows[best, lanes]
    rows[best, lanes] = last


def _taken(triangle, best, place):
    """The columns and pivots in the places `best`, instead of which the last ones are put there."""
    first = place * (place + 1) >> 1
    places = _places(entry(best, np.arange(place + 1, dtype=best.dtype)[:, None]))
    taken = triangle.reshape(-1).take(places)
    last = triangle[first : first + place + 1].copy()
    for rows in (taken, last):
        _swap(rows, best, place)
    triangle.reshape(-1)[places[:place]] = last[:place]
    return taken[:place], taken[place]


def _divide(b, tail, e, end):
    """The multipliers m = b / e, and what they lack."""
    e1 = e >> 14
    e0 = e & _LOW
    inverse = 0x10000000 // (e >> 13)
    m = (b >> 14) * inverse
    m1 = m >> 14
    r = b - (e1 * m1 << 1) - (e1 * (m & _LOW) + e0 * m1 >> 13)
    m += (r >> 3) * inverse >> 11
    m1 = m >> 14
    m0 = m & _LOW
    x = e1 * m0 + e0 * m1
    r = b - (e1 * m1 << 1) - (x >> 13)
    r = (r << 14) + tail - ((x & 0x1FFF) << 1) - (e0 * m0 + end * m1 >> 13)
    x = (r >> 6) * inverse >> 22
    return m + x, r - ((e >> 7) * x >> 6)


def _update(high, low, m, rest, b, tail):
    """The matrix without the pivot's coordinate."""
    b1, b0 = b >> 14, b & _LOW
    m1, m0 = m >> 14, m & _LOW
    for k in range(len(m)):
        first = k * (k + 1) >> 1
        row = slice(first, first + k + 1)
        u1, u0 = b1[: k + 1], b0[: k + 1]
        x = m1[k] * u0 + m0[k] * u1
        end = low[row] - ((x & 0x1FFF) << 1) - (m1[k] * tail[: k + 1] + m0[k] * u0 >> 13)
        end -= rest[k] * m1[: k + 1] >> 13
        low[row] = end & _LOW
        h = high[row] - (m1[k] * u1 << 1) - (x >> 13) + (end >> 14)
        high[row] = at_most(at_least(h, -_MOST), _MOST)
