"""Coordinates for a step of Gauss-Newton: a grid on which the sum of squares is round.

Where A is Gauss-Newton's matrix, p = centre + T X with T'A T = h^2 I: a grid step in any direction
raises the sum by the same h^2.  Far from the minimum A is damped (Levenberg), so much that the step
keeps within a region measured in the size that A's diagonal had at most (More, "The
Levenberg-Marquardt algorithm: implementation and theory").
"""

from .functions import sqrt
from .linear import SINGULAR, backward, factor, forward, inverse, norm
from .numbers import ONE, ZERO, Real

SPENT = Real(1 << 59, -109)  # 2^-50: a region within this part of the parameters


class Region:
    """delta: how long the next step may be, None before the first; sizes: of the m parameters."""

    def __init__(self, m):
        self.sizes = [ZERO] * m
        self.delta = None
        self.length = ZERO  # of the step that was promised last
        self.free = False  # whether it needed no damping

    def fill(self, values, slopes, matrix, held, step):
        """T for a grid step of h, and the step that is promised: in grid steps, n Reals.

        values, slopes, matrix, held: of m parameters: where they are, half the slopes of the sum,
        half its matrix, a lower triangle, and which of them stay.
        """
        m = len(values)
        for i in range(m):
            size = sqrt(matrix[i][i])
            if size > self.sizes[i]:
                self.sizes[i] = size
        sizes = [s if s else ONE for s in self.sizes]
        reach = norm([sizes[i] * values[i] for i in range(m)])
        if self.delta is None:
            self.delta = reach if reach else ONE
        self.spent = self.delta < reach * SPENT
        moving = [i for i in range(m) if not held[i]]
        scaled = [[matrix[i][j] / (sizes[i] * sizes[j]) for j in moving if j <= i] for i in moving]
        rows = self._damped(scaled, [-slopes[i] / sizes[i] for i in moving])
        unit = inverse(rows)
        n = len(moving)
        turn = [[ZERO] * n for _ in range(m)]
        for a in range(n):
            for b in range(a, n):
                turn[moving[a]][b] = step * unit[b][a] / sizes[moving[a]]
        return turn, [v / step for v in self.promised]

    def _damped(self, scaled, down):
        """The factor of the matrix with so much more on its diagonal that the step is short
        enough."""
        damping = ZERO
        while True:
            rows = factor([row[:-1] + [row[-1] + damping] for row in scaled])
            if rows is None:
                damping = damping * 4 if damping else SINGULAR
                continue
            self.promised = forward(rows, down)
            step = backward(rows, self.promised)
            self.length = norm(step)
            if self.length <= self.delta * "1.1":
                self.free = damping <= SINGULAR
                return rows
            ratio = self.length / norm(forward(rows, step))
            damping = damping + (self.length - self.delta) / self.delta * ratio * ratio

    def shrink(self):
        """The step did not lower the sum."""
        if self.length < self.delta:
            self.delta = self.length
        self.delta = self.delta / 4

    def judge(self, part):
        """The step lowered the sum by this part of what was promised."""
        if part < "0.25":
            self.shrink()
            self.delta = self.delta * 2
        elif part > "0.75" or self.free:
            self.delta = self.length + self.length
