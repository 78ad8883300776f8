"""A plain BFGS in floats, as one would write it for a microcontroller: the yardstick of cost.

Plain Python without imports, so that MicroPython runs it too; lists made once; one cost
evaluation a step, idle-and-go like the core (the paper's Fig. 2), no compensation, no trust
radius.  Allocates floats in every operation; not interrupt-safe.
"""


class FloatBFGS:
    """Minimize f over R^n in floats.

    cost(x) -> float and gradient(x) -> list of n floats are functions of a list of n floats.
    x0: the start.  alpha: the Armijo constant of eq. 37 (with -g'h for |g|^2).  beta: what an idle
    multiplies lambda by.  tolerance: largest |g_i| that counts as zero.
    Attributes: x, f, g (of the best point), epochs (evaluations after the start), updates, idles,
    done.
    """

    def __init__(self, cost, gradient, x0, alpha=0.0095, beta=0.5, tolerance=1e-8):
        self.cost, self.gradient = cost, gradient
        self.alpha, self.beta, self.tolerance = alpha, beta, tolerance
        self.n = n = len(x0)
        self.x = [float(v) for v in x0]
        self.f, self.g = cost(self.x), gradient(self.x)
        size = max([abs(v) for v in self.g] + [1e-300])
        self.H = [[(0.25 / size if i == j else 0.0) for j in range(n)] for i in range(n)]
        self.h, self.trial, self.s = [0.0] * n, [0.0] * n, [0.0] * n
        self.y, self.Hy = [0.0] * n, [0.0] * n
        self.epochs = self.updates = self.idles = 0
        self.first = True
        self._search()

    def step(self):
        """One epoch: one cost evaluation, one gradient if accepted.  True while it can go on."""
        if self.done:
            return False
        n, moved = self.n, False
        for i in range(n):
            self.trial[i] = self.x[i] + self.fraction * self.h[i]
            moved = moved or self.trial[i] != self.x[i]
        if not moved:
            self.done = True
            return False
        f = self.cost(self.trial)
        self.epochs += 1
        if f < self.f and f - self.f <= self.alpha * self.fraction * self.slope:
            self.updates += 1
            g = self.gradient(self.trial)
            for i in range(n):
                self.s[i] = self.trial[i] - self.x[i]
                self.y[i] = g[i] - self.g[i]
                self.x[i], self.g[i] = self.trial[i], g[i]
            self.f = f
            self._learn()
            self._search()
        else:
            self.idles += 1
            self.fraction *= self.beta
        return not self.done

    def run(self, max_epochs=2000):
        """Step to the end, or for so many epochs, and return self."""
        while self.epochs < max_epochs and self.step():
            pass
        return self

    def _search(self):
        # h = -H g, the step fraction 1, the slope g'h.
        self.fraction, self.slope, largest = 1.0, 0.0, 0.0
        for i in range(self.n):
            total = 0.0
            for j in range(self.n):
                total -= self.H[i][j] * self.g[j]
            self.h[i] = total
            self.slope += total * self.g[i]
            largest = max(largest, abs(self.g[i]))
        self.done = largest <= self.tolerance

    def _learn(self):
        # H+ = H + (1 + y'Hy/s'y) s s'/s'y - (Hy s' + s y'H)/s'y, skipped where s'y <= 0.
        n, H, s, y, Hy = self.n, self.H, self.s, self.y, self.Hy
        sy = yy = 0.0
        for i in range(n):
            sy += s[i] * y[i]
            yy += y[i] * y[i]
        if sy <= 0.0:
            return
        if self.first:
            self.first = False
            for i in range(n):
                for j in range(n):
                    H[i][j] = sy / yy if i == j else 0.0
        yHy = 0.0
        for i in range(n):
            total = 0.0
            for j in range(n):
                total += H[i][j] * y[j]
            Hy[i] = total
            yHy += total * y[i]
        c = (1.0 + yHy / sy) / sy
        for i in range(n):
            for j in range(n):
                H[i][j] += c * s[i] * s[j] - (Hy[i] * s[j] + s[i] * Hy[j]) / sy
