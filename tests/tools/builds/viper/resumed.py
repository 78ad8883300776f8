"""Runs that go on from checkpoints, in two modes: prints what they and those that did not say."""

from qbfgs import Optimizer
from qbfgs.checkpoints import dump, load


class Chain:
    """Rosenbrock's function for each two neighbours of n parameters, on a grid of 64 a unit."""

    qp = 64

    def __init__(self, n):
        self.n = n

    def cost(self, x):
        total = 0
        for i in range(self.n - 1):
            total += (64 * (64 - x[i])) ** 2 + 100 * (64 * x[i + 1] - x[i] * x[i]) ** 2
        return total

    def gradient(self, x):
        g = [0] * self.n
        for i in range(self.n - 1):
            u = 200 * (64 * x[i + 1] - x[i] * x[i])
            g[i] -= 2 * (64 * 64 * (64 - x[i]) + u * x[i])
            g[i + 1] += 64 * u
        return g


for mode in ("compensated", "limited"):
    for n in (2, 5):
        straight = Optimizer(Chain(n), [-77] * n, mode, 60)
        for _ in range(20):
            straight.step()
        resumed = load(dump(straight), Chain(n))
        while straight.step():
            resumed.step()
            print(resumed.trial, resumed.cost, straight.checksum == resumed.checksum)
        print(mode, n, straight.x, straight.cost, straight.epochs, resumed.step(), resumed.checksum)
print("end")
