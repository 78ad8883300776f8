"""`qbfgs.model.triangle` on arrays: H = L D L' in elimination order, and products with it.

Numbers are mantissas m of 15 bits, 0 or with their leading one, and exponents e: m 2^(e - 14).
"""

import numpy as np

from ..words.arrays import FAR, WORD, at_least, negative, nonzero, zeros
from ..words.blocks import Block, axpy, block, entry, put
from ..words.lanes import Lanes
from ..words.scalars import BIAS, FRACTION, HIDDEN, bits, compose, leading, mul, pack


def normalised(m, e):
    """The number m * 2^e, |m| < 2^30, cut to 15 bits."""
    length = bits(np.abs(m))
    return at_least(leading(m, length), -0x7FFF), e + (length - 1)


def scalar(m, e):
    """The scalar of a number."""
    return compose(np.abs(m), e + BIAS, np.sign(m))


def number(d):
    """The number of a positive scalar. No mantissa is 0, whatever a lane holds."""
    return d & FRACTION | HIDDEN, (d >> 14) - BIAS


def _add_up(m, e):
    """The sum of m * 2^e over the first axis, m >= 0: a mantissa and an exponent."""
    e = e - (~nonzero(m) & FAR)
    total, top = m[0], e[0]
    for k in range(1, len(m)):
        old, top = top, np.maximum(top, e[k])
        total = (m[k] >> top - e[k]) + (total >> top - old)
    return total, top


class Triangle(Lanes):
    """L (unit lower triangle), D > 0 and the elimination order of n coordinates.

    order: (n, lanes), order[k] the coordinate in place k.  pivots, powers: (n, lanes), the numbers
    D_k.  columns[k]: a block of the n - 1 - k entries L_ik after k; the last column has none and is
    not there.  Blocks that methods take are in elimination order, if nothing else is said.
    """

    FIELDS = ("order", "pivots", "powers", "columns")

    def __init__(self, n, lanes):
        self.n = n
        self.order = np.repeat(np.arange(n, dtype=WORD)[:, None], lanes, axis=1)
        self.pivots = np.full((n, lanes), HIDDEN, WORD)
        self.powers = zeros(n, lanes)
        self.columns = [block(n - 1 - k, lanes) for k in range(n - 1)]

    def diagonal(self):
        """D as scalars, (n, lanes)."""
        return scalar(self.pivots, self.powers)

    def set_identity(self, h):
        """H = h I for scalars h > 0. The order stays."""
        n, lanes = self.pivots.shape
        self.pivots, self.powers = (np.repeat(a[None], n, axis=0) for a in number(h))
        self.columns = [block(n - 1 - k, lanes) for k in range(n - 1)]

    def scale(self, g):
        """H *= g for scalars g > 0."""
        self.pivots, self.powers = number(mul(self.diagonal(), g))

    def _places(self):
        lanes = self.order.shape[1]
        return self.order * lanes + np.arange(lanes)

    def gather(self, x):
        """The block x, brought into elimination order."""
        m = np.ascontiguousarray(x.m).reshape(-1).take(self._places())
        return Block(m, x.e, x.size)

    def scatter(self, x):
        """The block x in elimination order, brought back into the order of coordinates."""
        m = np.empty_like(x.m)
        m.reshape(-1)[self._places()] = x.m
        return Block(m, x.e, x.size)

    def transpose_times(self, x):
        """L'x for a block x: numbers, (n, lanes)."""
        n = self.n
        m = x.m.copy()
        e = np.empty_like(m)
        e[:] = x.e
        # 14 bits of L meet as many of x as keep the sum within 29 bits.
        cut_x = at_least(x.size - (15 - (n - 1).bit_length()), 0)
        for k, column in enumerate(self.columns):
            cut = at_least(column.size - 14, 0)
            total = (column.m[0] >> cut) * (x.m[k + 1] >> cut_x)
            for i in range(1, n - k - 1):
                total += (column.m[i] >> cut) * (x.m[k + 1 + i] >> cut_x)
            shift = column.e + cut + cut_x & negative(-column.size)
            up = at_least(shift, 0)
            m[k] = (m[k] >> up) + (total >> up - shift)
            e[k] += up
        return normalised(m, e)

    def direction(self, x):
        """H x, blocks in the order of coordinates."""
        m, e = self.transpose_times(self.gather(x))
        m = self.pivots * m >> 15
        e += self.powers + 1
        p = entry(m[-1], e[-1])
        for k in range(self.n - 2, -1, -1):
            p = put(axpy(p, m[k], e[k], self.columns[k]), m[k], e[k])
        return self.scatter(p)

    def form(self, f, e):
        """The scalars x'Hx for x with L'x = the numbers f, e."""
        f = np.abs(f)
        total, top = _add_up((self.pivots * f >> 15) * f >> 11, 2 * e + self.powers)
        return pack(total, top - 16)

    def solve(self, x):
        """L^-1 x for a block x: numbers, (n, lanes)."""
        m = np.empty_like(x.m)
        e = np.empty_like(x.m)
        for k in range(self.n):
            m[k], e[k] = normalised(x.m[0], x.e)
            if k < self.n - 1:
                x = axpy(x.rest(), -m[k], e[k], self.columns[k])
        return m, e

    def curvature(self, w, e):
        """The scalars d'Bd, B = H^-1, in units of cost, for w, e = `solve` of d."""
        w = np.abs(w)
        total, top = _add_up(((w << 14) // self.pivots) * w >> 11, 2 * e - self.powers)
        return pack(total, top - 17)
