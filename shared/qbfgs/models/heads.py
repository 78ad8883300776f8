"""What a model's scores cost against the target: cross entropy of classes, or squared error.

A head holds the scores of one sample in `high` and `low` (as in `scores.score`), and after `take`
the slopes of the cost with respect to the scores in `errors`, in units of 2^-error_bits, and its
second derivatives in `weight(y, k, i)`, of 2^-weight_bits, at most 2^26.  The cost counts
1 / (2^unit qp^2).
"""

from ..words.functions import ONE, exp, log, quotient, times
from ..words.scalars import bits
from ..words.sums import Sum
from .scores import score
from .totals import entropy_cost, squares_cost

_LN2 = 186065279  # as a fraction
MOST_CLASSES = 31


class CrossEntropy:
    """-ln P(class) with P(k) = e^(z_k) / sum of e^(z_i); y is the class, 0 .. classes - 1.

    Per sample the cost is within 2^-24 of the exact one where score() is exact, an error within
    2^-24.
    """

    unit = error_bits = weight_bits = 28

    def __init__(self, classes):
        if not 2 <= classes <= MOST_CLASSES:
            raise ValueError("%r classes: 2 .. %d" % (classes, MOST_CLASSES))
        self.high = [0] * classes
        self.low = [0] * classes
        self.errors = [0] * classes
        self._tails, self._high, self._low = Sum(), Sum(), Sum()

    def begin(self):
        """Before a pass."""
        self._tails.clear()
        self._high.clear()
        self._low.clear()

    def best(self):
        """The class with the largest score, the first of equals."""
        high = self.high
        low = self.low
        best = 0
        for k in range(len(high)):
            high[k] += low[k] >> 10
            low[k] &= 1023
            if high[k] > high[best] or high[k] == high[best] and low[k] > low[best]:
                best = k
        return best

    def take(self, y, qp, fraction):
        """A sample of class y; fraction: `bits` of the scores."""
        errors = self.errors
        if not 0 <= y < len(errors):
            raise ValueError("the class of a sample must be 0 .. %d, not %d" % (len(errors) - 1, y))
        best = self.best()
        high = self.high[best]
        low = self.low[best]
        total = rest = 0  # the sum of the exponentials is 16 total + rest
        for k in range(len(errors)):
            e = exp(score(high - self.high[k], low - self.low[k], qp, fraction))
            errors[k] = e
            total += e >> 4
            rest += e & 15
        s = bits(total + (rest >> 4)) - 25
        total = (total << 4 - s) + (rest >> s)
        self._tails.add(log(total) + s * _LN2)
        self._high.add(high - self.high[y])
        self._low.add(low - self.low[y])
        for k in range(len(errors)):
            errors[k] = quotient(errors[k] >> s, total)
        errors[y] -= ONE

    def weight(self, y, k, i):
        """P(k) ([k = i] - P(i)) for the sample of class y that was taken."""
        errors = self.errors
        p = errors[k] + ONE if k == y else errors[k]
        if k == i:
            return times(p, ONE - p)
        return -times(p, errors[i] + ONE if i == y else errors[i])

    def cost(self, qp, fraction):
        """The cost of the pass, a wide int."""
        return entropy_cost(self._tails, self._high, self._low, qp, fraction)


class SquaredError:
    """(z - y)^2 / 2 for one score z and a target y counting 2^-20, |y| < 2^23.

    Differences of more than 16 are taken as 16.  Exact but for z, which counts 2^-24.
    """

    unit, error_bits, weight_bits = 49, 24, 26

    def __init__(self):
        self.high = [0]
        self.low = [0]
        self.errors = [0]
        self._squares = Sum()

    def begin(self):
        """Before a pass."""
        self._squares.clear()

    def take(self, y, qp, fraction):
        """A sample of target y; fraction: `bits` of the score."""
        error = score(self.high[0], self.low[0], qp, fraction) - (y << 4)
        error = max(-ONE, min(ONE, error))
        self.errors[0] = error
        self._squares.add_product(error, error)

    def weight(self, y, k, i):
        """1, as a number of 26 bits."""
        return 0x4000000

    def cost(self, qp, fraction):
        """The cost of the pass, a wide int."""
        return squares_cost(self._squares, qp)
