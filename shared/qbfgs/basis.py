"""A basis of the lattice, kept short in the metric B = H^-1 of the model.

Pairwise size reduction: from each vector the multiples of the others are taken that make it
shorter.  Short vectors lead along the floor of a valley, however thin it is.
"""

from .blocks import axpy, block, clear, dot, largest, measure, put
from .compat import const
from .scalars import div, exponent, fixed, mantissa, pack, scaled, sqrt

_SWEEPS = const(20)
_MOST = const(0x4000)  # entries of vectors stay below


class Basis:
    """n integer vectors u_i that span the lattice Z^n; made once, about 2 n^2 words.

    vectors[i]: u_i as a block, kept from one reduction to the next. images[i]: D^-1/2 L^-1 u_i, so
    that u_i'Bu_j is the plain product of images (error 2^-12 of their lengths).
    """

    STATE = ("vectors", "images")

    def __init__(self, factor):
        n = factor.n
        self.n = n
        self.factor = factor
        self.vectors = [block(n) for _ in range(n)]
        self.images = [block(n) for _ in range(n)]
        self._roots = [0] * n
        self._work = block(n)
        for i in range(n):
            self.vectors[i][i] = 1
            self.vectors[i][n + 1] = 1

    def inner(self, i, j):
        """The scalar u_i'Bu_j."""
        return dot(self.images[i], self.images[j], 0, self.n)

    def reduce(self):
        """Maps the vectors with the present H, and makes them shorter until none changes."""
        n = self.n
        for i in range(n):
            self._roots[i] = sqrt(self.factor.diagonal[i])
        self._map()
        reduced = False
        for _ in range(_SWEEPS):
            changed = False
            for i in range(n):
                for j in range(n):
                    if i != j and self._shorten(i, j):
                        changed = reduced = True
            if not changed:
                break
        if reduced:
            self._map()  # the images of long vectors were coarser

    def _map(self):
        n, factor = self.n, self.factor
        for i in range(n):
            image = self.images[i]
            factor.gather(self._work, self.vectors[i])
            factor.solve(self._work)
            clear(image, n)
            for k in range(n - 1, -1, -1):
                w = div(pack(factor.mantissas[k], factor.exponents[k]), self._roots[k])
                if w:
                    put(image, k, mantissa(w), exponent(w), n)

    def _shorten(self, i, j):
        """u_i -= m u_j for the m that makes u_i shortest; True unless m is 0."""
        n = self.n
        inner = self.inner(i, j)
        square = self.inner(j, j)
        if square == 0 or scaled(inner if inner > 0 else -inner, 1) <= square:
            return False
        m = fixed(div(inner, square), 0)
        u = self.vectors[i]
        v = self.vectors[j]
        size = m if m > 0 else -m
        if size >= _MOST or size * largest(v, n) + largest(u, n) >= _MOST:
            return False
        for k in range(n):
            u[k] -= m * v[k]
        measure(u, n)
        m = pack(-m, 0)
        axpy(self.images[i], mantissa(m), exponent(m), self.images[j], 0, n)
        return True
