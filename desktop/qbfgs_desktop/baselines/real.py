"""A grid problem in real units and doubles, for the comparisons that work there."""

import math
from fractions import Fraction

import numpy as np


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


class RealResiduals:
    """The residuals r(x) of a sum of squares and their slopes, in doubles: f is the sum of r^2.

    problem: one of `qbfgs.problems.polynomials`, with `terms`.  `evaluations` counts.
    """

    def __init__(self, problem):
        self.problem = problem
        self.evaluations = 0

    def residuals(self, x):
        """r at x, an array."""
        self.evaluations += 1
        return np.array([math.sqrt(w) * r for w, r, _ in self._terms(x)])

    def slopes(self, x):
        """dr/dx at x, an array of a row a residual."""
        terms = list(self._terms(x))
        rows = np.zeros((len(terms), self.problem.n))
        for row, (w, _, slopes) in zip(rows, terms, strict=True):
            for j, slope in slopes:
                row[j] += math.sqrt(w) * slope * self.problem.qp
        return rows

    def _terms(self, x):
        p = self.problem
        unit = math.sqrt(p.cost_scale)
        for w, r, slopes in p.terms(p.qp, *(p.qp * float(v) for v in x)):
            yield w, r / unit, [(j, slope / unit) for j, slope in slopes]


def start_of(problem, start=None):
    """A start of decimal texts (the problem's own by default) as floats in real units."""
    return [float(Fraction(text)) for text in (problem.start if start is None else start)]
