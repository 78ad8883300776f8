"""What all models share: the pass over the samples, and what is kept of it."""

from ..grid.scales import check_qp

FINEST = 0x10000  # the largest qp
MOST_INPUTS = 126  # with the constant, 127: what keeps a score within words


class Model:
    """An objective over samples. A model fills in `_begin`, `_sample`, `_total` and `_slope`.

    `_hessian_sums` makes the sums of its second derivatives: see `hessians`.

    samples: a Samples.  n: parameters.  passes: over the samples so far.
    Raises TypeError or ValueError for a wrong qp.
    """

    def __init__(self, samples, n, qp):
        self.samples = samples
        self.n = n
        self.passes = 0
        self._x = [0] * n
        self._high = [0] * n  # X = 2^10 high + low
        self._low = [0] * n
        self._cost = 0
        self._slopes = [0] * n
        self._second = None  # the sums of the Hessian, for who asks for it
        self.regrid(qp)

    def regrid(self, qp):
        """Moves to the grid of 1 / qp: sets qp and cost_scale."""
        check_qp(qp)
        if qp > FINEST:
            raise ValueError("a model takes Qp up to %d, not %d" % (FINEST, qp))
        self.qp = qp
        self.cost_scale = self._scale(qp)
        self.refresh()

    def refresh(self):
        """The samples changed: what was kept of the last X is forgotten."""
        self._known = False

    def cost(self, X):
        """The cost at X, an int; real cost = cost / cost_scale."""
        self._visit(X)
        return self._cost

    def gradient(self, X):
        """The change of the cost per grid step: n ints, in a list that the model reuses."""
        self._visit(X)
        if not self._sloped:
            self._slope()
            self._sloped = True
        return self._slopes

    def hessian(self, X):
        """The Hessian, or Gauss-Newton's approximation: see the model. The cost's scale, per grid
        step squared; n (n + 1) / 2 ints, the lower triangle row by row, in a list that is reused.

        The first call makes room for its sums, and a pass, unless `expect_hessian` came before.
        """
        self.expect_hessian()
        self._visit(X)
        if not self._bent:
            self._second.write(self._bends)
            self._bent = True
        return self._bends

    def expect_hessian(self):
        """From now on each pass adds up the Hessian too; without it, passes do not pay for it."""
        if self._second is None:
            self._bends = [0] * (self.n * (self.n + 1) // 2)
            self._second = self._hessian_sums()
            self.refresh()

    def start(self):
        """A start: n zeros."""
        return [0] * self.n

    def _visit(self, X):
        if self._known and self._same(X):
            return
        self._known = self._sloped = self._bent = False
        self._split(X)
        for k in range(self.n):
            self._x[k] = X[k]
        self._begin()
        second = self._second
        if second is not None:
            second.clear()
        samples = self.samples
        samples.rewind()
        while samples.next():
            self._sample()
            if second is not None:
                second.take()
        self.passes += 1
        self._cost = self._total()
        self._known = True

    def _same(self, X):
        for k in range(self.n):
            if self._x[k] != X[k]:
                return False
        return True

    def _split(self, X):
        for k in range(self.n):
            self._high[k] = X[k] >> 10
            self._low[k] = X[k] & 1023


class Classifier(Model):
    """A model that tells classes apart: `decide` gives the class of the sample that is there."""

    def hits(self, X):
        """Over the samples, in one pass: how many classes are right, and how many samples."""
        self._split(X)
        self._known = False
        right = rows = 0
        self.samples.rewind()
        while self.samples.next():
            rows += 1
            if self.decide() == self.samples.y:
                right += 1
        return right, rows

    def classify(self, X, row):
        """The class of a row of raw values."""
        self._split(X)
        self._known = False
        self.samples.set(row)
        return self.decide()
