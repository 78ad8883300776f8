"""A basis of the lattice, kept short in the metric B = H^-1 of the model.

Pairwise size reduction: of two vectors the shorter is taken off the longer as often as makes that
shorter.  Short vectors lead along the floor of a valley, however thin it is.
"""

from ..words.blocks import axpy, blocks, clear, dot, largest, measure, put, words
from ..words.compat import const
from ..words.scalars import div, exponent, fixed, mantissa, pack, scaled, sqrt

WINDOW = const(16)  # vectors that are looked at together, at most
_SWEEPS = const(20)
_MOST = const(0x4000)  # entries of vectors stay below


class Basis:
    """n integer vectors u_i that span the lattice Z^n; made once, about n^2 + 16 n words.

    vectors[i]: u_i as a block, kept from one reduction to the next.  Of the window of up to 16
    vectors from u_first on, which was reduced last: images[i] is D^-1/2 L^-1 u_(first + i), so
    that u_i'Bu_j is the plain product of images (error 2^-12 of their lengths); squares[i] is the
    scalar u'Bu.
    """

    STATE = "vectors images first"

    def __init__(self, factor):
        n = factor.n
        self.n = n
        self.factor = factor
        self.vectors = blocks(n, n)
        self.images = blocks(min(n, WINDOW), n)
        self.squares = words(min(n, WINDOW))
        self.first = 0
        self._roots = words(n)
        for i in range(n):
            self.vectors[i][i] = 1
            self.vectors[i][-1] = 1

    def size(self):
        """The number of vectors in the window."""
        return min(self.n - self.first, WINDOW)

    def inner(self, i: int, j: int) -> int:
        """The scalar u_i'Bu_j, i and j counted in the window."""
        return dot(self.images[i], self.images[j], self.n)

    def reduce(self, first):
        """Maps the window from u_first on with the present H, and makes it shorter until nothing
        changes. Work about n^2 a vector."""
        self.first = first
        for i in range(self.n):
            self._roots[i] = sqrt(self.factor.pivot(i))
        self._map()
        n = self.n
        images = self.images
        squares = self.squares
        reduced = False
        for _ in range(_SWEEPS):
            changed = False
            for i in range(1, self.size()):
                for j in range(i):
                    inner = dot(images[i], images[j], n)
                    # nothing to do where twice its size, nearly, is at most the shorter's square
                    twice = (inner if inner > 0 else -inner) + 0x4000
                    if (twice > squares[i] or twice > squares[j]) and self._shorten(i, j, inner):
                        changed = reduced = True
            if not changed:
                break
        if reduced:
            self._map()  # the images of long vectors were coarser

    def _map(self):
        n, factor = self.n, self.factor
        mantissas = factor.mantissas
        exponents = factor.exponents
        roots = self._roots
        for i in range(self.size()):
            image = self.images[i]
            factor.solve(self.vectors[self.first + i])
            clear(image, n)
            for k in range(n - 1, -1, -1):
                w = mantissas[k]
                if w:
                    w = div(pack(w, exponents[k] - 14), roots[k])
                    put(image, k, mantissa(w), exponent(w), n)
            self.squares[i] = dot(image, image, n)

    def _shorten(self, i: int, j: int, inner: int) -> bool:
        """Takes the shorter of two vectors the best m times off the other; True unless m is 0."""
        n = self.n
        if self.squares[j] > self.squares[i]:
            i, j = j, i
        square = self.squares[j]
        if square == 0 or scaled(inner if inner > 0 else -inner, 1) <= square:
            return False
        m = fixed(div(inner, square), 0)
        u = self.vectors[self.first + i]
        v = self.vectors[self.first + j]
        size = m if m > 0 else -m
        if size >= _MOST or size * largest(v, n) + largest(u, n) >= _MOST:
            return False
        for k in range(n):
            u[k] -= m * v[k]
        measure(u, n)
        m = pack(-m, 0)
        axpy(self.images[i], mantissa(m), exponent(m), self.images[j], 0, n)
        self.squares[i] = self.inner(i, i)
        return True
