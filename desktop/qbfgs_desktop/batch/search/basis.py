"""`qbfgs.search.basis` on arrays: a basis of the lattice, kept short in the metric B = H^-1."""

import numpy as np

from ..model.triangle import scalar
from ..words.arrays import zeros
from ..words.blocks import axpy, block, dot, largest, measured, put
from ..words.lanes import Lanes, take
from ..words.scalars import div, exponent, fixed, mantissa, pack, scaled, sqrt

_SWEEPS = 20
_MOST = 0x4000


class Basis(Lanes):
    """n integer vectors u_i a lane, and their images D^-1/2 L^-1 u_i: lists of blocks.

    squares: (n, lanes) scalars u_i'Bu_i.  n is 16 at most: the core's window.
    """

    FIELDS = ("vectors", "images", "squares")
    START = ("vectors",)

    def __init__(self, n, lanes):
        self.n = n
        self.vectors = []
        for i in range(n):
            unit = zeros(n, lanes)
            unit[i] = 1
            self.vectors.append(measured(unit, zeros(lanes)))
        self.images = [block(n, lanes) for _ in range(n)]
        self.squares = zeros(n, lanes)

    def inner(self, i, j):
        """The scalars u_i'Bu_j."""
        return dot(self.images[i], self.images[j])

    def reduce(self, factor):
        """Maps the vectors with the present H, and makes them shorter until none changes."""
        roots = sqrt(factor.diagonal())
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
            # The images of long vectors were coarser.
            part._map(factor.at(lanes), take(roots, lanes))
            self.put(lanes, part)

    def _map(self, factor, roots):
        for i in range(self.n):
            w = div(scalar(*factor.solve(factor.gather(self.vectors[i]))), roots)
            image = block(0, w.shape[1])
            for k in range(self.n - 1, -1, -1):
                image = put(image, mantissa(w[k]), exponent(w[k]))
            self.images[i] = image
            self.squares[i] = self.inner(i, i)

    def _sweep(self):
        """One turn over all pairs; where it changed a vector."""
        changed = np.zeros(self.squares.shape[1], bool)
        for i in range(1, self.n):
            for j in range(i):
                longer = self.squares[j] > self.squares[i]
                inner = self.inner(i, j)
                for u, v, lanes in ((i, j, ~longer), (j, i, longer)):
                    changed[self._shorten(u, v, np.flatnonzero(lanes), inner)] = True
        return changed

    def _shorten(self, i, j, lanes, inner):
        """u_i -= m u_j for the m that makes u_i shortest; those of the lanes where m is not 0."""
        inner = inner.take(lanes)
        square = self.squares[j].take(lanes)
        long = np.flatnonzero((square != 0) & (scaled(np.abs(inner), 1) > square))
        lanes = lanes.take(long)
        m = fixed(div(inner.take(long), square.take(long)), 0)
        u, v = self.vectors[i].at(lanes), self.vectors[j].at(lanes)
        size = np.abs(m)
        good = np.flatnonzero((size < _MOST) & (size * largest(v) + largest(u) < _MOST))
        if len(good):
            lanes, m, u, v = lanes.take(good), m.take(good), u.at(good), v.at(good)
            self.vectors[i].put(lanes, measured(u.m - m * v.m, u.e))
            factor = pack(-m, 0)
            image, other = self.images[i].at(lanes), self.images[j].at(lanes)
            image = axpy(image, mantissa(factor), exponent(factor), other)
            self.images[i].put(lanes, image)
            self.squares[i][lanes] = dot(image, image)
            return lanes
        return lanes[:0]
