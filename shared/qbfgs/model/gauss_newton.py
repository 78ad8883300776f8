"""Newton's model: the matrix that the objective gives, and what it may lack.

For a sum of squares that is Gauss-Newton's 2 J'J; it lacks the curvature of the residuals, which S
learns from the gradients' changes (Dennis, Gay, Welsch, "An adaptive nonlinear least-squares
algorithm", TOMS 7(3), 1981).  Whether S counts is decided by which of the two predicted the costs
of the last gos better.
"""

from ..words.blocks import axpy, block, blocks, clear, copy, dot, measure, put, stretch, subtract
from ..words.blocks import words
from ..words.compat import const
from ..words.scalars import ONE, add, bits, div, exponent, mantissa, mul, pack, scaled
from ..words.triangles import cut, grow, narrow_scaled
from .bfgs import QuasiNewton
from .cholesky import Cholesky

_MOST = const(0xFFFFFFF)
_FREE = const(0x4000000)  # 1/4, the place of a coordinate that is held
_VOTE = const(64)
_TRUSTED = const(57)


class GaussNewton(QuasiNewton):
    """B and H = B^-1, filled anew on each go; made once.

    Coordinates are scaled by powers of two k, `scales`: the diagonal of the matrix is at most 1/4,
    as in More's region. gradient: the scaled gradient. lacks: S, scaled, a block a row.
    """

    STATE = "scales gradient lacks votes"
    PARTS = "factor secants cholesky"

    def __init__(self, n, pairs):
        QuasiNewton.__init__(self, n, pairs)
        # made once
        self.cholesky = Cholesky(n, self.factor.order)
        self.step = block(n)  # scaled
        self._fresh = block(n)
        self._fresh_scales = words(n)
        self._work = block(n)
        self._missed = block(n)
        # changes on go
        self.scales = words(n)
        self.gradient = block(n)
        self.lacks = blocks(n, n)
        self.votes = 0

    def take(self, gradient, hessian):
        """Takes the answers at the trial; nothing else changes."""
        n = self.n
        scales = self._fresh_scales
        grow(hessian, n, self.scales, scales)
        cut(hessian, n, scales, self.cholesky.high, self.cholesky.low)
        narrow_scaled(gradient, n, scales, self._fresh)

    def adopt(self):
        """What was taken is what holds from now on."""
        self.scales, self._fresh_scales = self._fresh_scales, self.scales
        self.gradient, self._fresh = self._fresh, self.gradient

    def measure(self, d):
        """The scaled step of d, grid steps; its square, in the region's metric."""
        stretch_by(self.step, d, self.scales, self.n)
        return dot(self.step, self.step, self.n)

    def predicts(self):
        """The scalar d'Bd of the step last measured."""
        copy(self._work, self.step, self.n)
        return self.cholesky.form(self._work)

    def learn_from(self, d, y, error, curved):
        """Takes a go: d and the gradient's change y; error: by how much the cost changed more than
        the slope said, twice; curved: d'Bd.
        """
        n = self.n
        sy = dot(d, y, n)
        if sy > 0:
            self.secants.add(d, y, sy)
        # which of the two was right?
        lacks = self._form_of_lacks()
        plain = add(curved, -lacks) if self.trusted() else curved
        full = curved if self.trusted() else add(curved, lacks)
        plain = add(error, -plain)
        full = add(error, -full)
        better = (full if full > 0 else -full) < (plain if plain > 0 else -plain)
        self.votes = (self.votes >> 1) + (_VOTE if better else -_VOTE)
        self._rescale()
        self._update(d)
        self.adopt()

    def trusted(self):
        """Whether S counts."""
        return self.votes > _TRUSTED

    def _form_of_lacks(self):
        """d'Sd of the step last measured; S d is left in the work block."""
        n = self.n
        work = self._work
        clear(work, n)
        for i in range(n - 1, -1, -1):
            v = dot(self.lacks[i], self.step, n)
            if v:
                put(work, i, mantissa(v), exponent(v), n)
        return dot(work, self.step, n)

    def _rescale(self):
        """S and the old gradient in the new scales."""
        n = self.n
        old = self.scales
        new = self._fresh_scales
        for i in range(n):
            self.gradient[i] >>= min(30, new[i] - old[i])
            row = self.lacks[i]
            for j in range(n):
                row[j] >>= min(30, new[i] - old[i] + new[j] - old[j])
            measure(row, n)
        measure(self.gradient, n)

    def _update(self, d):
        """S d becomes what the gradient's change lacks after the new matrix: of all such matrices
        the one nearest to S times the factor that shrinks it to what it should be along d.
        """
        n = self.n
        step = self.step
        missed = self._missed
        y = self.gradient
        stretch_by(step, d, self._fresh_scales, n)
        subtract(y, self._fresh, self.gradient, n)
        self._times_matrix(missed, step)
        sy = dot(y, step, n)
        if sy <= 0:
            copy(y, missed, n)  # the matrix's own change in the place of the gradient's
            sy = dot(y, step, n)
            if sy <= 0:
                return
            subtract(missed, self._fresh, self.gradient, n)
        subtract(missed, y, missed, n)
        held = self._form_of_lacks()
        wanted = dot(missed, step, n)
        size = abs(wanted)
        if abs(held) > size:
            ratio = div(size, abs(held))
            for i in range(n):
                stretch(self.lacks[i], self.lacks[i], ratio, n)
            held = size if held > 0 else -size
        else:
            ratio = ONE
        if ratio:
            axpy(missed, -mantissa(ratio), exponent(ratio), self._work, 0, n)
        half = scaled(div(add(wanted, -held), sy), -1)
        if half:
            axpy(missed, -mantissa(half), exponent(half), y, 0, n)
        for i in range(n):
            row = self.lacks[i]
            self._add_multiple(row, y, i, missed, sy)
            self._add_multiple(row, missed, i, y, sy)

    def _add_multiple(self, row, x, i, y, sy):
        """row += (x_i / sy) y."""
        if x[i]:
            ratio = div(pack(x[i], x[self.n]), sy)
            axpy(row, mantissa(ratio), exponent(ratio), y, 0, self.n)

    def _times_matrix(self, y, x):
        """y = A x, of the matrix taken, blocks."""
        n = self.n
        room = bits(n - 1)
        high = self.cholesky.high
        for i in range(n):
            total = 0
            for j in range(n):
                h = high[i][j] if j <= i else high[j][i]
                v = x[j]
                h1 = h >> 14
                v1 = v >> 14
                total += h1 * v1 + (h1 * (v & 0x3FFF) + (h & 0x3FFF) * v1 >> 14) >> room
            y[i] = total
        y[n] = x[n] + room
        measure(y, n)

    def fill(self, box, x, g):
        """B, H and their factors, without what the box holds."""
        n = self.n
        if self.trusted():
            self._add_lacks()
        if box is not None:
            for i in range(n):
                if box.outward(i, x, g):
                    self._hold(i)
        self.cholesky.factorize(self.scales)
        self.cholesky.fill(self.factor, self.scales)

    def _add_lacks(self):
        high = self.cholesky.high
        for i in range(self.n):
            row = self.lacks[i]
            shift = row[self.n] + 28
            for j in range(i + 1):
                v = row[j]
                if shift > 0:
                    limit = _MOST >> min(shift, 28)
                    v = limit if v > limit else -limit if v < -limit else v
                    v <<= min(shift, 28)
                else:
                    v >>= min(-shift, 30)
                v += high[i][j]
                high[i][j] = _MOST if v > _MOST else -_MOST if v < -_MOST else v

    def _hold(self, i):
        """Coordinate i is to stay where it is."""
        high = self.cholesky.high
        low = self.cholesky.low
        for j in range(self.n):
            row = max(i, j)
            high[row][min(i, j)] = low[row][min(i, j)] = 0
        high[i][i] = _FREE
        self.gradient[i] = 0


def stretch_by(y: list, x: list, scales: list, n: int):
    """y = the block x, scaled."""
    top = -0x4000
    for i in range(n):
        v = x[i]
        v = bits(v if v >= 0 else -v)
        if v and v + scales[i] > top:
            top = v + scales[i]
    top -= 27
    for i in range(n):
        shift = top - scales[i]
        y[i] = x[i] >> (shift if shift < 30 else 30) if shift > 0 else x[i] << -shift if x[i] else 0
    y[n] = x[n] + top
    measure(y, n)
