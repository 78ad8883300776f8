"""The inverse Hessian as H = L D L' in elimination order, and products with it.

Inside a loop a number is a mantissa m of 15 bits (2^14 <= |m| < 2^15) and an exponent e, kept
apart: m 2^(e - 14).  One comparison normalises a product of two, or a sum of positive ones.
"""

from ..words.blocks import axpy, block, blocks, clear, put, words
from ..words.compat import const
from ..words.scalars import bits, exponent, mantissa, mul, pack

_HIDDEN = const(0x4000)


class Triangle:
    """L (unit lower triangle), D > 0 and the elimination order of n coordinates; made once.

    `order[k]` is the coordinate in place k.  D_k is pivots[k] * 2^(powers[k] - 14);
    `columns[k]` is a block whose entries after k are L_ik.  Methods take and give blocks in the
    order of coordinates.  H is in grid steps squared per unit of cost.
    """

    STATE = "order pivots powers columns"

    def __init__(self, n):
        self.n = n
        self.order = words(n)
        self.pivots = words(n)
        self.powers = words(n)
        self.columns = blocks(n, n)
        self.mantissas = words(n)  # of L'x, or of L^-1 x after `solve`: signed, normalised or 0
        self.exponents = words(n)
        self.work = block(n)
        self._room = 15 - bits(n - 1)
        for k in range(n):
            self.order[k] = k
            self.pivots[k] = _HIDDEN

    def pivot(self, k: int) -> int:
        """D_k as a scalar."""
        return pack(self.pivots[k], self.powers[k] - 14)

    def set_pivot(self, k: int, d: int):
        """D_k = a scalar d > 0."""
        self.pivots[k] = mantissa(d)
        self.powers[k] = exponent(d)

    def set_identity(self, h: int):
        """H = h I for a scalar h > 0. The order stays."""
        n = self.n
        for k in range(n):
            self.set_pivot(k, h)
            clear(self.columns[k], n)

    def scale(self, g: int):
        """H *= g for a scalar g > 0."""
        for k in range(self.n):
            self.set_pivot(k, mul(self.pivot(k), g))

    def transpose_times(self, x: list):
        """The scratch vector = L'x."""
        n = self.n
        order = self.order
        columns = self.columns
        mantissas = self.mantissas
        exponents = self.exponents
        work = self.work
        for k in range(n):
            work[k] = x[order[k]]
        lowest = x[n]
        # 14 bits of L meet as many of x as keep the sum within 29 bits.
        cut_x = x[-1] - self._room
        if cut_x < 0:
            cut_x = 0
        for k in range(n):
            m = work[k]
            e = lowest
            column = columns[k]
            cut = column[-1]
            if cut:
                cut = cut - 14 if cut > 14 else 0
                total = 0
                for i in range(k + 1, n):
                    total += (column[i] >> cut) * (work[i] >> cut_x)
                shift = column[n] + cut + cut_x
                if shift > 0:
                    e += shift
                    m = total + (m >> (shift if shift < 30 else 30))
                else:
                    m += total >> (-shift if shift > -30 else 30)
            _keep(mantissas, exponents, k, m, e)

    def direction(self, y: list, x: list):
        """y = H x."""
        self.transpose_times(x)
        n = self.n
        order = self.order
        columns = self.columns
        mantissas = self.mantissas
        exponents = self.exponents
        pivots = self.pivots
        powers = self.powers
        p = self.work
        p[n] = p[-1] = 0
        last = n - 1
        for k in range(last, -1, -1):
            m = mantissas[k]
            if m:
                e = exponents[k] + powers[k] + 1
                m = pivots[k] * m >> 15
                if k < last:
                    axpy(p, m, e, columns[k], k + 1, n)
                put(p, k, m, e, n)
            else:
                p[k] = 0
        for k in range(n):
            y[order[k]] = p[k]
        y[n] = p[n]
        y[-1] = p[-1]

    def solve(self, x: list):
        """The scratch vector = w = L^-1 x."""
        n = self.n
        order = self.order
        columns = self.columns
        mantissas = self.mantissas
        exponents = self.exponents
        work = self.work
        for k in range(n):
            work[k] = x[order[k]]
        work[n] = x[n]
        work[-1] = x[-1]
        for k in range(n):
            _keep(mantissas, exponents, k, work[k], work[n])
            axpy(work, -mantissas[k], exponents[k], columns[k], k + 1, n)

    def form(self, inverse: int) -> int:
        """The scalar x'Hx for the x last given to `transpose_times`.

        With inverse (1, else 0) x'Bx, B = H^-1, in units of cost, for the x last given to `solve`.
        """
        mantissas = self.mantissas
        exponents = self.exponents
        pivots = self.pivots
        powers = self.powers
        total = 0
        top = 0
        for k in range(self.n):
            w = mantissas[k]
            if w:
                if w < 0:
                    w = -w
                e = exponents[k]
                if inverse:
                    e += e - powers[k] - 1
                    m = ((w << 14) // pivots[k]) * w >> 11
                else:
                    e += e + powers[k]
                    m = (pivots[k] * w >> 15) * w >> 11
                # Two numbers without a sign add with one shift; the larger stays below 2^29.
                shift = e - top
                if total == 0:
                    total = m
                    top = e
                elif shift > 0:
                    total = m + (total >> (shift if shift < 30 else 30))
                    top = e
                else:
                    total += m >> (-shift if shift > -30 else 30)
        return pack(total, top - 16)


def _keep(mantissas: list, exponents: list, k: int, m: int, e: int):
    """Number k of the scratch vector = m * 2^e, normalised."""
    if m:
        length = bits(m if m > 0 else -m)
        e += length - 1
        length -= 15
        m = m >> length if length > 0 else m << -length
        if m < -0x7FFF:
            m = -0x7FFF
    mantissas[k] = m
    exponents[k] = e
