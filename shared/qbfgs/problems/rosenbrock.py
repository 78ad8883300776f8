"""Rosenbrock's function, the paper's problem, alone in its file for boards with little memory."""


class Rosenbrock:
    """f = (1 - x)^2 + 100 (y - x^2)^2 on the grid, written out to spend few operators.

    Eq. 36 with the square that it lacks. Attributes and methods as in `qbfgs.problems`.
    """

    name, source, n = "rosenbrock", "eq. 36 with the square that it lacks; MGH no. 1", 2
    start, start_cost, minimizer = ("-1.2", "1"), "24.2", ("1", "1")
    minimum, local_minima = "0", ()
    PAPER_STARTS = (("-1.232", "1.212"), ("-3", "-4"))

    def __init__(self, qp):
        from ..grid.scales import check_qp  # needed once: a board drops it

        check_qp(qp)
        self.qp, self.cost_scale = qp, qp**4

    def cost(self, X):
        """F at X, an int in cost units: the real cost is F / cost_scale, cost_scale = Qp^4."""
        q, x = self.qp, X[0]
        v, u = q * (q - x), q * X[1] - x * x
        return v * v + 100 * u * u

    def gradient(self, X):
        """dF/dX at X, a fresh list of 2 ints in cost units per grid step."""
        q, x = self.qp, X[0]
        u200 = 200 * (q * X[1] - x * x)
        return [-2 * (q * q * (q - x) + u200 * x), q * u200]

    def hessian(self, X):
        """Gauss-Newton's 2 J'WJ, 3 ints: the lower triangle, cost units per grid step squared."""
        q, x = self.qp, X[0]
        return [2 * q * q + 800 * x * x, -400 * q * x, 200 * q * q]
