"""The quadratic cost of a linear least squares problem, from its sums of products: wide ints."""


class Quadratic:
    """F(X) = sum over the samples of (a.X - qp b)^2, exact; made of sums of a_i a_j, a_i b, b b.

    rows: the n + 1 rows of the sums' lower triangle, for a with b after it.
    An evaluation makes about n^2 + 3 n wide ints.
    """

    def __init__(self, rows):
        self.n = len(rows) - 1
        self.rows = rows
        self.slopes = [0] * self.n

    def at(self, X, qp):
        """F(X); leaves its gradient in `slopes`."""
        n, rows, slopes = self.n, self.rows, self.slopes
        last = rows[n]
        cost = last[n] * qp * qp
        for i in range(n):
            total = -qp * last[i]
            cost += total * X[i]
            for j in range(n):
                total += (rows[i][j] if j <= i else rows[j][i]) * X[j]
            cost += total * X[i]
            slopes[i] = 2 * total
        return cost

    def hessian(self):
        """The Hessian, exact and the same everywhere: its lower triangle, row by row."""
        return [2 * v for row in self.rows[: self.n] for v in row]

    @staticmethod
    def scale(qp, bits):
        """The cost_scale (qp 2^bits)^2."""
        return qp * qp << 2 * bits
