"""`qbfgs.basis` on arrays: a basis of the lattice, kept short in the metric B = H^-1."""

import numpy as np

from .blocks import Block, axpy, block, dot, largest, measured, put
from .lanes import Lanes
from .scalars import div, exponent, fixed, mantissa, pack, scaled, sqrt

_SWEEPS = 20
_MOST = 0x4000


class Basis(Lanes):
    """n integer vectors u_i a lane, and their images D^-1/2 L^-1 u_i: lists of blocks."""

    FIELDS = ("vectors", "images")

    def __init__(self, n, lanes):
        self.n = n
        self.vectors = []
        for i in range(n):
            unit = np.zeros((n, lanes), np.int64)
            unit[i] = 1
            self.vectors.append(measured(unit, np.zeros(lanes, np.int64)))
        self.images = [block(n, lanes) for _ in range(n)]

    def inner(self, i, j):
        """The scalars u_i'Bu_j."""
        return dot(self.images[i], self.images[j])

    def reduce(self, factor):
        """Maps the vectors with the present H, and makes them shorter until none changes."""
        roots = sqrt(factor.diagonal)
        lanes = np.arange(roots.shape[1])
        self._map(factor, roots)
        reduced = np.zeros(len(lanes), bool)
        for _ in range(_SWEEPS):
            part = self.at(lanes)
            changed = part._sweep()
            self.put(lanes, part)
            lanes = lanes[changed]
            if not len(lanes):
                break
            reduced[lanes] = True
        lanes = np.flatnonzero(reduced)
        if len(lanes):
            part = self.at(lanes)
            part._map(factor.at(lanes), roots[:, lanes])  # the images of long vectors were coarser
            self.put(lanes, part)

    def _map(self, factor, roots):
        for i in range(self.n):
            w = div(pack(*factor.solve(factor.gather(self.vectors[i]))), roots)
            image = block(*w.shape)
            for k in range(self.n - 1, -1, -1):
                image = put(image, k, mantissa(w[k]), exponent(w[k]))
            self.images[i] = image

    def _sweep(self):
        """One turn over all pairs; where it changed a vector."""
        changed = np.zeros(self.vectors[0].e.shape, bool)
        for i in range(self.n):
            for j in range(self.n):
                if i != j:
                    changed |= self._shorten(i, j)
        return changed

    def _shorten(self, i, j):
        """u_i -= m u_j for the m that makes u_i shortest; where m is not 0."""
        inner = self.inner(i, j)
        square = self.inner(j, j)
        u, v = self.vectors[i], self.vectors[j]
        long = (square != 0) & (scaled(np.abs(inner), 1) > square)
        m = fixed(div(inner, square), 0)
        size = np.abs(m)
        long &= (size < _MOST) & (size * largest(v) + largest(u) < _MOST)
        m = np.where(long, m, 0)
        if long.any():
            shorter = measured(u.m - m * v.m, u.e)
            self.vectors[i] = Block(shorter.m, u.e, np.where(long, shorter.size, u.size))
            factor = pack(-m, 0)
            self.images[i] = axpy(
                self.images[i], mantissa(factor), exponent(factor), self.images[j]
            )
        return long
