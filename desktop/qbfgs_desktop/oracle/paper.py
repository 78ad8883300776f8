"""The paper's own algorithm in exact integers, and the two simpler rules that it improves on.

What the text leaves open was settled by trying the readings against Tables 1 and 2; the one taken
agrees with all 14 outcomes (zero is reached from the first start for Qp >= 128, from the second
for Qp >= 256, and nowhere else) and with the printed Best Epochs to within 7.
"""

from fractions import Fraction

from .compensation import compensation_vector
from .linalg import bfgs_update
from .rational import Matrix, dot, round_half_up, sign
from .solver import STALLED, Solver

ALPHA = Fraction(19, 2000)  # 0.0095, eq. 37
BETA = (9, 10)


def learning_rate(k, qp):
    """z(k) = [Qp beta^k], the learning rate in units of 1 / Qp (eq. 16): an int, 0 for large k."""
    up, down = BETA[0] ** k, BETA[1] ** k
    return (2 * qp * up + down) // (2 * down)


def direction(p, qp):
    """h as grid integers: [Qp p_i / max(Qp, |p|_1)], for the target -H G in grid steps.

    This is h / max(1, |h|) in real units with the sum norm, which needs no square root.
    """
    size = max(qp, sum(abs(v) for v in p))
    return [round_half_up(Fraction(qp) * v / size) for v in p]


class PaperOptimizer(Solver):
    """BFGS by the paper, as literally as it can be read; attributes as in `Solver`.

    objective: as in `Solver`, with `qp` and `cost_scale` (real cost = F / cost_scale; both are
    1 where absent), for this rule is not free of scale: H_0 = I, max(1, |h|) and |h|^2 mean real
    units.  The reading, choice by choice:

    1. H_0 = I in real units; H is updated by BFGS after every go with s'y > 0.
    2. The gradient is taken as it comes; h = -H g is divided by max(1, |h|), |h| the sum of
       magnitudes, and rounded to the grid.  After a go H is set to I again when the rounded h
       is no descent direction (h'g >= 0, which includes h = 0), and h formed anew.
    3. lambda = z(k) / Qp with z(k) = [Qp 0.9^k]; k starts at 0, is 0 again after every go (eq. 37
       takes the largest beta^k each time) and grows by 1 with every idle.
    4. The step is [z h / Qp], half up (eq. 17).  One that rounds to zero costs no epoch.
    5. Go if F_new < F and f_new - f <= -alpha lambda |h|^2 in real units (eq. 22, 37 with h, the
       quantized direction, in the place of the gradient; in compensation with z instead).
    6. Compensation begins when a rejected step was one LSB at most, phi then being as small as
       the grid allows: eq. 35's vector, divided by Qp and rounded to the grid, takes the place
       of h with the k reached ("instead of h"), signed to descend first, and k grows on; when
       its step rounds to zero the other sign is tried from the same k; after that the rule is
       at its end (STALLED, no certificate).  A step that rounds to zero begins it too.
    7. "Best Epoch" in the tables counts updates; the printed epsilon of 1e-3 stops nothing.
    """

    H_LEARNS = True
    K_AFTER_GO = staticmethod(lambda k: 0)
    K_IN_COMPENSATION = staticmethod(lambda k: k)

    def __init__(self, objective, x0, max_epochs=2000, target=None):
        super().__init__(objective, x0, max_epochs, target)
        self.qp = getattr(objective, "qp", 1)
        self.cost_scale = getattr(objective, "cost_scale", 1)
        self._restart()
        self._start_search(0)

    def _restart(self):
        # Real units: x = X / Qp, g = G Qp / cost_scale, so I acts as Qp^2 / cost_scale on G.
        self.H = Matrix.identity(self.n, Fraction(self.qp**2, self.cost_scale))

    def _start_search(self, k):
        self.h = self._direction()
        if dot(self.h, self.gradient) >= 0:
            self._restart()
            self.h = self._direction()
        self.k, self.candidates = k, None

    def _direction(self):
        return direction([-v for v in self.H.apply(self.gradient)], self.qp)

    def _step_along(self, v):
        z = learning_rate(self.k, self.qp)
        return z, [round_half_up(Fraction(z * a, self.qp)) for a in v]

    def _choose(self):
        while True:
            v = self.h if self.candidates is None else self.candidates[0]
            self.z, d = self._step_along(v)
            if any(d):
                return ("main" if self.candidates is None else "compensation"), d
            if not self._next_direction():
                return STALLED, None

    def _next_direction(self):
        """From h to z, from z to -z; False at the end."""
        if self.candidates is None:
            fine = compensation_vector(self.h, self.qp)
            z = [round_half_up(Fraction(v, self.qp)) for v in fine]
            if not any(z):
                return False
            if dot(z, self.gradient) > 0:
                z = [-v for v in z]
            self.candidates = [z, [-v for v in z]]
            self.k0 = self.K_IN_COMPENSATION(self.k)
        else:
            self.candidates.pop(0)
        self.k = self.k0
        return bool(self.candidates)

    def _accepts(self, kind, d, cost):
        if cost >= self.cost:
            return False
        v = self.h if self.candidates is None else self.candidates[0]
        square = Fraction(dot(v, v), self.qp**2)  # |h|^2 in real units
        phi = ALPHA * Fraction(self.z, self.qp) * square
        return cost - self.cost <= -phi * self.cost_scale

    def _go(self, kind, d, y):
        if self.H_LEARNS and dot(d, y) > 0:
            self.H = bfgs_update(self.H, d, y)
        self._start_search(self.K_AFTER_GO(self.k))

    def _idle(self, kind, d, cost):
        self.k += 1
        if kind == "main" and max(abs(v) for v in d) <= 1:
            if not self._next_direction():
                self.h = [0] * self.n  # the next choice ends the run


class SteepestOptimizer(PaperOptimizer):
    """Quantized steepest descent (section III) with eq. 35's compensation: mode "steepest".

    `PaperOptimizer` with H = I for good, k decremented by 1 on a go (not below 0) instead of
    reset, for a valley asks for the same short step again, and k = 0 anew for each compensation.
    """

    H_LEARNS = False
    K_AFTER_GO = staticmethod(lambda k: max(0, k - 1))
    K_IN_COMPENSATION = staticmethod(lambda k: 0)


class FixedRateOptimizer(Solver):
    """Constant learning rate with updates of at least one LSB: mode "fixed-rate".

    Each epoch moves a walker W by d_i = -sign(G_i) max(1, [RATE p_i]), p the direction of
    `PaperOptimizer` with H = I as a magnitude (at most Qp), RATE = 1/64; d_i = 0 where G_i = 0.
    There is no test, so every epoch is a go and takes a gradient, and the walker hovers; x is the
    best point that it met.  Ends at the limit, at the target, or STALLED at a zero gradient.
    """

    RATE = Fraction(1, 64)

    def __init__(self, objective, x0, max_epochs=2000, target=None):
        super().__init__(objective, x0, max_epochs, target)
        self.qp = getattr(objective, "qp", 1)
        self.factor = Fraction(self.qp**2, getattr(objective, "cost_scale", 1))
        self.walker, self.slope = self.x, self.gradient

    def _choose(self):
        if not any(self.slope):
            return STALLED, None
        p = [self.factor * abs(g) for g in self.slope]
        size = max(self.qp, sum(p))
        lengths = [max(1, round_half_up(self.RATE * self.qp * v / size)) for v in p]
        move = [-sign(g) * a for g, a in zip(self.slope, lengths, strict=True)]
        self.walker = [a + b for a, b in zip(self.walker, move, strict=True)]
        return "main", [a - b for a, b in zip(self.walker, self.x, strict=True)]

    def step(self):
        """Run one epoch.  True while the run can go on."""
        before = self.epochs
        going = super().step()
        if self.epochs > before:  # every epoch is a go, whatever the cost did
            self.updates, self.idles = self.epochs, 0
            self.slope = self.objective.gradient(self.walker)
        return going

    def _accepts(self, kind, d, cost):
        return cost < self.cost
