"""Linear least squares, exactly: one pass over the samples serves the whole run."""

from ..grid.scales import check_qp
from ..words.products import ProductSums
from .model import FINEST
from .quadratic import Quadratic


class LeastSquares:
    """F = sum of (a.X - qp b)^2 with the columns a and the target b of a design; X = qp parameters.

    samples: a Samples; design: see `designs`.  Real cost: F / cost_scale, cost_scale = (qp
    2^design.BITS)^2.  Nothing is rounded after the scaling of the samples.
    The pass makes (n + 1)(n + 2) / 2 sums, of words alone; an evaluation about n^2 + 3 n wide ints.
    passes: over the samples.  Raises TypeError or ValueError for a wrong qp.
    """

    def __init__(self, samples, design, qp):
        self.samples = samples
        self.design = design
        self.n = design.n
        self.passes = 0
        self._quadratic = None
        self._at = None
        self.regrid(qp)

    def regrid(self, qp):
        """Moves to the grid of 1 / qp: sets qp and cost_scale. Needs no pass."""
        check_qp(qp)
        if qp > FINEST:
            raise ValueError("a model takes Qp up to %d, not %d" % (FINEST, qp))
        self.qp = qp
        self.cost_scale = Quadratic.scale(qp, self.design.BITS)
        self._at = None

    def refresh(self):
        """The samples changed: the next evaluation makes a pass."""
        self._quadratic = self._at = None

    def start(self):
        """A start: n zeros."""
        return [0] * self.n

    def cost(self, X):
        """The cost at X, an int; real cost = cost / cost_scale."""
        self._at = None  # until the slopes are those at X
        cost = self.quadratic().at(X, self.qp)
        self._at = list(X)
        return cost

    def gradient(self, X):
        """The change of the cost per grid step: n ints, in a list that the model reuses."""
        if self._at is None or self._at != list(X):
            self.cost(X)
        return self._quadratic.slopes

    def hessian(self, X):
        """The Hessian per grid step squared, exact: n (n + 1) / 2 ints, the lower triangle."""
        return self.quadratic().hessian()

    def quadratic(self):
        """The cost as a Quadratic; the first time this makes the pass."""
        if self._quadratic is None:
            self._quadratic = Quadratic(self._sums().rows())
        return self._quadratic

    def normal_equations(self):
        """(A, b), wide ints: F = X'A X - 2 qp b.X + a constant; rows of A, in full."""
        rows = self.quadratic().rows
        n = self.n
        return [[rows[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)], rows[n][:n]

    def _sums(self):
        """The sums of products of columns, in one pass."""
        row = [0] * (self.n + 1)
        sums = ProductSums(self.n + 1)
        samples = self.samples
        samples.rewind()
        while samples.next():
            self.design.write(samples.x, samples.y, row)
            sums.add(row)
        self.passes += 1
        return sums
