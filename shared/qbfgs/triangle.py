"""The inverse Hessian as H = L D L' in elimination order, and products with it.

Inside a loop a number is a magnitude m of 15 bits (2^14 <= m < 2^15), an exponent e and a sign,
kept apart: m 2^e.  A product of two is normalised with one comparison, a sum of positive ones too.
"""

from .blocks import axpy, block, clear, put
from .compat import const
from .scalars import ONE, add, bits, div, mul, pack

_HIDDEN = const(0x4000)
_FRACTION = const(0x3FFF)
_OFFSET = const(0x400E)  # a scalar's exponent field, less that of its mantissa as an integer


class Triangle:
    """L (unit lower triangle), D > 0 and the elimination order of n coordinates; made once.

    `order[k]` is the coordinate in place k.  `diagonal[k]` is the scalar D_k; `columns[k]` is a
    block whose entries after k are L_ik.  Blocks that methods take are in elimination order
    (see `gather`), if nothing else is said.  H is in grid steps squared per unit of cost.
    """

    STATE = ("order", "diagonal", "columns")

    def __init__(self, n):
        self.n = n
        self.order = list(range(n))
        self.diagonal = [ONE] * n
        self.columns = [block(n) for _ in range(n)]
        self.mantissas = [0] * n  # of L'x, or of L^-1 x after `solve`: signed, normalised or 0
        self.exponents = [0] * n
        self.work = block(n)

    def set_identity(self, h):
        """H = h I for a scalar h > 0. The order stays."""
        n = self.n
        for k in range(n):
            self.diagonal[k] = h
            clear(self.columns[k], n)

    def scale(self, g):
        """H *= g for a scalar g > 0."""
        for k in range(self.n):
            self.diagonal[k] = mul(self.diagonal[k], g)

    def gather(self, y, x):
        """y = the block x, brought into elimination order."""
        n = self.n
        order = self.order
        for k in range(n):
            y[k] = x[order[k]]
        y[n] = x[n]
        y[n + 1] = x[n + 1]

    def scatter(self, y, x):
        """y = the block x in elimination order, brought back into the order of coordinates."""
        n = self.n
        order = self.order
        for k in range(n):
            y[order[k]] = x[k]
        y[n] = x[n]
        y[n + 1] = x[n + 1]

    def _keep(self, k, m, e):
        """Number k of the scratch vector = m * 2^e, normalised."""
        if m:
            size = m if m > 0 else -m
            shift = bits(size) - 15
            size = size >> shift if shift > 0 else size << -shift
            e += shift
            m = size if m > 0 else -size
        self.mantissas[k] = m
        self.exponents[k] = e

    def transpose_times(self, x):
        """The scratch vector = L'x, for a block x."""
        n = self.n
        for k in range(n):
            m = x[k]
            e = x[n]
            column = self.columns[k]
            size = column[n + 1]
            if size and k < n - 1:
                # 14 bits of L meet as many of x as keep the sum within 29 bits.
                cut = size - 14 if size > 14 else 0
                size = x[n + 1] + bits(n - k - 2) - 15
                cut_x = size if size > 0 else 0
                total = 0
                for i in range(k + 1, n):
                    total += (column[i] >> cut) * (x[i] >> cut_x)
                shift = column[n] + cut + cut_x
                if shift > 0:
                    e += shift
                    m = total + (m >> (shift if shift < 30 else 30))
                else:
                    m += total >> (-shift if shift > -30 else 30)
            self._keep(k, m, e)

    def direction(self, y, x):
        """y = H x, blocks in the order of coordinates."""
        n = self.n
        p = self.work
        self.gather(p, x)
        self.transpose_times(p)
        clear(p, n)
        for k in range(n - 1, -1, -1):
            d = self.diagonal[k]
            m = self.mantissas[k]
            if m:
                e = self.exponents[k] + (d >> 14) - _OFFSET
                m = ((d & _FRACTION) | _HIDDEN) * m >> 15
                axpy(p, m, e + 15, self.columns[k], k + 1, n)
                put(p, k, m, e + 15, n)
            else:
                p[k] = 0
        self.scatter(y, p)

    def form(self, x):
        """The scalar x'Hx for a block x."""
        self.transpose_times(x)
        total = 0
        top = 0
        for k in range(self.n):
            f = self.mantissas[k]
            if f:
                if f < 0:
                    f = -f
                d = self.diagonal[k]
                e = (d >> 14) - _OFFSET + 2 * self.exponents[k] + 30
                m = (((d & _FRACTION) | _HIDDEN) * f >> 15) * f >> 15
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
        return pack(total, top)

    def solve(self, x):
        """The scratch vector = w = L^-1 x, for a block x, which is overwritten."""
        n = self.n
        for k in range(n):
            self._keep(k, x[k], x[n])
            axpy(x, -self.mantissas[k], self.exponents[k], self.columns[k], k + 1, n)

    def curvature(self):
        """The scalar d'Bd, B = H^-1, in units of cost, for the d last given to `solve`."""
        total = 0
        for k in range(self.n):
            w = pack(self.mantissas[k], self.exponents[k])
            if w:
                total = add(total, div(mul(w, w), self.diagonal[k]))
        return total
