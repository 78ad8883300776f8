"""How soon runs end: epochs to near the cost returned, to the best point, and in all.

Three sets of cases on two grids: the problems of `comparison`, random starts, and curves of sensors
fitted to made-up readings. Every run is made twice, by default and with `certify`. Seeded: the same
call gives the same figures.
"""

import math
import random
import statistics
from typing import NamedTuple

from qbfgs import Optimizer
from qbfgs.checks import TOLERANCE
from qbfgs.data import Table
from qbfgs.grid.position import EDGE
from qbfgs.models.recipes import make
from qbfgs.problems import Rosenbrock
from qbfgs.quantizer import quantize

from .comparison import CASES

QPS = (1 << 10, 1 << 16)
SETS = ("dimensions", "random starts", "curves")
NEAR = 10**-5  # of the decrease from the start to the cost returned (More and Wild's test)
JITTER = 0.5  # standard deviation of a start about a problem's own, units
NOISES = (0, 0.003, 0.01, 0.05, 0.2)  # of readings whose curve spans 0.5 to 3
READINGS = 40


class End(NamedTuple):
    """near: epochs until the cost was within NEAR of what the run lowered it by; best: to the cost
    returned; epochs: in all; cost, of the point returned; status: of the optimiser."""

    near: int
    best: int
    epochs: int
    cost: int
    status: int


class Row(NamedTuple):
    """A case: group, of `SETS`; label; n; qp; default, certified: the `End`s.

    worse: whether the default's cost is above the other's by more than the tolerance says."""

    group: str
    label: str
    n: int
    qp: int
    default: End
    certified: End

    @property
    def worse(self):
        """See above."""
        excess = self.default.cost - self.certified.cost
        return excess << TOLERANCE > self.certified.cost


class Total(NamedTuple):
    """Over some rows: cases; near, best, epochs: their sums by default; certified: the epochs in
    all with certify; ratio, certified_ratio: medians of all to near; worse: how many are."""

    cases: int
    near: int
    best: int
    epochs: int
    certified: int
    ratio: float
    certified_ratio: float
    worse: int


def cases(qp, count, seed):
    """Yields (group, label, objective, start in grid integers) of all cases on a grid.

    count: of random starts, every other one of Rosenbrock's function, from [-4, 4] x [-5, 5], the
    rest about the starts of the problems of `comparison`."""
    for label, factory, start in CASES:
        problem = factory(qp)
        yield SETS[0], label, problem, _inside(problem.start if start is None else start, qp)
    rng = random.Random(seed)
    for k in range(count):
        if k % 2:
            x0 = [rng.randint(-4 * qp, 4 * qp), rng.randint(-5 * qp, 5 * qp)]
            yield SETS[1], "rosenbrock", Rosenbrock(qp), x0
        else:
            label, factory, start = rng.choice(CASES)
            problem = factory(qp)
            x0 = _inside(problem.start if start is None else start, qp)
            x0 = [x + round(rng.gauss(0, JITTER) * qp) for x in x0]
            yield SETS[1], label, problem, [max(-EDGE, min(EDGE, x)) for x in x0]
    for name, curve in (("exp", lambda t: math.exp(-t)), ("saturation", lambda t: t / (1 + t))):
        for noise in NOISES:
            rate, height = rng.uniform(0.3, 3), rng.uniform(0.5, 3)
            rows = [
                (100 * t, round(1000 * (height * curve(rate * t / 10) + rng.gauss(0, noise))))
                for t in range(READINGS)
            ]
            model = make(name, Table(rows), 0, qp)
            yield SETS[2], f"{name}, noise {noise:g}", model, model.start()


def _inside(texts, qp):
    return [max(-EDGE, min(EDGE, quantize(text, qp))) for text in texts]


def compare(count=500, seed=1, qps=QPS, mode="compensated"):
    """Yields a `Row` for each case on each grid."""
    for qp in qps:
        for group, label, problem, x0 in cases(qp, count, seed):
            ends = [solve(problem, x0, mode=mode, certify=certify) for certify in (False, True)]
            yield Row(group, label, problem.n, qp, *ends)


def solve(problem, x0, **settings):
    """The `End` of a run."""
    o = Optimizer(problem, x0, **settings)
    costs = [o.cost]
    while o.ask() is not None:
        o.step()
        costs.append(o.cost)
    enough = NEAR * (costs[0] - o.cost)
    near = next(k for k, cost in enumerate(costs) if cost - o.cost <= enough)
    return End(near, costs.index(o.cost), o.epochs, o.cost, o.status)


def total(rows):
    """The `Total` of some rows."""
    return Total(
        len(rows),
        sum(r.default.near for r in rows),
        sum(r.default.best for r in rows),
        sum(r.default.epochs for r in rows),
        sum(r.certified.epochs for r in rows),
        statistics.median(r.default.epochs / max(1, r.default.near) for r in rows),
        statistics.median(r.certified.epochs / max(1, r.certified.near) for r in rows),
        sum(r.worse for r in rows),
    )
