"""What the optimiser sees of a fit: an integer cost of lattice points, with slopes and matrix."""

from .duals import Dual
from .linear import inner
from .numbers import ONE, ZERO, ratio
from .squares import FAILURES
from .texts import scaled

WORST = 1 << 200  # the cost where the formula has no value
COST_BITS = 50  # of the cost at the centre


class Objective:
    """The sum of squares at p = centre + T X, or at p = X / Qp, in units of 2^-shift.

    squares: see `qbfgs.fits.squares`; free: the places of the parameters that move; lower, upper:
    bounds of all, Reals or None. A point beyond one is taken to it.
    """

    def __init__(self, squares, free, lower, upper):
        self.squares = squares
        self.free = free
        self.low = lower
        self.high = upper

    def adopt(self, values, sums, X, turn, least):
        """A grid on which X are the values, where `derivatives` found the sums.

        turn: T, a row for each free parameter, of a number for each of X; or a Qp for each.
        least: a sum below counts as this large.
        """
        self.centre = self.values = values
        self.sums = sums
        self.at = list(X)
        self.turn = turn
        self.n = len(X)
        top = sums[0] if sums[0] > least else least
        self.shift = COST_BITS - 60 - top.exponent

    def place(self, X):
        """All parameters at a point, a list of Reals."""
        values = list(self.centre)
        for i in range(len(self.free)):
            j = self.free[i]
            row = self.turn[i]
            if isinstance(row, list):
                value = values[j] + inner(row, X, self.n)
            else:
                value = ratio(X[i], row)
            if self.low[j] is not None and value < self.low[j]:
                value = self.low[j]
            if self.high[j] is not None and value > self.high[j]:
                value = self.high[j]
            values[j] = value
        return values

    def cost(self, X):
        """The cost, an int."""
        if self.at == X:
            return self._int(self.sums[0])
        try:
            total = self.squares.cost(self.place(X))
        except FAILURES:
            return WORST
        # An exponential may have grown to millions of digits.
        return WORST if total.exponent + self.shift > 139 else self._int(total)

    def gradient(self, X):
        """The change of the cost per grid step, n ints."""
        if self.at != X:
            self.values = self.place(X)
            self.sums = derivatives(self.squares, self.values, self.free)
            self.at = list(X)
        held = self.held()
        slopes = [ZERO if h else s for h, s in zip(held, self.sums[1])]
        return [self._int(2 * s) for s in self._turned(slopes)]

    def hessian(self, X):
        """Gauss-Newton's matrix per grid step squared, the lower triangle row by row."""
        self.gradient(X)
        matrix = self.sums[2]
        m = len(self.free)
        half = [self._turned([matrix[max(i, j)][min(i, j)] for j in range(m)]) for i in range(m)]
        out = []
        for i in range(self.n):
            row = self._turned([half[j][i] for j in range(m)])
            out.extend([self._int(2 * v) for v in row[: i + 1]])
        return out

    def held(self):
        """Which of the free parameters are at a bound, and would lower the sum beyond it."""
        out = []
        for i in range(len(self.free)):
            j = self.free[i]
            value, slope = self.values[j], self.sums[1][i]
            low = self.low[j] is not None and value <= self.low[j] and slope >= 0
            high = self.high[j] is not None and value >= self.high[j] and slope <= 0
            out.append(low or high)
        return out

    def _turned(self, slopes):
        """T' s."""
        turn = self.turn
        if not isinstance(turn[0], list):
            return [slopes[i] / turn[i] for i in range(self.n)]
        m = len(slopes)
        return [inner([row[j] for row in turn], slopes, m) for j in range(self.n)]

    def _int(self, value):
        return scaled(value.mantissa, value.exponent + self.shift, 1)


def derivatives(squares, values, free):
    """`squares.derivatives` by the parameters at the places `free`."""
    n = len(free)
    carried = list(values)
    for i in range(n):
        carried[free[i]] = Dual(values[free[i]], [ONE if i == k else ZERO for k in range(n)])
    return squares.derivatives(carried, n)
