"""Logistic regression of two classes, with L2."""

from ..words.functions import ONE, log1p_exp, sigmoid, times
from ..words.sums import RowSums, Sum
from .model import MOST_INPUTS, Classifier
from .scores import score
from .totals import entropy_cost, penalise, penalised, slopes, unit_scale

BITS = 9  # an input counts 2^-9
WIDTH = 13  # and stays below 2^13
_UNIT = 28  # the cost counts 1 / (2^28 qp^2)


def check_inputs(samples):
    """Raise ValueError unless scores of the samples' inputs are words."""
    if len(samples.x) > MOST_INPUTS:
        raise ValueError("%d inputs: at most %d" % (len(samples.x), MOST_INPUTS))


class Logistic(Classifier):
    """P(class 1) = 1 / (1 + e^-(w.a + b)); X = qp (w, b), n = inputs + 1.

    cost = sum of -ln P(class) + l2 / 2^10 |w|^2 / 2: with l2 = 1024 that of scikit-learn's C = 1.
    samples: inputs scaled to |a| < 2^WIDTH, counting 2^-BITS; y is 0 or 1.

    Per sample the cost is within 2^-25 of the exact one of the scaled inputs, and 2^-25 more where
    qp is no power of two up to 2^15; the gradient with respect to w is within 2^-25 |a|.  The
    Hessian is the cost's, the sum of P (1 - P) (a, 1) (a, 1)', as in iteratively reweighted least
    squares, within 2^-25 (|a_i| + 1) |a_j|.
    Raises ValueError for more than MOST_INPUTS inputs, and in a pass for a class but 0 and 1.
    """

    def __init__(self, samples, qp, l2=0):
        check_inputs(samples)
        inputs = len(samples.x)
        self.l2 = l2
        self._tails, self._linear_high, self._linear_low = Sum(), Sum(), Sum()
        self._squares = Sum()
        self._sums = RowSums(inputs + 1)
        self._one = [1 << BITS]
        Classifier.__init__(self, samples, inputs + 1, qp)

    def decide(self):
        """The class of the sample that is there."""
        self._multiply()
        return 1 if self._score_high >= 0 else 0

    def _scale(self, qp):
        return unit_scale(_UNIT, qp)

    def _multiply(self):
        """The score of the sample as 2^10 high + low, low in 0 .. 1023."""
        a = self.samples.x
        xh = self._high
        xl = self._low
        last = self.n - 1
        high = xh[last] << BITS
        low = xl[last] << BITS
        for j in range(last):
            v = a[j]
            high += v * xh[j]
            low += v * xl[j]
        self._score_high = high + (low >> 10)
        self._score_low = low & 1023

    def _begin(self):
        self._tails.clear()
        self._linear_high.clear()
        self._linear_low.clear()
        self._sums.clear()
        self._squares.clear()
        for k in range(self.n - 1):
            self._squares.add_product(self._x[k], self._x[k])

    def _sample(self):
        y = self.samples.y
        if y != 0 and y != 1:
            raise ValueError("the class of a sample must be 0 or 1, not %d" % y)
        self._multiply()
        high = self._score_high
        low = self._score_low
        z = score(high, low, self.qp, BITS)
        self._tails.add(log1p_exp(z if z >= 0 else -z))
        if y == 0 and high >= 0:
            self._linear_high.add(high)
            self._linear_low.add(low)
        elif y == 1 and high < 0:
            self._linear_high.add(-high)
            self._linear_low.add(-low)
        self._error = error = sigmoid(z) - ONE if y else sigmoid(z)
        self._sums.add(error, self.samples.x, self.n - 1, 0)
        self._sums.add(error, self._one, 1, self.n - 1)
        self._sums.end_row()

    def weight(self, k, i):
        """P (1 - P) of the sample that was taken."""
        error = abs(self._error)
        return times(error, ONE - error)

    def _total(self):
        cost = entropy_cost(self._tails, self._linear_high, self._linear_low, self.qp, BITS)
        return penalised(cost, self._squares, self.l2, _UNIT)

    def _slope(self):
        slopes(self._slopes, 0, self.n, self._sums, self.qp, -BITS)
        penalise(self._slopes, 0, self.n, self._x, self.l2, _UNIT)

    def _hessian_sums(self):
        from .hessians.scores import ScoresHessian

        return ScoresHessian(self, self.n - 1)
