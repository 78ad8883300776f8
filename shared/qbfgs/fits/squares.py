"""The sum of squares of a formula's residuals over rows, with its slopes: one pass over the rows.

Rows stay as they are given, ints, text, or floats, and are read anew in each pass; nothing of a
board's heap holds them twice.
"""

from .numbers import ONE, ZERO, Real, number

FAILURES = (ValueError, ZeroDivisionError, OverflowError)  # of a formula where it has no value


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
        if self.limit is None:
            return residual * residual, ONE
        from .outliers import weighed

        return weighed(residual, self.loss, self.limit)

    def measure(self, values):
        """Sets the limit from the median of the residuals at these values; True if it moved."""
        from .outliers import limit_of

        sizes = sorted([abs(self.residual(k, values)) for k in range(len(self.rows))])
        limit = limit_of(sizes[len(sizes) // 2], self.loss)
        old = self.limit
        if not limit:
            return False
        self.limit = limit
        return old is None or abs(limit - old) > old * "0.01"
