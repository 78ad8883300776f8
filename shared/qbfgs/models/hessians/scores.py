"""The Hessian of a cost of scores that are linear in the parameters, as of logistic regression."""

from ..totals import penalise_hessian
from .outer import OuterSums

UP = 16  # inputs that many bits higher are below 2^29
_BITS = 9  # as in `logistic`


class ScoresHessian(OuterSums):
    """Blocks weight(k, i) (a, 1) (a, 1)' of the scores k and i: iteratively reweighted squares.

    model: a Logistic or Softmax; its `weight(k, i)` counts 2^-28.
    """

    def __init__(self, model, inputs):
        OuterSums.__init__(self, model.n)
        self.model = model
        self._row = [1 << _BITS] * (inputs + 1)

    def take(self):
        """Adds the sample that the model took."""
        row = self._row
        width = len(row)
        for j in range(width - 1):
            row[j] = self.model.samples.x[j]
        for k in range(self.model.n // width):
            for i in range(k + 1):
                self.add_block(self.model.weight(k, i), row, UP, k * width, row, i * width)
        self.end_row()

    def write(self, out):
        """Fills in the triangle; the cost counts 1 / (2^28 qp^2)."""
        n = self.model.n
        width = len(self._row)
        self.write_block(out, 0, n, 0, n, -UP - 2 * _BITS + 28)
        for start in range(0, n, width):
            penalise_hessian(out, start, width, self.model.l2, 28)
