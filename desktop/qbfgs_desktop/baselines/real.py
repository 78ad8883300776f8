"""A grid problem in real units and doubles, for the comparisons that work there."""

from fractions import Fraction


class RealProblem:
    """f(x) = F(Qp x) / cost_scale and its gradient, in doubles.

    problem: polynomial, with n, qp, cost_scale, cost, gradient, such as `qbfgs.problems` (its
    formulas hold for floats too).  `evaluations` and `gradients` count the calls.
    """

    def __init__(self, problem):
        self.problem, self.n = problem, problem.n
        self.evaluations = self.gradients = 0

    def cost(self, x):
        """f at x, n floats in real units."""
        self.evaluations += 1
        p = self.problem
        return float(p.cost([p.qp * float(v) for v in x])) / p.cost_scale

    def gradient(self, x):
        """df/dx at x, a list of n floats."""
        self.gradients += 1
        p = self.problem
        slope = p.gradient([p.qp * float(v) for v in x])
        return [float(g) * p.qp / p.cost_scale for g in slope]


def start_of(problem, start=None):
    """A start of decimal texts (the problem's own by default) as floats in real units."""
    return [float(Fraction(text)) for text in (problem.start if start is None else start)]
