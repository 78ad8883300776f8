"""`qbfgs.model.cholesky` on arrays: what is done with B = M E M'."""

import numpy as np

from ..words.arrays import WORD, at_least, at_most, negative, nonzero, select
from ..words.blocks import axpy, block, measured, put
from ..words.scalars import ONE, bits, div, exponent, mantissa, pack, shifted
from .elimination import Elimination, gather
from .triangle import number

_LOW = 0x3FFF
_LENGTH = 27


class Cholesky(Elimination):
    """The factors of B, in scaled coordinates; blocks are in elimination order."""

    def __init__(self, n, lanes):
        Elimination.__init__(self, n, lanes)
        self.room = 26 - (n - 1).bit_length()
        self._many = (n - 1 >> 1).bit_length()

    def solve(self, g):
        """-B^-1 g for a block g: a block."""
        return self._back(*self._forward(g))

    def _forward(self, g):
        """z = E^-1 M^-1 g, with an exponent for each entry."""
        y = g.m.copy()
        e = g.e
        z, powers = np.empty_like(y), np.empty_like(y)
        for place in range(self.n - 1, -1, -1):
            column, t, m = self.multipliers[place], self.shifts[place], self.schur[place]
            v = y[place]
            size = np.abs(v)
            v = v & ~negative(size - self.n)
            size = bits(np.abs(v)) + t
            if place:
                size = np.maximum(size, bits(np.abs(y[:place]).max(axis=0)))
            size = at_least(size - _LENGTH, 0)
            e = e + size
            v = shifted(v, t - size)
            v1 = v >> 14
            v0 = v & _LOW
            # v / E
            inverse = 0x10000000 // (m >> 13)
            q = (v >> 13) * inverse
            q1 = q >> 14
            m1 = m >> 14
            rest = v - m1 * q1 - (m1 * (q & _LOW) + (m & _LOW) * q1 >> 14)
            z[place] = q + ((rest >> 2) * inverse >> 11)
            powers[place] = e
            c = column >> 14
            y[:place] = (y[:place] >> size) - (c * v1 << 1) - (c * v0 + (column & _LOW) * v1 >> 13)
        return z, powers

    def _back(self, z, powers):
        """-M'^-1 z."""
        p = np.zeros_like(z)
        e = np.full_like(z[0], -0x4000 - _LENGTH)
        for place in range(self.n):
            total = self._against(place, p)
            v, t = z[place], self.shifts[place]
            top = e + bits(np.abs(total))
            size = bits(np.abs(v)) + powers[place]
            top = select(nonzero(v), np.maximum(top, size), top)
            size = at_least(top + t - self.room - e, 0)
            e = e + size
            size = at_most(size, 30)
            p[:place] >>= size
            total = shifted(total, t - size) + shifted(v, (powers[place] - e + t) & nonzero(v))
            p[place] = -total
        return measured(p, e)

    def _against(self, place, x):
        """The sum of the multipliers in a place times x."""
        column = self.multipliers[place]
        total = np.zeros_like(x[0])
        for k in range(place):
            m = column[k] >> 14
            v = x[k] >> 14
            total += (m * v << 1) + (m * (x[k] & _LOW) + (column[k] & _LOW) * v >> 13)
        return total

    def form(self, x):
        """The scalars x'Bx of a block x."""
        cut = at_least(x.size - self.room, 0)
        y = x.m >> cut
        z = (y >> self.shifts) + np.stack([self._against(k, y) for k in range(self.n)])
        size = at_least(bits(np.bitwise_or.reduce(np.abs(z), axis=0)) - 14, 0)
        v = z >> size
        total = ((self.schur >> 13) * (v * v >> 14) >> self._many).sum(axis=0, dtype=WORD)
        return pack(total, 2 * (size + cut + x.e) + (self._many - 1))

    def fill(self, factor, scales):
        """Sets a Factor of H = B^-1 in grid steps: its L, which is M'^-1, and D, which is E^-1."""
        n = self.n
        scales = gather(scales, factor.order)
        e = 2 * (scales - self.shifts) - 28
        factor.pivots, factor.powers = number(div(np.full_like(e, ONE), pack(self.schur, e)))
        for place in range(n - 2, -1, -1):
            column = block(0, scales.shape[1])
            for k in range(n - 1, place, -1):
                e = self.shifts[k] - 27 + scales[place] - scales[k]
                m = -pack(self.multipliers[k][place], e)
                m, e = mantissa(m), exponent(m)
                if k < n - 1:
                    column = axpy(column, m, e, factor.columns[k])
                column = put(column, m, e)
            factor.columns[place] = column
