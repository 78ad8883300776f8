"""Least squares from residuals alone: slopes are differences, the Hessian is Gauss-Newton's.

    class Track:
        n = 2
        def residuals(self, X):             # ints, as many as there are readings
            return [...]

    o = minimize(Residuals(Track()), [0, 0])

Costs are wide ints. A go takes 2 n evaluations more.
"""

from ..words.wide import is_int


class Residuals:
    """The objective sum of r^2 of an object with `residuals(X)`, a list of ints, and `n`.

    steps: the h of differences, grid steps, an int or one a parameter; default 1. Where residuals
    are coarse, take steps that change them by tens of units.
    """

    def __init__(self, model, steps=1):
        self.model = model
        self.n = model.n
        self.steps = list(steps) if isinstance(steps, (list, tuple)) else [steps] * self.n
        if len(self.steps) != self.n:
            raise ValueError("%d steps for %d parameters" % (len(self.steps), self.n))
        for h in self.steps:
            if not is_int(h) or h < 1:
                raise ValueError("a step must be an int of 1 or more, not %r" % (h,))
        for name in ("qp", "lower", "upper", "start", "cost_scale"):
            if hasattr(model, name):
                setattr(self, name, getattr(model, name))
        self._point = None
        self._residuals = self._slopes = None

    def cost(self, X):
        """The sum of squares."""
        return sum([r * r for r in self.model.residuals(list(X))])

    def gradient(self, X):
        """2 J'r, J of central differences, half up."""
        self._differ(X)
        found = []
        for j in range(self.n):
            total = sum([r * d for r, d in zip(self._residuals, self._slopes[j])])
            h = self.steps[j]
            found.append((2 * total + h) // (2 * h))
        return found

    def hessian(self, X):
        """2 J'J, the lower triangle row by row, half up."""
        self._differ(X)
        found = []
        for j in range(self.n):
            for k in range(j + 1):
                total = sum([a * b for a, b in zip(self._slopes[j], self._slopes[k])])
                h = self.steps[j] * self.steps[k]
                found.append((total + h) // (2 * h))
        return found

    def _differ(self, X):
        """The residuals at X, and what they change by from -h to +h of each coordinate."""
        if self._point == X:
            return
        X = list(X)
        self._residuals = self.model.residuals(list(X))
        self._slopes = []
        for j in range(self.n):
            h = self.steps[j]
            X[j] += h
            high = self.model.residuals(list(X))
            X[j] -= 2 * h
            low = self.model.residuals(list(X))
            X[j] += h
            self._slopes.append([a - b for a, b in zip(high, low)])
        self._point = X
