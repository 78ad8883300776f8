"""The inverse Hessian as H = L D L' in elimination order, and its updates.

BFGS is written as two rank-one changes of the factors, Agee and Turner's and Bierman's, from
square-root-free Kalman filters on short-word computers: all are products and quotients of positive
numbers, so that H cannot lose its positivity and never restarts.  H is in grid steps squared per
unit of cost.  Work n^2 an update; allocates only when made; no operator leaves a word.
"""

from .blocks import axpy, block, clear, copy, dot, put, shorten
from .scalars import ONE, add, div, mul, pack


class Factor:
    """H of n coordinates, as L (unit lower triangle), D > 0 and the elimination order.

    `order[k]` is the coordinate in place k.  `diagonal[k]` is the scalar D_k; `columns[k]` is a
    block whose entries after k are L_ik.  Blocks that methods take are in elimination order
    (see `gather`).  `v` is scratch: of `solve` it holds w.
    """

    STATE = ("order", "diagonal", "columns")

    def __init__(self, n):
        self.n = n
        self.order = list(range(n))
        self.diagonal = [ONE] * n
        self.columns = [block(n) for _ in range(n)]
        self.spare = block(n)
        self.f = [0] * n
        self.v = [0] * n
        self.k = block(n)
        self.r = block(n)

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

    def transpose_times(self, f, x):
        """f = L'x, a list of scalars, for a block x."""
        n = self.n
        for k in range(n):
            f[k] = add(pack(x[k], x[n]), dot(self.columns[k], x, k + 1, n))

    def times(self, y, v):
        """The block y = L v, for a list of scalars v."""
        n = self.n
        clear(y, n)
        for k in range(n - 1, -1, -1):
            axpy(y, v[k], self.columns[k], k + 1, n)
            put(y, k, v[k], n)

    def solve(self, x):
        """v = w = L^-1 x, for a block x, which is overwritten."""
        n = self.n
        v = self.v
        for k in range(n):
            v[k] = pack(x[k], x[n])
            axpy(x, -v[k], self.columns[k], k + 1, n)

    def curvature(self):
        """The scalar d'Bd, B = H^-1, in units of cost, for the d last given to `solve`."""
        total = 0
        for k in range(self.n):
            w = self.v[k]
            if w:
                total = add(total, div(mul(w, w), self.diagonal[k]))
        return total

    def teach(self, d, new, old):
        """Changes H by (1/new - 1/old) d d', so that d'Bd, which is `old`, becomes `new`.

        d is a block, the last one given to `solve`; new and old are positive scalars.
        """
        f = self.f
        ratio = div(new, old)
        for k in range(self.n):
            f[k] = mul(ratio, div(self.v[k], self.diagonal[k]))
        self._bfgs(d, new)

    def update(self, s, y, sy):
        """The BFGS update with the secant pair (s, y): afterwards H y = s.

        s and y are blocks, sy = s'y a positive scalar.  Error of H y: see the tests.
        """
        self.transpose_times(self.f, y)
        self._bfgs(s, sy)

    def _bfgs(self, s, sy):
        """H+ = H - Hy y'H/(s'y + y'Hy) + c r r', with f = L'y given."""
        n = self.n
        total = self._subtract(sy)
        c = div(total, mul(sy, sy))
        r = self.r
        copy(r, s, n)
        axpy(r, -div(sy, total), self.k, 0, n)
        self._add(c, r)

    def _subtract(self, a):
        """H -= Hy y'H/(a + y'Hy); leaves K = Hy in `k` and returns a + y'Hy (Bierman's update)."""
        n = self.n
        f = self.f
        diagonal = self.diagonal
        k = self.k
        clear(k, n)
        for j in range(n - 1, -1, -1):
            fj = f[j]
            v = mul(diagonal[j], fj)
            if v:
                column = self.columns[j]
                if j < n - 1:
                    old = self.spare
                    copy(old, column, n)
                    axpy(column, -div(fj, a), k, j + 1, n)
                    shorten(column, j + 1, n)
                    axpy(k, v, old, j + 1, n)
                up = add(a, mul(fj, v))
                diagonal[j] = mul(diagonal[j], div(a, up))
                a = up
            put(k, j, v, n)
        return a

    def _add(self, c, r):
        """H += c r r' for a scalar c > 0 and a block r, which is overwritten (Agee and Turner)."""
        n = self.n
        diagonal = self.diagonal
        for j in range(n):
            z = pack(r[j], r[n])
            if z:
                old = diagonal[j]
                cz = mul(c, z)
                new = add(old, mul(cz, z))
                diagonal[j] = new
                c = mul(c, div(old, new))
                column = self.columns[j]
                axpy(r, -z, column, j + 1, n)
                axpy(column, div(cz, new), r, j + 1, n)
                shorten(column, j + 1, n)

    def sort(self):
        """One backward pass of exchanges, towards an order that rounds the stiffest first."""
        for k in range(self.n - 2, -1, -1):
            self._exchange(k)

    def _exchange(self, k):
        """Exchanges places k and k + 1 if that makes D_k smaller."""
        n, diagonal = self.n, self.diagonal
        a = self.columns[k]
        b = self.columns[k + 1]
        upper = diagonal[k]
        lower = diagonal[k + 1]
        link = pack(a[k + 1], a[n])
        new = add(lower, mul(mul(link, link), upper))
        if new >= upper:
            return
        back = div(mul(link, upper), new)
        # a' = back a + (lower/new) b and b' = a - link b
        column = self.spare
        clear(column, n)
        axpy(column, back, a, k + 2, n)
        axpy(column, div(lower, new), b, k + 2, n)
        put(column, k + 1, back, n)
        shorten(column, k + 1, n)
        axpy(a, -link, b, k + 2, n)
        shorten(a, k + 2, n)
        self.columns[k] = column
        self.columns[k + 1] = a
        self.spare = b
        diagonal[k] = new
        diagonal[k + 1] = mul(upper, div(lower, new))
        for j in range(k):
            column = self.columns[j]
            column[k], column[k + 1] = column[k + 1], column[k]
        order = self.order
        order[k], order[k + 1] = order[k + 1], order[k]
