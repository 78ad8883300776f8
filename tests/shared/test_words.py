"""The proof of words: the unchanged core with every operator checked for -2^30 .. 2^30 - 1.

All problems and modes, random starts, and objectives that mean harm.  No WordError, no exception
of any other kind, and every run ends within its limit with a status that is true.
QBFGS_WORDS_RUNS=3000 in the environment runs that many random ones of each kind.
"""

import itertools
import os
import random

import hostile
import pytest

from qbfgs import Optimizer, problems, status
from qbfgs.grid.position import EDGE
from qbfgs.modes import BOUNDED, MODES
from qbfgs.quantizer import quantize

RUNS = int(os.environ.get("QBFGS_WORDS_RUNS", "0"))
each_mode = pytest.mark.parametrize("mode", MODES)


class Watched:
    """An objective that notes every question, and sees that they are asked inside the edge."""

    def __init__(self, objective):
        self._objective = objective
        self.n = objective.n
        for name in ("qp", "cost_scale"):
            if hasattr(objective, name):
                setattr(self, name, getattr(objective, name))
        self.asked = 0
        self.best = None
        self.since = []  # what was asked since the last go

    def cost(self, X):
        assert len(X) == self.n and all(-EDGE <= x <= EDGE for x in X)
        self.asked += 1
        self.since.append(tuple(X))
        cost = self._objective.cost(list(X))
        self.best = cost if self.best is None else min(cost, self.best)
        return cost

    def gradient(self, X):
        return self._objective.gradient(list(X))

    def hessian(self, X):
        return getattr(self._objective, "hessian", hostile.hessian)(list(X))

    def repeats(self):
        return len(self.since) - len(set(self.since))


def run(core, objective, x0, **settings):
    """A checked run to its end, and that it is an honest one."""
    watched = Watched(objective)
    o = core.module("optimizer").Optimizer(watched, x0, **settings)
    go_on = o.status == status.RUNNING
    while go_on:
        asked, cost, gos = watched.asked, o.cost, o.updates
        go_on = o.step()
        assert watched.asked <= asked + 1
        assert o.cost <= cost
        if o.updates > gos:
            watched.since.clear()
        elif o.mode in BOUNDED:
            # a small decrease that was no go for a main step may be asked for once more
            assert watched.repeats() <= 1
    assert_honest(o, objective, watched, settings.get("polls"))
    return o


def assert_honest(o, objective, watched, polls):
    assert o.epochs == o.updates + o.idles == watched.asked - 1 <= o.max_epochs
    assert 0 <= o.compensations <= o.epochs
    assert o.cost == objective.cost(o.x) >= watched.best
    if o.mode == "fixed-rate":
        assert o.cost == watched.best
    if o.status == status.EPOCH_LIMIT:
        assert o.epochs == o.max_epochs
    elif o.status == status.TARGET:
        assert o.cost <= o.target
    elif o.status == status.RANGE_LEFT:
        at_edge = max(map(abs, o._position.x)) == EDGE
        assert at_edge or o.mode == "fixed-rate"
    elif o.status == status.TABLE_FULL:
        assert o.idles >= 160
    elif o.status == status.LATTICE_MINIMUM:
        for d in neighbours(o):
            X = [x + k for x, k in zip(o.x, d, strict=True)]
            assert max(map(abs, X)) > EDGE or objective.cost(X) >= o.cost
    elif o.status == status.MODEL_MINIMUM:
        assert o.mode in ("compensated", "newton") and (
            o.compensations > 0 or polls == 0 or o.n < 4
        )
    elif o.status == status.CONVERGED:
        assert o.mode in BOUNDED and (o.updates > 0 or o.mode == "newton")
    elif o.status == status.POLLED:
        assert o.mode == "limited" and o.idles >= (16 if polls is None else polls)
    else:
        assert o.status == status.STALLED and o.mode not in BOUNDED


def neighbours(o):
    n = o.n
    if n <= 4 and o.mode != "limited":
        return itertools.product((-1, 0, 1), repeat=n)
    return [[s * (i == k) for i in range(n)] for k in range(n) for s in (1, -1)]


@each_mode
@pytest.mark.parametrize("qp", [16, 256, 1000])
@pytest.mark.parametrize("problem", problems.ALL, ids=lambda problem: problem.name)
def test_every_problem(core, problem, qp, mode):
    objective = problem(qp)
    x0 = [quantize(text, qp) for text in objective.start]
    limit = 100 if objective.n <= 4 else 40
    o = run(core, objective, x0, mode=mode, max_epochs=limit, certify=True)
    unwatched = Optimizer(objective, x0, mode=mode, max_epochs=limit, certify=True)
    while unwatched.step():
        pass
    assert (o.checksum, o.x, o.epochs) == (unwatched.checksum, unwatched.x, unwatched.epochs)


def random_start(rng, qp):
    return [rng.randint(-4 * qp, 4 * qp), rng.randint(-5 * qp, 5 * qp)]


@each_mode
def test_random_starts(core, mode):
    count = RUNS or (100 if mode == "compensated" else 25)
    for i in range(count):
        rng = hostile.seeded("start", mode, i)
        qp = rng.choice((1, 2, 3, 10, 16, 32, 100, 256, 1000, 1024, 4096, 16384, 100000))
        if mode not in ("compensated", "fixed-rate", "newton"):
            qp = min(qp, 16384)
        objective = problems.Rosenbrock(qp)
        run(core, objective, random_start(rng, qp), mode=mode, max_epochs=300)


@each_mode
@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_random_harm(core, mode, n):
    count = RUNS or {1: 80, 2: 70, 3: 40, 5: 18, 8: 7}[n]
    if mode != "compensated" and not RUNS:
        count //= 3
    for i in range(count):
        rng = hostile.seeded("harm", mode, n, i)
        label, objective, x0, settings = hostile.draw(rng, n)
        if rng.random() < 0.5:
            objective.qp = rng.choice((1, 2, 16, 1000, 16384))
        if rng.random() < 0.5:
            objective.cost_scale = rng.choice((1, 3, 2**20, 10**24, 2**100, 2**4000))
        run(core, objective, x0, mode=mode, max_epochs=100, certify=i % 2 == 0, **settings)


@each_mode
@pytest.mark.parametrize("n", [16, 64])
def test_random_harm_in_many_dimensions(core, mode, n):
    count = RUNS // (n * n // 4) or (3 if mode == "compensated" else 2)
    for i in range(count):
        rng = hostile.seeded("many", mode, n, i)
        label, objective, x0, settings = hostile.draw(rng, n)
        settings["pairs"] = rng.choice((1, 2)) if n > 16 or not RUNS else None
        limit = {16: 30, 64: 6}[n] if not RUNS else 60
        run(core, objective, x0, mode=mode, max_epochs=limit, **settings)


@each_mode
@pytest.mark.parametrize("n", [1, 3])
def test_every_cost_with_every_gradient(core, mode, n):
    statuses = set()
    for i, cost in enumerate(hostile.COSTS):
        for gradient in (*hostile.GRADIENTS, hostile.slopes_of(cost)):
            rng = hostile.seeded("pairs", n, i)
            objective = hostile.Made(n, cost, gradient, rng.randrange(2**30))
            x0 = [rng.randint(-3000, 3000) for _ in range(n)]
            o = run(core, objective, x0, mode=mode, max_epochs=30, certify=i % 2 == 0)
            statuses.add(o.status)
    assert len(statuses) > 1 or n > 1


@each_mode
@pytest.mark.parametrize("radius", [1, 2**18 - 1])
def test_starts_at_the_edge(core, mode, radius):
    """From corners of the grid, outwards and inwards, over its whole width."""
    for n in (1, 2, 3):
        for sign in (1, -1):
            for cost in (hostile.bowl, hostile.hill, hostile.edge, hostile.falling):
                objective = hostile.Made(n, cost, hostile.slopes_of(cost))
                x0 = [sign * EDGE] * n
                run(core, objective, x0, mode=mode, max_epochs=80, radius=radius)
                objective = hostile.Made(n, cost, hostile.wide_scales)
                run(core, objective, x0, mode=mode, max_epochs=80, radius=radius)


@each_mode
@pytest.mark.parametrize("condition", [10**6, 10**9, 10**12])
def test_thin_ellipsoids(core, mode, condition):
    for n in (2, 3, 5):
        for i in range(2):
            rng = hostile.seeded("thin", n, condition, i)
            objective = hostile.quadratic(rng, n, condition, rng.choice((0, 60, 3000)))
            x0 = [rng.choice((-EDGE, EDGE, 0, 77)) for _ in range(n)]
            run(core, objective, x0, mode=mode, max_epochs=80, radius=2**18 - 1)


@each_mode
def test_a_cost_that_always_falls(core, mode):
    """Every trial is a go, whatever the gradient says."""

    class Falling:
        def __init__(self, n, gradient, by):
            self.n, self._gradient, self._by = n, gradient, by
            self.left = 0

        def cost(self, X):
            self.left -= self._by
            return self.left

        def gradient(self, X):
            return self._gradient(X, 5)

        def hessian(self, X):
            return hostile.hessian(X)

    gos = 0
    for n in (1, 2, 5):
        for k, gradient in enumerate(hostile.GRADIENTS):
            for by in (1, 2**60, 2**3000)[k % 3 :: 3]:
                objective = Falling(n, gradient, by)
                o = core.module("optimizer").Optimizer(objective, [3] * n, mode=mode, max_epochs=40)
                while o.step():
                    pass
                assert o.epochs == o.updates + o.idles <= 40
                gos += o.updates
    assert gos > 600 or mode != "compensated"


@each_mode
def test_a_cost_that_alternates(core, mode):
    """Answers by turns of time, not of X: nothing the optimiser could learn is true."""

    class Alternating:
        n = 2

        def __init__(self, costs):
            self._costs = itertools.cycle(costs)

        def cost(self, X):
            return next(self._costs)

        def gradient(self, X):
            h = hostile.mixed(X, 3)
            return [(h & 0xFFFF) - 0x8000, (h >> 16 & 0xFFFFFFFF) - 0x80000000]

        def hessian(self, X):
            return hostile.hessian(X)

    for costs in ((0, 1), (1, 0, -1), (2**60, -(2**60)), (0, 2**3000, -(2**3000)), (5,)):
        objective = Alternating(costs)
        o = core.module("optimizer").Optimizer(objective, [50, -50], mode=mode, max_epochs=300)
        while o.step():
            pass
        assert o.status != status.RUNNING and o.epochs == o.updates + o.idles <= 300


def test_the_random_ones_vary():
    """The generator makes what it says: many kinds, and all of the table."""
    labels = {hostile.draw(random.Random(i), 2)[0] for i in range(3000)}
    assert len(labels) > 150
    for made in (*hostile.COSTS, *hostile.GRADIENTS):
        assert any(made.__name__ in label for label in labels)
