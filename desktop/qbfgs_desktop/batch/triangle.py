"""`qbfgs.triangle` on arrays: H = L D L' in elimination order, and products with it."""

import numpy as np

from .blocks import Block, axpy, block, put
from .lanes import Lanes
from .scalars import BIAS, FRACTION, HIDDEN, ONE, add, bits, div, mul, pack

OFFSET = BIAS + 14  # a scalar's exponent field, less that of its mantissa as an integer


def split(d):
    """Mantissas and exponents of positive scalars."""
    return d & FRACTION | HIDDEN, (d >> 14) - OFFSET


def normalised(m, e):
    """m * 2^e with |m| cut to 15 bits, |m| < 2^30; 0 stays."""
    size = np.abs(m)
    length = bits(size)
    return (size << 15 >> length) * np.sign(m), e + length - 15


class Triangle(Lanes):
    """L (unit lower triangle), D > 0 and the elimination order of n coordinates.

    order: (n, lanes), order[k] the coordinate in place k.  diagonal: (n, lanes) scalars D_k.
    columns[k]: a block of the n - 1 - k entries L_ik after k; the last column has none and is not
    there.  Blocks that methods take are in elimination order, if nothing else is said.
    """

    FIELDS = ("order", "diagonal", "columns")

    def __init__(self, n, lanes):
        self.n = n
        self.order = np.repeat(np.arange(n)[:, None], lanes, axis=1)
        self.diagonal = np.full((n, lanes), ONE)
        self.columns = [block(n - 1 - k, lanes) for k in range(n - 1)]

    def set_identity(self, h):
        """H = h I for scalars h > 0. The order stays."""
        n, lanes = self.diagonal.shape
        self.diagonal = np.repeat(h[None], n, axis=0)
        self.columns = [block(n - 1 - k, lanes) for k in range(n - 1)]

    def scale(self, g):
        """H *= g for scalars g > 0."""
        self.diagonal = mul(self.diagonal, g)

    def gather(self, x):
        """The block x, brought into elimination order."""
        lanes = x.m.shape[1]
        places = self.order * lanes + np.arange(lanes)
        return Block(np.ascontiguousarray(x.m).reshape(-1).take(places), x.e, x.size)

    def scatter(self, x):
        """The block x in elimination order, brought back into the order of coordinates."""
        lanes = x.m.shape[1]
        places = self.order * lanes + np.arange(lanes)
        m = np.empty_like(x.m)
        m.reshape(-1)[places] = x.m
        return Block(m, x.e, x.size)

    def transpose_times(self, x):
        """L'x for a block x: mantissas, normalised or 0, and exponents, both (n, lanes)."""
        n = self.n
        m = x.m.copy()
        e = np.empty_like(m)
        e[:] = x.e
        for k, column in enumerate(self.columns):
            # 14 bits of L meet as many of x as keep the sum within 29 bits.
            cut = np.maximum(column.size - 14, 0)
            cut_x = np.maximum(x.size + ((n - k - 2).bit_length() - 15), 0)
            total = (column.m[0] >> cut) * (x.m[k + 1] >> cut_x)
            for i in range(1, n - k - 1):
                total += (column.m[i] >> cut) * (x.m[k + 1 + i] >> cut_x)
            shift = np.where(column.size > 0, column.e + cut + cut_x, 0)
            up = np.maximum(shift, 0)
            m[k] = (m[k] >> np.minimum(up, 30)) + (total >> np.minimum(up - shift, 30))
            e[k] += up
        return normalised(m, e)

    def direction(self, x):
        """H x, blocks in the order of coordinates."""
        m, e = self.transpose_times(self.gather(x))
        d, d_e = split(self.diagonal)
        m = d * m >> 15
        e += d_e + 15
        p = block(*m.shape)
        for k in range(self.n - 1, -1, -1):
            if k < self.n - 1:
                p = axpy(p, m[k], e[k], self.columns[k])
            p = put(p, k, m[k], e[k])
        return self.scatter(p)

    def form(self, x):
        """The scalars x'Hx for a block x."""
        f, e = self.transpose_times(x)
        f = np.abs(f)
        d, d_e = split(self.diagonal)
        e = d_e + 2 * e + 30
        m = (d * f >> 15) * f >> 15
        total = m[0]
        top = e[0]
        for k in range(1, self.n):
            shift = np.where(total == 0, 0, e[k] - top)
            up = np.where(m[k] == 0, 0, np.maximum(shift, 0))
            added = m[k] >> np.minimum(np.maximum(-shift, 0), 30)
            top = np.where(total == 0, e[k], top + up)
            total = added + (total >> np.minimum(up, 30))
        return pack(total, top)

    def solve(self, x):
        """L^-1 x for a block x: mantissas and exponents like those of `transpose_times`."""
        m = np.empty_like(x.m)
        e = np.empty_like(x.m)
        for k in range(self.n):
            m[k], e[k] = normalised(x.m[k], x.e)
            if k < self.n - 1:
                x = axpy(x, -m[k], e[k], self.columns[k])
        return m, e

    def curvature(self, w):
        """The scalars d'Bd, B = H^-1, in units of cost, for w = `solve` of d."""
        roots = pack(*w)
        terms = div(mul(roots, roots), self.diagonal)
        total = terms[0]
        for term in terms[1:]:
            total = add(total, term)
        return total
