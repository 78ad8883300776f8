"""Costs alone: measurements that the optimiser takes, beside SciPy's Nelder-Mead and Powell.

Without noise: to the end, by default settings on either side. With noise: the true cost of the
point returned, beside Nelder-Mead's with as many measurements. Seeded: the same call gives the same
figures.
"""

import random
import statistics
from typing import NamedTuple

from qbfgs import Optimizer
from qbfgs.problems import Beale, Rosenbrock
from qbfgs.quantizer import quantize
from qbfgs.status import LATTICE_MINIMUM

QP = 1 << 10
SEEDS = 100
SIZES = (2, 3, 4)  # of the loops
NOISES = (0.01, 0.05)  # of the cost at the optimum


class Himmelblau:
    """(x^2 + y - 11)^2 + (x + y^2 - 7)^2, four minima of 0 (D. M. Himmelblau, "Applied nonlinear
    programming", 1972)."""

    n, name, start = 2, "himmelblau", ("0", "0")

    def __init__(self, qp):
        self.qp, self.cost_scale = qp, qp**4

    def cost(self, X):
        """The cost at X, an int."""
        q, (x, y) = self.qp, X
        return (x * x + q * y - 11 * q * q) ** 2 + (q * x + y * y - 7 * q * q) ** 2


class Loop:
    """A control loop with n = 2, 3 or 4 gains: P, I; and D; and a feed-forward of the set point.

    The plant is a heater: two lags of 10 and 2 s, simulated for 60 s in steps of 0.2 s after a step
    of the set point by 1. The cost is the mean of the squared error and of a twentieth of the
    squared power beyond what holds the set point; a cost unit is 2^-30.
    """

    cost_scale = 1 << 30
    DT = 0.2

    def __init__(self, n, qp):
        self.n, self.qp, self.name = n, qp, f"loop of {n} gains"
        self.start = ("0.5", "0.05", "0", "0")[:n]

    def real(self, gains):
        """The cost of gains, a float."""
        p, i, d, f = (*gains, 0, 0)[:4]
        fast = slow = integral = total = 0.0
        before = 1.0
        for _ in range(300):
            error = 1 - slow
            integral += error * self.DT
            power = p * error + i * integral + d * (error - before) / self.DT + f
            power = min(50.0, max(-50.0, power))
            before = error
            fast += (power - fast) * self.DT / 2
            slow += (fast - slow) * self.DT / 10
            total += error * error + (power - 1) ** 2 / 20
        return total / 300

    def cost(self, X):
        """The cost at X, an int."""
        return round(self.real([x / self.qp for x in X]) * self.cost_scale)


class Alone:
    """An objective of which nothing but the cost is known; measurements: how many there were."""

    def __init__(self, problem, deviation=0.0, seed=0):
        self.n, self.qp, self.cost_scale = problem.n, problem.qp, problem.cost_scale
        self.problem, self.measurements = problem, 0
        self._deviation, self._random = deviation * problem.cost_scale, random.Random(seed)

    def cost(self, X):
        """A measurement at X, an int."""
        self.measurements += 1
        noise = self._random.gauss(0, self._deviation) if self._deviation else 0
        return self.problem.cost(X) + round(noise)


class Count(NamedTuple):
    """measurements, in all; cost: real, at the end."""

    measurements: int
    cost: float


class Row(NamedTuple):
    """A problem without noise: ours with the cost alone, with the gradient (its epochs; None where
    there is none), and SciPy's; same: whether the two of ours end alike."""

    name: str
    n: int
    alone: Count
    gradient: Count | None
    nelder_mead: Count
    powell: Count
    same: bool | None


def problems(qp=QP):
    """The problems without noise."""
    rosenbrock = Rosenbrock(qp)
    beale = Beale(qp)
    return [rosenbrock, beale, Himmelblau(qp), *(Loop(n, qp) for n in SIZES)]


def real(problem, x):
    """The cost at real numbers, a float."""
    if isinstance(problem, Loop):
        return problem.real(x)
    fine = type(problem)(1 << 30)
    return fine.cost([round(v * (1 << 30)) for v in x]) / fine.cost_scale


def start_of(problem):
    """The start in real units."""
    return [float(text) for text in problem.start]


def compare(qp=QP):
    """Yields a `Row` for each of the problems."""
    from scipy.optimize import minimize

    for problem in problems(qp):
        x0 = [quantize(text, qp) for text in problem.start]
        o = _run(Optimizer(Alone(problem), x0))
        alone = Count(o.objective.measurements, o.cost / problem.cost_scale)
        gradient = same = None
        if hasattr(problem, "gradient"):
            g = _run(Optimizer(problem, x0, mode="compensated"))
            gradient = Count(g.epochs + 1, g.cost / problem.cost_scale)
            same = g.x == o.x
        ends = []
        for method in ("Nelder-Mead", "Powell"):
            found = minimize(lambda x, p=problem: real(p, x), start_of(problem), method=method)
            ends.append(Count(found.nfev, float(found.fun)))
        yield Row(problem.name, problem.n, alone, gradient, *ends, same)


def _run(optimizer):
    while optimizer.step():
        pass
    return optimizer


class Noisy(NamedTuple):
    """A loop with noise over all seeds. best: the least true cost; excess, nelder_mead: medians of
    the true cost of the point returned beyond it, in parts of it; measurements: their median, the
    same for both; told: of the seeds, those whose told cost is within two standard errors of the
    true one; certificates: those that ended with one of the lattice."""

    name: str
    n: int
    noise: float
    auto: bool
    best: float
    excess: float
    nelder_mead: float
    measurements: float
    seeds: int
    told: int
    certificates: int


def noisy(noise, n, seeds=SEEDS, qp=QP, auto=True):
    """The `Noisy` of a loop of n gains."""
    from scipy.optimize import minimize

    loop = Loop(n, qp)
    x0 = [quantize(text, qp) for text in loop.start]
    best = _run(Optimizer(Alone(loop), x0)).cost / loop.cost_scale
    deviation = noise * best
    excesses, theirs, counts, told, certificates = [], [], [], 0, 0
    for seed in range(seeds):
        objective = Alone(loop, deviation, seed)
        given = "auto" if auto else round(deviation * loop.cost_scale)
        o = _run(Optimizer(objective, x0, noise=given))
        true = loop.cost(o.x) / loop.cost_scale
        excesses.append(true / best - 1)
        counts.append(objective.measurements)
        told += abs(o.cost / loop.cost_scale - true) <= 2 * o.error / loop.cost_scale
        certificates += o.status == LATTICE_MINIMUM
        rng = random.Random(seed)
        settings = {"maxfev": objective.measurements, "xatol": 0, "fatol": 0}
        found = minimize(
            lambda x, rng=rng: loop.real(x) + rng.gauss(0, deviation),
            start_of(loop),
            method="Nelder-Mead",
            options=settings,
        )
        theirs.append(loop.real(found.x) / best - 1)
    medians = [float(statistics.median(v)) for v in (excesses, theirs, counts)]
    return Noisy(loop.name, n, noise, auto, best, *medians, seeds, told, certificates)
