"""What `qbfgs lab bench` compares with the core: a bare BFGS in floats, and one objective for both.

Runs on CPython and MicroPython, and is compiled as the core is. The objective is Rosenbrock's
function, for n > 2 summed over pairs of coordinates (MGH no. 21), in ints on a grid of 1/Qp and in
floats, written alike.
"""

START = ("-1.2", "1")  # of each pair
ALPHA, SHORTEST, LONGEST = 0.0095, 0.3, 0.4  # as in qbfgs.search.armijo


class IntRosenbrock:
    """In cost units of 1/Qp^4, exactly; attributes as any objective of qbfgs."""

    def __init__(self, n, qp):
        self.n = n
        self.qp = qp

    def cost(self, X):
        q = self.qp
        total = 0
        for i in range(0, self.n, 2):
            x = X[i]
            v = q * (q - x)
            u = q * X[i + 1] - x * x
            total += v * v + 100 * u * u
        return total

    def gradient(self, X):
        q = self.qp
        g = [0] * self.n
        for i in range(0, self.n, 2):
            x = X[i]
            u = 200 * (q * X[i + 1] - x * x)
            g[i] = -2 * (q * q * (q - x) + u * x)
            g[i + 1] = q * u
        return g


class FloatRosenbrock:
    """In real units, for points that are lists of floats."""

    def __init__(self, n):
        self.n = n

    def cost(self, X):
        total = 0.0
        for i in range(0, self.n, 2):
            x = X[i]
            v = 1.0 - x
            u = X[i + 1] - x * x
            total += v * v + 100.0 * u * u
        return total

    def gradient(self, X):
        g = [0.0] * self.n
        for i in range(0, self.n, 2):
            x = X[i]
            u = 200.0 * (X[i + 1] - x * x)
            g[i] = -2.0 * (1.0 - x + u * x)
            g[i + 1] = u
        return g


class FloatBFGS:
    """BFGS on a dense H with Armijo's rule as idle and go, one cost evaluation a step.

    radius: the largest component of the first step. target: the cost at which it ends.
    """

    def __init__(self, objective, x0, radius, target, max_epochs):
        n = objective.n
        self.n = n
        self.objective = objective
        self.max_epochs = max_epochs
        self.target = target
        self.x = list(x0)
        self.trial = list(x0)
        self.s = [0.0] * n
        self.hy = [0.0] * n
        self.H = [[0.0] * n for _ in range(n)]
        self.cost = objective.cost(self.x)
        self.g = objective.gradient(self.x)
        self.epochs = self.updates = 0
        self._set_identity(radius / max([abs(v) for v in self.g]))
        self._aim()

    def _set_identity(self, h):
        for i in range(self.n):
            self.H[i][i] = h

    def _aim(self):
        """s = -H g, and its slope."""
        g = self.g
        n = self.n
        slope = 0.0
        for i in range(n):
            row = self.H[i]
            t = 0.0
            for j in range(n):
                t -= row[j] * g[j]
            self.s[i] = t
            slope += t * g[i]
        self.slope = slope

    def step(self):
        """One epoch; True while it can go on."""
        x, s, trial = self.x, self.s, self.trial
        for i in range(self.n):
            trial[i] = x[i] + s[i]
        cost = self.objective.cost(trial)
        self.epochs += 1
        change = cost - self.cost
        if change > ALPHA * self.slope:
            factor = -0.5 * self.slope / (change - self.slope)
            factor = min(max(factor, SHORTEST), LONGEST)
            for i in range(self.n):
                s[i] *= factor
            self.slope *= factor
        else:
            self._go(cost)
        return self.cost > self.target and self.epochs < self.max_epochs

    def _go(self, cost):
        g = self.objective.gradient(self.trial)
        self.cost = cost
        n, s, y, x = self.n, self.s, self.g, self.x
        sy = yy = 0.0
        for i in range(n):
            x[i] = self.trial[i]
            t = g[i] - y[i]
            y[i] = t  # the old gradient gives way to the change
            sy += s[i] * t
            yy += t * t
        if sy > 0.0:
            if self.updates == 0:
                self._set_identity(sy / yy)
            self._update(y, sy)
        self.g = g
        self.updates += 1
        self._aim()

    def _update(self, y, sy):
        n, s, hy, H = self.n, self.s, self.hy, self.H
        yhy = 0.0
        for i in range(n):
            row = H[i]
            t = 0.0
            for j in range(n):
                t += row[j] * y[j]
            hy[i] = t
            yhy += t * y[i]
        c = (1.0 + yhy / sy) / sy
        for i in range(n):
            row = H[i]
            b = s[i] / sy
            a = c * s[i] - hy[i] / sy
            for j in range(n):
                row[j] += a * s[j] - b * hy[j]
