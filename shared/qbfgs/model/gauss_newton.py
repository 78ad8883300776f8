"""Newton's model: B is the matrix that the objective gives, and what it may lack.

Coordinates are scaled by powers of two, so that the diagonal of the matrix is 1/16 to 1/4 where it
was largest: conditions become small before anything is cut to words, and regions are More's ("The
Levenberg-Marquardt algorithm", LNM 630, 1978).
"""

from ..words.blocks import block, dot, measure, subtract, words
from ..words.compat import const
from ..words.scalars import bits
from ..words.triangles import cut, grow, narrow_scaled
from .bfgs import QuasiNewton
from .cholesky import Cholesky
from .second_order import SecondOrder, lack

_FREE = const(0x4000000)  # 1/4, in the place of a coordinate that is held


class GaussNewton(QuasiNewton):
    """B and H = B^-1, filled anew on each go; made once.

    scales: k of each coordinate, which counts as 2^k of its grid steps.  slopes: the scaled
    gradient.  reach: the bits of what a coordinate is expected to move by, grid steps; scales are
    such that it moves no more than 8 times that where another one moves that.
    """

    STATE = "scales slopes reach"
    PARTS = "factor secants cholesky second_order"

    def __init__(self, n, pairs):
        QuasiNewton.__init__(self, n, pairs)
        # made once
        self.cholesky = Cholesky(n, self.factor.order)
        self.second_order = SecondOrder(n)
        self.reach = words(n)
        self._fresh = block(n)
        self._grown = words(n)
        self._grew = False  # whether the scales have
        self.step = block(n)  # in scaled coordinates
        self._work = block(n)
        # changes on go
        self.scales = words(n)
        self.slopes = block(n)

    def take(self, gradient, hessian):
        """Takes the answers at the trial; nothing else changes."""
        self._grew = grow(hessian, self.n, self.scales, self.reach, self._grown)
        cut(hessian, self.n, self._grown, self.cholesky.high, self.cholesky.low)
        narrow_scaled(gradient, self.n, self._grown, self._fresh)

    def adopt(self):
        """What was taken holds from now on."""
        if self._grew:
            self.second_order.rescale(self.scales, self._grown)
        self.scales, self._grown = self._grown, self.scales
        self.slopes, self._fresh = self._fresh, self.slopes

    def coarsen(self, k):
        """Takes steps of 2^k for the unit; what is scaled stays as it is."""
        QuasiNewton.coarsen(self, k)
        for i in range(self.n):
            self.scales[i] += k
            self.reach[i] -= k

    def scale(self, d):
        """Takes a step in grid steps for the methods that follow."""
        rescaled(self.step, d, self.scales, self.cholesky.room, self.n)

    def square(self):
        """The scalar |d|^2 in the region's metric."""
        return dot(self.step, self.step, self.n)

    def curved(self):
        """The scalar d'Bd."""
        return self.cholesky.form(self.step)

    def learn_go(self, d, y, sy, measured, curved):
        """Takes a go. d: the step last given to `scale`; y: the change of the gradient, grid
        steps; sy: the scalar d'y; measured: d'Bd as the cost had it; curved: as the model had it.
        """
        n = self.n
        second = self.second_order
        lacking = second.form(self.step)
        second.judge(measured, curved, lacking)
        if self._grew:
            for i in range(n):
                self.slopes[i] >>= min(30, self._grown[i] - self.scales[i])
            measure(self.slopes, n)
        self.adopt()
        if self._grew:
            self.scale(d)
            lacking = second.form(self.step)
        if sy > 0:
            self.secants.add(d, y, sy)
            subtract(self._fresh, self.slopes, self._fresh, n)
            lack(self._work, self._fresh, self.cholesky, self.step, n)
            second.learn(self.step, self._fresh, sy, self._work, lacking)

    def fill(self, box, x, g):
        """B and its factors, and L of H, without the coordinates that the box holds at X."""
        cholesky = self.cholesky
        if self.second_order.counts():
            self.second_order.add_to(cholesky)
        if box is not None:
            for i in range(self.n):
                if box.outward(i, x, g):
                    self._hold(i)
            measure(self.slopes, self.n)
        cholesky.factorize(self.scales)
        cholesky.fill(self.factor, self.scales)

    def invert(self):
        """The rest of H."""
        self.cholesky.fill_pivots(self.factor, self.scales)

    def _hold(self, i):
        for j in range(self.n):
            row = max(i, j)
            self.cholesky.high[row][min(i, j)] = self.cholesky.low[row][min(i, j)] = 0
        self.cholesky.high[i][i] = _FREE
        self.slopes[i] = 0


def rescaled(y: list, x: list, scales: list, room: int, n: int):
    """y = the block x, each entry times 2^scale, of so many bits as the room has."""
    top = -0x4000
    for i in range(n):
        v = x[i]
        if v:
            size = bits(v if v >= 0 else -v) + scales[i]
            if size > top:
                top = size
    top -= room
    for i in range(n):
        v = x[i]
        if v:
            shift = scales[i] - top
            v = v << shift if shift >= 0 else v >> (-shift if shift > -30 else 30)
        y[i] = v
    y[n] = x[n] + top
    measure(y, n)
