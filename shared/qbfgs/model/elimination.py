"""B = M E M' with a matrix of two words a number: conditions of 2^30 and more.

A matrix that is scaled by its diagonal is a sum of positive and negative parts once coordinates
are eliminated, and what is left may be 2^-30 of either.  So the matrix is kept with 42 bits (see
`triangles`).  Multipliers need no more than a word: what one lacks is given back in the update,
which is a congruence to the last bit, and then its error counts by its square.  A coordinate is
scaled anew when it becomes the pivot, so that E is 1/4 to 1.

A pivot that is too small for its column, as in a matrix that is not positive, is raised until no
entry of M E^1/2 exceeds 1 (Gill and Murray, "Newton-type methods", Math. Programming 7, 1974).
"""

from ..words.blocks import words
from ..words.compat import const
from ..words.scalars import bits, pack

_MOST = const(0xFFFFFFF)
_LOW = const(0x3FFF)
_LEAST = const(16)  # pivots are at least that, in units of 2^-42


class Elimination:
    """M (unit upper triangle in elimination order) and E > 0; made once.

    order: the elimination order, shared with the Factor that is filled from this; the last place is
    eliminated first.  high, low: the matrix, rows of its lower triangle in the order of
    coordinates; lost by `factorize`.  multipliers[k]: those of the pivot in place k, by coordinate,
    in units of 2^-27; schur[k]: E_k in 2^-28; shifts[k]: there its coordinate counts 2^-shifts[k].
    """

    STATE = "multipliers schur shifts"

    def __init__(self, n, order):
        self.n = n
        self.order = order
        self.high = [None] * n
        self.low = [None] * n
        self.multipliers = [None] * n
        for i in range(n):
            self.high[i] = words(i + 1)
            self.low[i] = words(i + 1)
            self.multipliers[i] = words(n)
        self.schur = words(n)
        self.shifts = words(n)
        # the pivot's column, high and low words, and what its multipliers lack
        self._b = words(n)
        self._tail = words(n)
        self._rest = words(n)
        self._end = 0  # the low word of the pivot

    def factorize(self, scales: list):
        """M and E of the matrix, softest pivot first; scales: those that it was cut with."""
        for place in range(self.n - 1, 0, -1):
            self._choose(place, scales)
            self._begin(place)
            self._divide(place)
            self._update(place)
        self._begin(0)

    def _choose(self, place: int, scales: list):
        """Moves the coordinate with the smallest pivot, in grid steps, to this place.

        What is rounded last is softest then, and what is rounded first, stiffest.
        """
        order = self.order
        high = self.high
        best = place
        least = 0x3FFFFFFF
        for k in range(place + 1):
            c = order[k]
            line = high[c]
            d = line[c]
            d = pack(d, scales[c] + scales[c]) if d > 0 else 0
            if d <= least:
                least = d
                best = k
        c = order[best]
        order[best] = order[place]
        order[place] = c

    def _begin(self, place: int):
        """Takes the pivot and the column beside it, in the pivot's own scale."""
        order = self.order
        high = self.high
        low = self.low
        b = self._b
        tail = self._tail
        c = order[place]
        top = 0
        for k in range(place):
            i = order[k]
            row = i if i > c else c
            at = c if i > c else i
            line = high[row]
            h = line[at]
            b[i] = h
            line = low[row]
            tail[i] = line[at]
            if h < 0:
                h = -h
            if h > top:
                top = h
        line = high[c]
        h = line[c]
        line = low[c]
        end = line[c]
        # at least the square of the largest entry beside it, within 2^-6
        if top >= 0x200000:
            top = (top >> 14) * (top >> 14)
            least = 0
        else:
            top = (top >> 7) * (top >> 7) if top >= 0x4000 else top * top >> 14
            if top < _LEAST:
                top = _LEAST
            least = top & _LOW
            top >>= 14
        if h < top or h == top and end < least:
            h = top
            end = least
        t = 14 - bits(h) if h >= 0x4000 else 28 - bits(h << 14 | end)
        t = t + 14 >> 1
        if t <= 7:
            h = h << t + t | end >> 14 - t - t
            end = end << t + t & _LOW
        else:
            h = (h << 14 | end) << t + t - 14
            end = 0
        self.shifts[place] = t
        self.schur[place] = h
        self._end = end
        for k in range(place):
            i = order[k]
            h = b[i] << t
            end = tail[i]
            b[i] = h | (end >> 14 - t if t <= 14 else end << t - 14)
            tail[i] = end << t & _LOW if t < 14 else 0

    def _divide(self, place: int):
        """The multipliers m = b / e, and what they lack: b - e m, 17 bits in units of 2^-42."""
        order = self.order
        b = self._b
        tail = self._tail
        rest = self._rest
        column = self.multipliers[place]
        e = self.schur[place]
        end = self._end
        e1 = e >> 14
        e0 = e & _LOW
        inverse = 0x10000000 // (e >> 13)  # 2^41 / e
        for k in range(place):
            i = order[k]
            h = b[i]
            m = (h >> 14) * inverse
            m1 = m >> 14
            r = h - (e1 * m1 << 1) - (e1 * (m & _LOW) + e0 * m1 >> 13)
            m += (r >> 3) * inverse >> 11
            m1 = m >> 14
            m0 = m & _LOW
            x = e1 * m0 + e0 * m1
            r = h - (e1 * m1 << 1) - (x >> 13)
            r = (r << 14) + tail[i] - ((x & 0x1FFF) << 1) - (e0 * m0 + end * m1 >> 13)
            x = (r >> 6) * inverse >> 22
            column[i] = m + x
            rest[i] = r - ((e >> 7) * x >> 6)

    def _update(self, place: int):
        """The matrix without the pivot's coordinate: B - m b' - r m', r what multipliers lack."""
        order = self.order
        high = self.high
        low = self.low
        b = self._b
        tail = self._tail
        rest = self._rest
        column = self.multipliers[place]
        for k in range(place):
            i = order[k]
            m1 = column[i] >> 14
            m0 = column[i] & _LOW
            r = rest[i]
            for c in range(k + 1):
                j = order[c]
                row = i if i > j else j
                at = j if i > j else i
                b1 = b[j] & _LOW
                b2 = b[j] >> 14
                x = m1 * b1 + m0 * b2
                line = low[row]
                end = line[at] - ((x & 0x1FFF) << 1) - (m1 * tail[j] + m0 * b1 >> 13)
                end -= r * (column[j] >> 14) >> 13
                line[at] = end & _LOW
                line = high[row]
                h = line[at] - (m1 * b2 << 1) - (x >> 13) + (end >> 14)
                if h > _MOST:
                    h = _MOST
                elif h < -_MOST:
                    h = -_MOST
                line[at] = h
