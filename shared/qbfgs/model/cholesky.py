"""What is done with B = M E M': Newton's step, d'Bd, and H = B^-1 for the search.

The step is by two substitutions with all bits of the multipliers: from L of H, of 15 bits, it would
lose what conditions above 2^15 hide.
"""

from ..words.blocks import axpy, clear, measure, put, words
from ..words.compat import const
from ..words.scalars import ONE, bits, div, exponent, mantissa, pack
from .elimination import Elimination

_LOW = const(0x3FFF)
_LENGTH = const(27)  # bits of what is substituted


class Cholesky(Elimination):
    """The factors of B, in scaled coordinates; made once. Blocks have the order of coordinates."""

    def __init__(self, n, order):
        Elimination.__init__(self, n, order)
        self.room = 26 - bits(n - 1)  # bits of n numbers whose products can be added up
        self._many = bits(n - 1 >> 1)  # bits of n that a product of 29 leaves no place for
        self._y = words(n)
        self._z = words(n)
        self._powers = words(n)  # z has an exponent for each entry

    def solve(self, p: list, g: list):
        """p = -B^-1 g for a block g."""
        n = self.n
        y = self._y
        for i in range(n):
            y[i] = g[i]
        self._forward(g[n])
        self._back(p)

    def _forward(self, e: int):
        """z = E^-1 M^-1 y for y with the exponent e."""
        n = self.n
        order = self.order
        multipliers = self.multipliers
        shifts = self.shifts
        schur = self.schur
        y = self._y
        z = self._z
        powers = self._powers
        for place in range(n - 1, -1, -1):
            column = multipliers[place]
            # |y_c| 2^t and all others are to have 27 bits at most
            t = shifts[place]
            v = y[order[place]]
            # What is left below n is what was rounded: of a singular matrix, such as that of
            # softmax without a penalty, it would make a step without end. A larger bound would take
            # what leads along a valley of condition 10^9.
            if -n < v < n:
                v = 0
            size = bits(v if v >= 0 else -v) + t
            for k in range(place):
                m = y[order[k]]
                m = bits(m if m >= 0 else -m)
                if m > size:
                    size = m
            size = size - _LENGTH if size > _LENGTH else 0
            e += size
            t -= size
            v = v << t if t >= 0 else v >> -t
            v1 = v >> 14
            v0 = v & _LOW
            # v / E as in `_divide`
            m = schur[place]
            inverse = 0x10000000 // (m >> 13)
            q = (v >> 13) * inverse
            q1 = q >> 14
            m1 = m >> 14
            q0 = v - m1 * q1 - (m1 * (q & _LOW) + (m & _LOW) * q1 >> 14)
            z[place] = q + ((q0 >> 2) * inverse >> 11)
            powers[place] = e
            for k in range(place):
                i = order[k]
                m = column[i] >> 14
                y[i] = (y[i] >> size) - (m * v1 << 1) - (m * v0 + (column[i] & _LOW) * v1 >> 13)

    def _back(self, p: list):
        """p = -M'^-1 z."""
        n = self.n
        order = self.order
        shifts = self.shifts
        z = self._z
        powers = self._powers
        e = -0x4000 - _LENGTH
        for place in range(n):
            total = self.against(place, p)
            v = z[place]
            t = shifts[place]
            # the exponent at which this entry, too, keeps within the room
            top = e
            if total:
                top += bits(total if total >= 0 else -total)
            if v:
                size = bits(v if v >= 0 else -v) + powers[place]
                if size > top:
                    top = size
            size = top + t - self.room - e
            if size > 0:
                e += size
                if size > 30:
                    size = 30
                for k in range(place):
                    p[order[k]] >>= size
            else:
                size = 0
            t -= size
            total = total << t if t >= 0 else total >> -t
            if v:
                t = powers[place] - e + shifts[place]
                total += v << t if t >= 0 else v >> (-t if t > -30 else 30)
            p[order[place]] = -total
        p[n] = e
        measure(p, n)

    def against(self, place: int, x: list) -> int:
        """The sum of the multipliers in a place times x; |x| is within the room."""
        order = self.order
        column = self.multipliers[place]
        total = 0
        for k in range(place):
            i = order[k]
            m = column[i] >> 14
            v = x[i] >> 14
            total += (m * v << 1) + (m * (x[i] & _LOW) + (column[i] & _LOW) * v >> 13)
        return total

    def form(self, x: list) -> int:
        """The scalar x'Bx of a block x."""
        n = self.n
        order = self.order
        shifts = self.shifts
        schur = self.schur
        y = self._y
        z = self._z
        cut = x[-1] - self.room
        if cut < 0:
            cut = 0
        for i in range(n):
            y[i] = x[i] >> cut
        cut += x[n]
        size = 0
        for place in range(n):
            v = (y[order[place]] >> shifts[place]) + self.against(place, y)
            z[place] = v
            size |= v if v >= 0 else -v
        size = bits(size) - 14
        if size < 0:
            size = 0
        many = self._many
        total = 0
        for place in range(n):
            v = z[place] >> size
            total += (schur[place] >> 13) * (v * v >> 14) >> many
        return pack(total, size + size + cut + cut + many - 1)

    def fill(self, factor: object, scales: list):
        """Sets the L of a Factor of H = B^-1 in grid steps, which is M'^-1."""
        n = self.n
        order = self.order
        shifts = self.shifts
        multipliers = self.multipliers
        columns = factor.columns
        for place in range(n - 1, -1, -1):
            i = order[place]
            column = columns[place]
            clear(column, n)
            for k in range(n - 1, place, -1):
                line = multipliers[k]
                m = line[i]
                if m:
                    # M in grid steps
                    m = -pack(m, shifts[k] - 27 + scales[i] - scales[order[k]])
                    axpy(column, mantissa(m), exponent(m), columns[k], k + 1, n)
                    put(column, k, mantissa(m), exponent(m), n)

    def fill_pivots(self, factor: object, scales: list):
        """Sets its D, which is E^-1: rounding does not need it."""
        for place in range(self.n):
            i = self.order[place]
            e = pack(self.schur[place], 2 * (scales[i] - self.shifts[place]) - 28)
            factor.set_pivot(place, div(ONE, e))
