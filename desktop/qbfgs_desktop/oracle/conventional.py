"""The conventional optimiser of the paper's Fig. 1: BFGS whose learning rate an inner loop finds.

Each iteration searches lambda = beta^k, k = 0, 1, ... by Armijo's rule (eq. 37) to the end before
it moves, in doubles: the work of an iteration has no bound, which is what the paper removes.
"""

import numpy as np


class ConventionalBFGS:
    """BFGS with an inner Armijo loop; real units.

    cost(x), gradient(x): of n floats, such as `real.RealProblem`'s.  x0: n floats.
    alpha, beta: of eq. 37, with -g'h on the right, the textbook's reading.  tolerance: the
    largest |g_i| that counts as zero.
    Attributes: x, f, g; iterations (moves), evaluations (cost calls, the start and all inner
    ones), longest (most evaluations in one iteration), status: "RUNNING", "CONVERGED" (gradient
    within tolerance), "STALLED" (no rate left that moves x and descends) or "ITERATION_LIMIT".
    """

    def __init__(self, cost, gradient, x0, alpha=0.0095, beta=0.9, tolerance=1e-8):
        self.cost_of, self.gradient_of = cost, gradient
        self.alpha, self.beta, self.tolerance = alpha, beta, tolerance
        self.x = np.array(x0, dtype=float)
        self.f, self.g = float(cost(self.x)), np.array(gradient(self.x), dtype=float)
        self.H = np.eye(len(self.x))
        self.iterations, self.evaluations, self.longest = 0, 1, 0
        self.status = "RUNNING"

    def iterate(self):
        """One iteration with its whole inner loop.  True while it can go on."""
        if self.status == "RUNNING" and np.max(np.abs(self.g)) <= self.tolerance:
            self.status = "CONVERGED"
        if self.status != "RUNNING":
            return False
        h = -self.H @ self.g
        slope, rate, spent = float(self.g @ h), 1.0, 0
        while True:
            trial = self.x + rate * h
            if not slope < 0 or np.array_equal(trial, self.x):
                self.status = "STALLED"
                return False
            f = float(self.cost_of(trial))
            spent += 1
            self.evaluations += 1
            if f - self.f <= self.alpha * rate * slope:
                break
            rate *= self.beta
        self.longest = max(self.longest, spent)
        self.iterations += 1
        g = np.array(self.gradient_of(trial), dtype=float)
        self._learn(trial - self.x, g - self.g)
        self.x, self.f, self.g = trial, f, g
        return True

    def run(self, max_iterations=2000):
        """Iterate to the end, or so many times, and return self."""
        while self.iterations < max_iterations and self.iterate():
            pass
        if self.status == "RUNNING":
            self.status = "ITERATION_LIMIT"
        return self

    def _learn(self, s, y):
        sy = float(s @ y)
        if sy <= 0:
            return
        left = np.eye(len(s)) - np.outer(s, y) / sy
        self.H = left @ self.H @ left.T + np.outer(s, s) / sy
