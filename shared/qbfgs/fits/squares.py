"""The sum of squares of a formula's residuals over rows, with its slopes: one pass over the rows.

Rows stay as they are given, ints, text, or floats, and are read anew in each pass; nothing of a
board's heap holds them twice.
"""

from .functions import log, sqrt
from .numbers import ONE, ZERO, Real, number

FAILURES = (ValueError, ZeroDivisionError, OverflowError)  # of a formula where it has no value
HUBER = Real("1.345")  # 95 % of the efficiency of least squares where there are no outliers
CAUCHY = Real("2.385")
NORMAL = Real("1.4826")  # a standard deviation over the median of absolute residuals


class Squares:
    """sum rho(u_i (f(x_i; p) - y_i)), rho(r) = r^2, or what lets outliers count less.

    formula: f, called with the inputs of a row and then the parameters. rows: a sequence of
    sequences, the last number of each is y. units: u_i, a list of Reals, or None for ones. loss:
    None, "huber" or "cauchy"; limit: the residual from which a row counts less, a Real.
    """

    def __init__(self, formula, rows, units, loss):
        self.formula = formula
        self.rows = rows
        self.units = units
        self.loss = loss
        self.limit = None

    def residual(self, k, values):
        """That of row k, in its unit: a Real, with slopes where values have them."""
        row = self.rows[k]
        inputs = [number(row[i]) for i in range(len(row) - 1)]
        residual = number(self.formula(*(inputs + values))) - number(row[len(row) - 1])
        return residual if self.units is None else residual * self.units[k]

    def cost(self, values):
        """The sum, a Real. Raises as the formula does."""
        total = ZERO
        for k in range(len(self.rows)):
            total = total + self._weighed(self.residual(k, values))[0]
        return total

    def derivatives(self, values, n):
        """(sum, half its n slopes, half of Gauss-Newton's matrix, squares) for values of which n
        carry slopes; squares: the sum of the squared pulls w_i r_i, which outliers do not inflate.

        The matrix is sum w_i J_i'J_i, a lower triangle.
        """
        total = squares = ZERO
        slopes = [ZERO] * n
        matrix = [[ZERO] * (i + 1) for i in range(n)]
        for k in range(len(self.rows)):
            residual = self.residual(k, values)
            value = residual
            if not isinstance(residual, Real):
                value = residual.value
            cost, weight = self._weighed(value)
            total = total + cost
            pull = weight * value
            squares = squares + pull * pull
            if value is residual:
                continue  # the row knows of no parameter
            for i in range(n):
                a = residual.slopes[i]
                if a:
                    slopes[i] = slopes[i] + pull * a
                    a = weight * a
                    row = matrix[i]
                    for j in range(i + 1):
                        row[j] = row[j] + a * residual.slopes[j]
        return total, slopes, matrix, squares

    def _weighed(self, residual):
        """(rho, weight) of a residual: the weight of its square that has the same slope."""
        square = residual * residual
        if self.limit is None:
            return square, ONE
        bound = self.limit * self.limit
        if self.loss == "cauchy":
            part = square / bound + 1
            return bound * log(part), ONE / part
        if square <= bound:
            return square, ONE
        size = abs(residual)
        return self.limit * (size + size - self.limit), self.limit / size

    def measure(self, values):
        """Sets the limit from the median of the residuals at these values; True if it moved."""
        sizes = sorted([abs(self.residual(k, values)) for k in range(len(self.rows))])
        limit = sizes[len(sizes) // 2] * NORMAL * (CAUCHY if self.loss == "cauchy" else HUBER)
        old = self.limit
        if not limit:
            return False
        self.limit = limit
        return old is None or abs(limit - old) > old * "0.01"


def units_of(weights, sigma, count):
    """The factors of the residuals for weights of the squares, or for standard deviations of the
    rows: one number or one a row. None where there are neither. Raises ValueError."""
    if weights is None and sigma is None:
        return None
    if weights is not None and sigma is not None:
        raise ValueError("give weights or sigma, not both: a weight is 1 / sigma^2")
    name = "sigma" if weights is None else "weights"
    given = sigma if weights is None else weights
    if not isinstance(given, (list, tuple)):
        given = [given] * count
    if len(given) != count:
        raise ValueError("there are %d %s for %d rows: one a row" % (len(given), name, count))
    given = [number(v) for v in given]
    if weights is None:
        if min(given) <= 0:
            raise ValueError("sigma must be above 0: it is the standard deviation of a row")
        return [ONE / v for v in given]
    if min(given) < 0:
        raise ValueError("weights must be 0 or more")
    return [sqrt(v) for v in given]
