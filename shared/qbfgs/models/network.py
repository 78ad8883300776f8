"""A small network: one hidden layer of tanh, then classes or one number, with L2."""

from ..words.functions import ONE, signed_times, tanh
from ..words.sums import RowSums, Sum
from .heads import CrossEntropy, SquaredError
from .logistic import BITS, check_inputs
from .model import Classifier
from .scores import score
from .totals import penalise, penalised, slopes, unit_scale

MOST_HIDDEN = 62
_HIDDEN_BITS = 14  # hidden values as inputs of the gradient and of scores count 2^-14
_WEIGHT = 0x2000000  # 32, counting 2^-20: the largest output weight that the gradient sees


class Network(Classifier):
    """z = V (tanh(W a + b), 1); X = qp (W_1, b_1, .., W_H, b_H, V_1, c_1, .., V_K, c_K).

    classes: K >= 2 for a softmax of K classes, where y is the class; 1 for a number, where y
    counts 2^-20, |y| < 2^23 (see `heads` for both costs); the penalty l2 / 2^10 |w|^2 / 2 is on all
    weights but the biases b and c.  samples: inputs as in Logistic.

    Errors: a hidden value is within 2^-26 of tanh of its score, a score of an output within
    2^-26 |V| + 2^-14 / qp; the gradient sees hidden values within 2^-15, output weights up to 32.
    The Hessian is Gauss-Newton's, J'SJ with the slopes J of the scores and the second derivatives S
    of the cost with respect to them; it sees the same, and weights of samples in steps of 2^-15.
    Raises ValueError for what does not fit, and in a pass for a class that is none.
    """

    # Gauss-Newton is no help from random weights: it learns exclusive or from fewer starts.
    mode = "compensated"

    def __init__(self, samples, hidden, classes, qp, l2=0):
        check_inputs(samples)
        if not 1 <= hidden <= MOST_HIDDEN:
            raise ValueError("%r hidden units: 1 .. %d" % (hidden, MOST_HIDDEN))
        self.l2 = l2
        self.hidden = hidden
        self._head = SquaredError() if classes == 1 else CrossEntropy(classes)
        self._width = len(samples.x) + 1
        self.outputs = hidden * self._width  # where V begins
        n = self.outputs + classes * (hidden + 1)
        self.value = [0] * hidden  # tanh, as fractions
        self.short = [0] * hidden + [1 << _HIDDEN_BITS]  # the same and 1, counting 2^-14
        self.weights = [0] * n  # the output weights, counting 2^-20
        self._squares = Sum()
        self._sums = RowSums(n)
        self._one = [1 << BITS]
        Classifier.__init__(self, samples, n, qp)

    def start(self, seed=1):
        """Random small weights, within +-1/2: equal hidden units would stay equal."""
        out = []
        for _ in range(self.n):
            seed = (seed * 0x5D65 + 0x3039) & 0xFFFFFF
            out.append(((seed >> 8) - 0x8000) * self.qp >> 16)
        return out

    def decide(self):
        """The class of the sample that is there."""
        self._forward()
        return self._head.best()

    def output(self, X, row):
        """The number for a row of raw values, counting 2^-24, in scaled units."""
        self._split(X)
        self._known = False
        self.samples.set(row)
        self._forward()
        return score(self._head.high[0], self._head.low[0], self.qp, _HIDDEN_BITS)

    def _scale(self, qp):
        return unit_scale(self._head.unit, qp)

    def _forward(self):
        a = self.samples.x
        xh = self._high
        xl = self._low
        value = self.value
        short = self.short
        at = 0
        for h in range(self.hidden):
            high = low = 0
            for v in a:
                high += v * xh[at]
                low += v * xl[at]
                at += 1
            high += xh[at] << BITS
            low += xl[at] << BITS
            at += 1
            v = tanh(score(high, low, self.qp, BITS))
            value[h] = v
            short[h] = v + 0x2000 >> 14
        head = self._head
        for k in range(len(head.high)):
            high = middle = low = rest = 0
            for v in value:
                high += (v >> 14) * xh[at]
                middle += (v & 0x3FFF) * xh[at]
                low += (v >> 14) * xl[at]
                rest += (v & 0x3FFF) * xl[at]
                at += 1
            head.high[k] = high + (xh[at] << _HIDDEN_BITS)
            head.low[k] = low + (middle + (rest >> 10) >> 4) + (xl[at] << _HIDDEN_BITS)
            at += 1

    def _begin(self):
        self._head.begin()
        self._sums.clear()
        self._squares.clear()
        qp = self.qp
        for start, width in self.units():
            for k in range(start, start + width - 1):
                self._squares.add_product(self._x[k], self._x[k])
        for k in range(self.outputs, self.n):
            w = (self._x[k] << 10) // qp
            if -0x8000 < w < 0x8000:
                w = (w << 10) + ((((self._x[k] << 10) - w * qp) << 10) // qp)
            else:
                w = _WEIGHT if w > 0 else -_WEIGHT
            self.weights[k] = w

    def units(self):
        """Start and number of the parameters of each unit, hidden ones and outputs."""
        for start in range(0, self.outputs, self._width):
            yield start, self._width
        for start in range(self.outputs, self.n, self.hidden + 1):
            yield start, self.hidden + 1

    def _sample(self):
        self._forward()
        head = self._head
        sums = self._sums
        a = self.samples.x
        hidden = self.hidden
        head.take(self.samples.y, self.qp, _HIDDEN_BITS)
        start = self.outputs
        for error in head.errors:
            sums.add(error, self.short, hidden + 1, start)
            start += hidden + 1
        start = 0
        for h in range(hidden):
            at = self.outputs + h
            slope = 0
            for error in head.errors:
                slope += signed_times(self.weights[at], error)
                at += hidden + 1
            square = signed_times(self.value[h], self.value[h])
            slope = signed_times(slope, ONE - square)
            sums.add(slope, a, self._width - 1, start)
            sums.add(slope, self._one, 1, start + self._width - 1)
            start += self._width
        sums.end_row()

    def _total(self):
        cost = self._head.cost(self.qp, _HIDDEN_BITS)
        return penalised(cost, self._squares, self.l2, self._head.unit)

    def _slope(self):
        head = self._head
        for start, width in self.units():
            # errors of hidden units count 2^8 less: weights 2^-20, and a product drops 28 bits
            shift = head.unit - head.error_bits
            shift += 8 - BITS if start < self.outputs else -_HIDDEN_BITS
            slopes(self._slopes, start, width, self._sums, self.qp, shift)
            penalise(self._slopes, start, width, self._x, self.l2, head.unit)

    def _hessian_sums(self):
        from .hessians.network import NetworkHessian

        return NetworkHessian(self, self._head, self._width - 1)
