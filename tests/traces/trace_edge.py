"""Every epoch of runs that meet the end of the grid, or a bound that holds a coordinate."""

from tracing import end, run

from qbfgs import Optimizer
from qbfgs.problems import FreudensteinRoth
from qbfgs.quantizer import quantize


class Line:
    """y = a t + b with a >= 0, and data that fall."""

    n, qp = 2, 64
    lower = [0, None]

    def __init__(self):
        self.data = [(t, 900 - t // 200) for t in range(0, 10001, 1000)]

    def _rows(self, x):
        return [(t, x[0] * t + x[1] - 64 * y) for t, y in self.data]

    def cost(self, x):
        return sum([r * r for t, r in self._rows(x)])

    def gradient(self, x):
        rows = self._rows(x)
        return [2 * sum([t * r for t, r in rows]), 2 * sum([r for t, r in rows])]


class Falling:
    """No lower bound."""

    n = 3

    def cost(self, x):
        return (x[1] - 3 * x[2]) ** 2 - 5 * x[0] - x[2]

    def gradient(self, x):
        slope = 2 * (x[1] - 3 * x[2])
        return [-5, slope, -3 * slope - 1]


for mode in ("compensated", "limited"):
    problem = FreudensteinRoth(65536)
    x0 = [quantize(text, 65536) for text in problem.start]
    run(Optimizer(problem, x0, mode=mode, certify=True), "edge", mode)
    run(Optimizer(Falling(), [7, 7, 7], mode=mode, radius=100, certify=True), "falling", mode)
    run(Optimizer(Line(), [0, 0], mode=mode, max_epochs=60, certify=True), "line", mode)
end()
