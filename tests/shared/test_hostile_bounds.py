"""Bounded runs that mean harm end well: no exception, and a state that agrees with itself.

Line fits whose slope stays at its bound, and the objectives of `hostile`, in boxes; modes
"compensated" and "limited", refined and not, Qp of each parameter apart.
QBFGS_FUZZ=100000 in the environment makes so many runs.
"""

import ast
import os
from pathlib import Path

import hostile
import pytest

from qbfgs import Optimizer, minimize, status
from qbfgs.grid.position import EDGE
from qbfgs.modes import BOUNDED, MODES
from qbfgs.problems import Wood
from qbfgs.quantizer import quantize
from qbfgs_tools.lab.operators.counting import BLOCK_ROOMS

FUZZ = int(os.environ.get("QBFGS_FUZZ", "0"))
COUNT = FUZZ // 2 or 250  # runs of each mode
CHECKED = 40  # runs of each mode with every operator watched


class Line:
    """y = a t + b in grid steps of their own, data that may fall while a >= 0."""

    n = 2

    def __init__(self, rng):
        self.qp = [rng.choice((1, 8, 64, 1000)), rng.choice((1, 64, 1000))]
        top = rng.choice((10, 1000, 10000, 20000, 60000, 100000))
        fall = rng.choice((-300, 0, 7, 200))
        noise = rng.choice((0, 3, 60))
        step = max(1, top // 10)
        self.data = [
            (t, 900 - (t // fall if fall else 0) + rng.randint(-noise, noise))
            for t in range(0, top + 1, step)
        ]

    def _residuals(self, x):
        p, q = self.qp
        return [(t, q * x[0] * t + p * x[1] - p * q * y) for t, y in self.data]

    def cost(self, x):
        return sum(r * r for _, r in self._residuals(x))

    def gradient(self, x):
        p, q = self.qp
        rows = self._residuals(x)
        return [2 * q * sum(t * r for t, r in rows), 2 * p * sum(r for _, r in rows)]

    def hessian(self, x):
        p, q = self.qp
        t = [t for t, _ in self.data]
        return [2 * q * q * sum(v * v for v in t), 2 * p * q * sum(t), 2 * p * p * len(t)]


def bound(rng, v, sign):
    """None, or a bound at or beyond v on its side."""
    far = rng.choice((None, 0, 1, 5, 300, 9000, 10**7))
    return None if far is None else v + sign * rng.randint(0, far)


def draw(rng, mode):
    """A random objective, its start, and the settings of a bounded run."""
    if rng.random() < 0.5:
        objective = Line(rng)
        x0 = [rng.choice((0, 0, 1, 40, 3000)), rng.choice((0, 0, -500, 60000))]
        settings = {"lower": [0, None], "upper": [None, None]}
        if rng.random() < 0.5:
            settings = {"lower": [0, bound(rng, x0[1], -1)], "upper": [None, bound(rng, x0[1], 1)]}
    else:
        n = rng.choice((1, 2, 3, 5))
        label, objective, x0, settings = hostile.draw(rng, n)
        settings["lower"] = [bound(rng, v, -1) for v in x0]
        settings["upper"] = [bound(rng, v, 1) for v in x0]
    k = rng.choice((0, 0, 1, 4, 9, 16))
    x0 = [v >> k << k for v in x0]
    for name, outward in (("lower", min), ("upper", max)):
        settings[name] = [
            b if b is None else outward(b, v) for b, v in zip(settings[name], x0, strict=True)
        ]
    settings["mode"] = mode
    if max(map(abs, x0)) <= EDGE:
        settings["refine"] = k
    else:
        x0 = [max(-EDGE, min(EDGE, v)) for v in x0]
    return objective, x0, settings


def consistent(o, objective, settings, trials):
    """The state of an optimiser says one thing, and nothing was asked outside the box."""
    assert o.epochs == o.updates + o.idles == trials
    assert 0 <= o.compensations <= o.epochs
    assert o.cost == objective.cost(o.x)
    position = o._position
    assert o.level == objective.cost([v << position.shift for v in position.x])
    for i, v in enumerate(o.x):
        assert v & ((1 << o.refine) - 1) == 0
        low, high = settings["lower"][i], settings["upper"][i]
        assert (low is None or low <= v) and (high is None or v <= high) and abs(v) <= EDGE


def run(make, rng, mode):
    """One run, checked now and then and at its end; returns its status."""
    objective, x0, settings = draw(rng, mode)
    low = [-EDGE if v is None else max(v, -EDGE) for v in settings["lower"]]
    high = [EDGE if v is None else min(v, EDGE) for v in settings["upper"]]
    trials = -1

    class Asked:
        n = len(x0)

        def cost(self, X):
            nonlocal trials
            trials += 1
            assert all(a <= v <= b for a, v, b in zip(low, X, high, strict=True))
            return objective.cost(X)

        def gradient(self, X):
            return objective.gradient(X)

        def hessian(self, X):
            return getattr(objective, "hessian", hostile.hessian)(X)

    if hasattr(objective, "qp"):
        Asked.qp = objective.qp
    o = make(Asked(), x0, max_epochs=rng.choice((20, 60, 150)), **settings)
    consistent(o, objective, settings, trials)
    while o.step():
        if rng.random() < 0.03:
            consistent(o, objective, settings, trials)
    consistent(o, objective, settings, trials)
    assert o.status not in (status.RUNNING, status.BAD_OBJECTIVE)
    return o


@pytest.mark.parametrize("mode", BOUNDED)
def test_bounded_runs_that_mean_harm(mode):
    found = set()
    for i in range(COUNT):
        rng = hostile.seeded("bounded", mode, i)
        try:
            found.add(run(Optimizer, rng, mode).status)
        except Exception as error:
            raise AssertionError(f"run {i} in mode {mode}: {error!r}") from error
    assert len(found) >= 3


@pytest.mark.parametrize("mode", BOUNDED)
def test_sizes_and_mantissas_agree_in_bounded_runs(core, mode):
    """Every size that is read is that of its mantissas: WordError and SizeError otherwise."""
    make = core.module("optimizer").Optimizer
    for i in range(CHECKED):
        run(make, hostile.seeded("sizes", mode, i), mode)


def size_reads(path):
    """The lines of a module that read the size of a block."""
    tree = ast.parse(Path(path).read_text())
    lines = set()
    for function in ast.walk(tree):
        # `put` reads the size of what it writes
        if isinstance(function, ast.FunctionDef) and function.name != "put":
            for node in ast.walk(function):
                if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
                    if ast.unparse(node.slice) == "-1":
                        lines.add(node.lineno)
    return lines


def test_every_place_that_uses_a_size_was_watched(core):
    """So whatever wrote the mantissas, in any mode: a wrong size is seen where it would count."""
    make = core.module("optimizer").Optimizer
    problem = Wood(16 << 4)
    x0 = [quantize(text, 16) << 4 for text in problem.start]
    for mode in MODES:
        o = make(problem, x0, mode=mode, max_epochs=60)
        while o.step():
            pass
    for mode in BOUNDED:
        o = make(problem, x0, mode=mode, refine=4, upper=[100, None, 999, 230])
        while o.step():
            pass
    reads = 0
    for name, hooks in core.hooks.items():
        if name.split(".")[0] in BLOCK_ROOMS:
            expected = size_reads(hooks.filename)
            assert hooks.sizes == expected, name
            reads += len(expected)
    assert reads >= 15


@pytest.mark.parametrize("mode", BOUNDED)
@pytest.mark.parametrize("top", [1000, 10000, 20000, 40000, 60000, 100000])
def test_a_slope_at_its_bound(mode, top):
    """y = a t + b with a >= 0 and data that fall: this died of ZeroDivisionError."""

    class Falling(Line):
        qp = 64
        lower = [0, None]

        def __init__(self):
            self.data = [(t, 900 - t // 200) for t in range(0, top + 1, top // 10)]

        def _residuals(self, x):
            return [(t, x[0] * t + x[1] - 64 * y) for t, y in self.data]

        def gradient(self, x):
            rows = self._residuals(x)
            return [2 * sum(t * r for t, r in rows), 2 * sum(r for _, r in rows)]

        def hessian(self, x):
            t = [t for t, _ in self.data]
            return [2 * sum(v * v for v in t), 2 * sum(t), 2 * len(t)]

    objective = Falling()
    o = minimize(objective, [0, 0], mode=mode, max_epochs=200)
    assert o.cost == objective.cost(o.x) and o.x[0] >= 0
    assert o.epochs == o.updates + o.idles
