"""B = M E M' in two words a number, for Newton's step: conditions of 2^30 and more.

A matrix that is scaled by its diagonal is a sum of positive and negative parts once it is
eliminated, and what is left may be 2^-30 of either.  So the matrix alone is kept with 42 bits (see
`triangles`); multipliers, gradient and step need no more than a word: their errors count by their
squares.  What a multiplier lacks is given back in the update, which is a congruence to the last bit
(Wilkinson).  Coordinates are scaled anew when they become pivots, so that E is 1/4 to 1.

A pivot that is too small for its column, as in a matrix that is not positive, is raised until no
entry of M E^1/2 exceeds 1 (Gill and Murray, "Newton-type methods", Math. Programming 7, 1974).
"""

from ..words.blocks import axpy, clear, measure, put, words
from ..words.compat import const
from ..words.scalars import ONE, add, bits, div, exponent, mantissa, mul, pack

_MOST = const(0xFFFFFFF)
_LOW = const(0x3FFF)
_LEAST = pack(1, -38)  # pivots are at least that


class Cholesky:
    """M (unit upper triangle in elimination order), E > 0; made once.

    order: the elimination order, shared with the Factor that is filled from this; the last place is
    eliminated first.  high, low: the matrix to be factorized, in the order of coordinates, lost by
    it.  columns[k]: the multipliers of the pivot in place k, by coordinate, in units of 2^-27;
    pivots[k]: E_k in 2^-28; shifts[k]: its coordinate is counted 2^-shifts[k] of what it was.
    """

    STATE = "columns pivots shifts"

    def __init__(self, n, order):
        self.n = n
        self.order = order
        self.high = [words(i + 1) for i in range(n)]
        self.low = [words(i + 1) for i in range(n)]
        self.columns = [words(n) for i in range(n)]
        self.pivots = words(n)
        self.shifts = words(n)
        self._b = words(n)
        self._tail = words(n)
        self._rest = words(n)
        self._y = words(n)
        self._z = words(n)
        self._tail_e = 0
        self._room = 26 - bits(n - 1)  # bits of n numbers that meet multipliers in a sum

    def factorize(self, scales: list):
        """M and E of the matrix, softest pivot first; scales: those that it was cut with."""
        for place in range(self.n - 1, -1, -1):
            self._choose(place, scales)
            self._begin(place)
            self._divide(place)
            self._update(place)

    def _choose(self, place: int, scales: list):
        """Moves the coordinate with the smallest pivot, in grid steps, to this place."""
        order = self.order
        best = place
        least = 0x3FFFFFFF
        for k in range(place + 1):
            c = order[k]
            d = self.high[c][c]
            d = pack(d, 2 * scales[c]) if d > 0 else 0
            if d <= least:
                least = d
                best = k
        c = order[best]
        order[best] = order[place]
        order[place] = c

    def _begin(self, place: int):
        """The pivot, and the column beside it, both in the pivot's own scale."""
        order = self.order
        high = self.high
        low = self.low
        b = self._b
        tail = self._tail
        c = order[place]
        top = 0
        for k in range(place):
            i = order[k]
            if i > c:
                h = high[i][c]
                b[i] = h
                tail[i] = low[i][c]
            else:
                h = high[c][i]
                b[i] = h
                tail[i] = low[c][i]
            if h < 0:
                h = -h
            if h > top:
                top = h
        h = high[c][c]
        l = low[c][c]
        e = 0
        if h >= 0x4000:
            e = pack(h, -28)
        elif h >= 0:
            e = pack(h << 14 | l, -42)
        least = _LEAST
        if top:
            top = pack(top, -28)
            top = mul(top, top)
            if top > least:
                least = top
        raised = e < least
        if raised:
            e = least
        t = (-1 - exponent(e)) >> 1
        if t < 0:
            t = 0
        self.shifts[place] = t
        if raised:
            h = mantissa(e) << (exponent(e) + t + t + 14)
            l = 0
        elif t <= 7:
            h = h << (t + t) | l >> (14 - t - t)
            l = l << (t + t) & _LOW
        else:
            h = h << (t + t) | l << (t + t - 14)
            l = 0
        if h > _MOST:
            h = _MOST
        self.pivots[place] = h
        self._tail_e = l
        for k in range(place):
            i = order[k]
            h = b[i]
            l = tail[i]
            if t <= 14:
                h = h << t | l >> (14 - t)
                l = l << t & _LOW
            else:
                h = h << t | l << (t - 14)
                l = 0
            b[i] = h
            tail[i] = l

    def _divide(self, place: int):
        """The multipliers m = b / e, and what they lack: b - e m, 17 bits in units of 2^-42."""
        order = self.order
        b = self._b
        tail = self._tail
        rest = self._rest
        column = self.columns[place]
        e = self.pivots[place]
        e1 = e >> 14
        e0 = e & _LOW
        low = self._tail_e
        inverse = 0x10000000 // (e >> 13)
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
            r = (r << 14) + tail[i] - ((x & 0x1FFF) << 1) - (e0 * m0 + low * m1 >> 13)
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
        column = self.columns[place]
        for k in range(place):
            i = order[k]
            m1 = column[i] >> 14
            m0 = column[i] & _LOW
            r = rest[i]
            for c in range(k + 1):
                j = order[c]
                b2 = b[j] >> 14
                b1 = b[j] & _LOW
                row = i
                at = j
                if j > i:
                    row = j
                    at = i
                x = m1 * b1 + m0 * b2
                l = low[row][at] - ((x & 0x1FFF) << 1) - (m1 * tail[j] + m0 * b1 >> 13)
                l -= r * (column[j] >> 14) >> 13
                h = high[row][at] - (m1 * b2 << 1) - (x >> 13) + (l >> 14)
                high[row][at] = _MOST if h > _MOST else -_MOST if h < -_MOST else h
                low[row][at] = l & _LOW

    def solve(self, p: list, g: list):
        """p = -B^-1 g, scaled blocks in the order of coordinates."""
        n = self.n
        order = self.order
        y = self._y
        z = self._z
        e = g[n]
        for i in range(n):
            y[i] = g[i]
        for place in range(n - 1, -1, -1):
            column = self.columns[place]
            t = self.shifts[place]
            c = order[place]
            # |y_c| 2^t, and the rest, are to be below 2^27
            v = y[c]
            size = bits(v if v >= 0 else -v) + t
            for k in range(place):
                m = y[order[k]]
                m = bits(m if m >= 0 else -m)
                if m > size:
                    size = m
            size -= 27
            if size < 0:
                size = 0
            e += size
            v = v << (t - size) if t >= size else v >> (size - t)
            z[place] = div(pack(v, e), pack(self.pivots[place], -28))
            v1 = v >> 14
            v0 = v & _LOW
            for k in range(place):
                i = order[k]
                m = column[i] >> 14
                y[i] = (y[i] >> size) - (m * v1 << 1) - (m * v0 + (column[i] & _LOW) * v1 >> 13)
        room = self._room
        at = 0
        for place in range(n):
            c = order[place]
            t = self.shifts[place]
            total = self._against(place, p)
            v = z[place]
            # the exponent that keeps the new entry, and all before it, within the room
            top = -0x4000
            if total:
                top = at + bits(total if total > 0 else -total)
            if v and exponent(v) + 1 > top:
                top = exponent(v) + 1
            top += t - room
            if place == 0:
                at = top
            elif top > at:
                size = top - at
                if size > 30:
                    size = 30
                for k in range(place):
                    p[order[k]] >>= size
                size = top - at
                at = top
                size = t - size
                total = total << size if size >= 0 else total >> (-size if size > -30 else 30)
                t = -1
            if t > 0:
                total <<= t
            if v:
                size = exponent(v) - 14 - at + self.shifts[place]
                v = mantissa(v)
                total += v << size if size >= 0 else v >> (-size if size > -30 else 30)
            p[c] = -total
        p[n] = at
        measure(p, n)

    def _against(self, place: int, x: list) -> int:
        """The sum of multipliers times x over the places before; x within the room."""
        order = self.order
        column = self.columns[place]
        total = 0
        for k in range(place):
            i = order[k]
            m = column[i] >> 14
            v = x[i] >> 14
            total += (m * v << 1) + (m * (x[i] & _LOW) + (column[i] & _LOW) * v >> 13)
        return total

    def form(self, x: list) -> int:
        """The scalar x'Bx of a scaled block, which is cut to what the room holds."""
        n = self.n
        size = x[-1] - self._room
        if size > 0:
            x[n] += size
            for i in range(n):
                x[i] >>= size
            x[-1] -= size
        form = 0
        for place in range(n):
            v = (x[self.order[place]] >> self.shifts[place]) + self._against(place, x)
            if v:
                v = pack(v, x[n])
                form = add(form, mul(mul(v, v), pack(self.pivots[place], -28)))
        return form

    def fill(self, factor, scales):
        """The factor of H = B^-1 in grid steps: L = M'^-1, D = E^-1."""
        n = self.n
        for place in range(n - 1, -1, -1):
            column = factor.columns[place]
            clear(column, n)
            at = scales[self.order[place]]
            for k in range(n - 1, place, -1):
                m = self.columns[k][self.order[place]]
                if m:
                    # M in grid steps, less its sign
                    m = -pack(m, self.shifts[k] - 27 + at - scales[self.order[k]])
                    axpy(column, mantissa(m), exponent(m), factor.columns[k], k + 1, n)
                    put(column, k, mantissa(m), exponent(m), n)
            e = pack(self.pivots[place], 2 * (at - self.shifts[place]) - 28)
            factor.set_pivot(place, div(ONE, e))
