"""Logistic regression of several classes (softmax), with L2."""

from ..words.sums import RowSums, Sum
from .heads import CrossEntropy
from .logistic import BITS, check_inputs
from .model import Classifier
from .totals import penalise, penalised, slopes, unit_scale


class Softmax(Classifier):
    """P(k) = e^(w_k.a + b_k) / sum; X = qp (w_0, b_0, w_1, b_1, ..), n = classes (inputs + 1).

    cost = sum of -ln P(class) + l2 / 2^10 sum of |w_k|^2 / 2: with l2 = 1024 that of scikit-learn's
    C = 1.  samples: as in Logistic, y is 0 .. classes - 1.  Errors: see `heads.CrossEntropy`; the
    gradient with respect to w_k is that error times |a| a sample, and a unit.  The Hessian is the
    cost's: blocks P(k) ([k = l] - P(l)) (a, 1) (a, 1)', within 2^-23 (|a_i| + 1) |a_j| a sample.
    Raises ValueError for more than MOST_INPUTS inputs or MOST_CLASSES classes, and in a pass for a
    class that is none.
    """

    # All classes may be shifted alike, so the matrix is singular; where that is all that is left,
    # mode "newton" idles long.
    mode = "compensated"

    def __init__(self, samples, classes, qp, l2=0):
        check_inputs(samples)
        self.l2 = l2
        self._head = CrossEntropy(classes)
        self._width = len(samples.x) + 1
        self._squares = Sum()
        self._sums = RowSums(classes * self._width)
        self._one = [1 << BITS]
        Classifier.__init__(self, samples, classes * self._width, qp)

    def decide(self):
        """The class of the sample that is there."""
        self._multiply()
        return self._head.best()

    def _scale(self, qp):
        return unit_scale(CrossEntropy.unit, qp)

    def _multiply(self):
        head = self._head
        a = self.samples.x
        xh = self._high
        xl = self._low
        at = 0
        for k in range(len(head.high)):
            high = low = 0
            for v in a:
                high += v * xh[at]
                low += v * xl[at]
                at += 1
            head.high[k] = high + (xh[at] << BITS)
            head.low[k] = low + (xl[at] << BITS)
            at += 1

    def _begin(self):
        self._head.begin()
        self._sums.clear()
        self._squares.clear()
        for k in range(self.n):
            if (k + 1) % self._width:
                self._squares.add_product(self._x[k], self._x[k])

    def _sample(self):
        self._multiply()
        self._head.take(self.samples.y, self.qp, BITS)
        start = 0
        last = self._width - 1
        for error in self._head.errors:
            self._sums.add(error, self.samples.x, last, start)
            self._sums.add(error, self._one, 1, start + last)
            start += self._width
        self._sums.end_row()

    def weight(self, k, i):
        """P(k) ([k = i] - P(i)) of the sample that was taken."""
        return self._head.weight(self.samples.y, k, i)

    def _total(self):
        cost = self._head.cost(self.qp, BITS)
        return penalised(cost, self._squares, self.l2, CrossEntropy.unit)

    def _slope(self):
        slopes(self._slopes, 0, self.n, self._sums, self.qp, -BITS)
        for start in range(0, self.n, self._width):
            penalise(self._slopes, start, self._width, self._x, self.l2, CrossEntropy.unit)

    def _hessian_sums(self):
        from .hessians.scores import ScoresHessian

        return ScoresHessian(self, self._width - 1)
