"""Box bounds by projection: no trial leaves the box, and the end is a minimum within it."""

import random
from functools import partial

import hostile
import pytest
from resuming import assert_resumes

from qbfgs import Optimizer, minimize, status
from qbfgs.grid.box import Box
from qbfgs.grid.position import EDGE
from qbfgs.modes import BOUNDED
from qbfgs.problems import BroydenTridiagonal, ExtendedRosenbrock, Rosenbrock
from qbfgs.quantizer import quantize

each_mode = pytest.mark.parametrize("mode", BOUNDED)


class Fenced:
    """An objective that sees that it is asked inside alone."""

    def __init__(self, objective, lower, upper):
        self.objective, self.n = objective, objective.n
        self.low = [-EDGE if v is None else v for v in lower]
        self.high = [EDGE if v is None else v for v in upper]
        if hasattr(objective, "qp"):
            self.qp = objective.qp

    def cost(self, X):
        assert all(a <= x <= b for a, x, b in zip(self.low, X, self.high, strict=True))
        return self.objective.cost(X)

    def gradient(self, X):
        return self.objective.gradient(X)

    def hessian(self, X):
        return getattr(self.objective, "hessian", hostile.hessian)(X)


def inside_steps(fenced, o):
    for i in range(o.n):
        for step in (1, -1):
            X = [x + step * (i == k) for k, x in enumerate(o.x)]
            if fenced.low[i] <= X[i] <= fenced.high[i]:
                yield X


def solve(objective, x0, lower, upper, **settings):
    fenced = Fenced(objective, lower, upper)
    return fenced, minimize(fenced, x0, lower=lower, upper=upper, **settings, certify=True)


@each_mode
@pytest.mark.parametrize("qp", [16, 256, 1024])
def test_rosenbrock_with_a_wall_before_its_minimum(qp, mode):
    """x <= 1/2: the minimum of the face is at (1/2, 1/4)."""
    objective = Rosenbrock(qp)
    x0 = [quantize(text, qp) for text in objective.start]
    fenced, o = solve(objective, x0, [None, None], [qp // 2, None], mode=mode, polls=200)
    assert o.x == [qp // 2, qp // 4]
    assert o.status == status.LATTICE_MINIMUM


@each_mode
def test_a_corner_holds_all_coordinates(mode):
    objective = hostile.Quadratic([[1, 0], [0, 1]], [500, -500], [1, 1])
    fenced, o = solve(objective, [3, 3], [-20, -30], [40, 50], mode=mode, polls=50)
    assert o.x == [40, -30] and o.status == status.LATTICE_MINIMUM


@each_mode
def test_a_bound_is_left_when_the_gradient_turns(mode):
    """The start is at a bound that the minimum is not at."""
    objective = Rosenbrock(256)
    fenced, o = solve(objective, [-300, 300], [-300, -300], [300, 300], mode=mode)
    assert o.x == [256, 256] or mode == "limited"
    assert max(abs(v - 256) for v in o.x) <= 16


@each_mode
def test_equal_bounds_fix_a_parameter(mode):
    objective = ExtendedRosenbrock(256, 4)
    x0 = [quantize(text, 256) for text in objective.start]
    bounds = [x0[0], None, None, None]
    fenced, o = solve(objective, x0, bounds, bounds, mode=mode)
    assert o.x[0] == x0[0] and o.x[2:] == [256, 256]
    assert abs(o.x[1] - x0[0] ** 2 // 256) <= 1


@each_mode
def test_when_all_is_fixed_the_run_ends_at_once(mode):
    fenced, o = solve(Rosenbrock(16), [5, 6], [5, 6], [5, 6], mode=mode)
    assert (o.x, o.epochs, o.status) == ([5, 6], 0, status.LATTICE_MINIMUM)


@each_mode
@pytest.mark.parametrize("n", [2, 5, 40])
def test_random_quadratics_end_at_a_minimum_of_the_box(mode, n):
    if mode != "limited":
        n = min(n, 10)
    for seed in range(20):
        rng = random.Random(100 * n + seed)
        objective = hostile.quadratic(rng, n, 100)
        x0 = [rng.randint(-500, 500) for _ in range(n)]
        lower = [rng.choice((None, x - rng.randint(0, 300))) for x in x0]
        upper = [rng.choice((None, x + rng.randint(0, 300))) for x in x0]
        fenced, o = solve(objective, x0, lower, upper, mode=mode, polls=2000)
        assert o.status == status.LATTICE_MINIMUM
        assert all(objective.cost(X) >= o.cost for X in inside_steps(fenced, o))


@each_mode
def test_bounds_of_no_effect_leave_the_run_as_it_is(mode):
    for objective in (Rosenbrock(128), ExtendedRosenbrock(64, 8), BroydenTridiagonal(256, 12)):
        x0 = [quantize(text, objective.qp) for text in objective.start]
        free = minimize(objective, x0, mode=mode, certify=True)
        far = [9 * objective.qp] * objective.n
        for settings in (
            {"lower": [-v for v in far]},
            {"upper": far},
            {"lower": [None] * objective.n, "upper": far},
            {"lower": [-(10**9)] * objective.n},
        ):
            bound = minimize(objective, x0, mode=mode, **settings, certify=True)
            assert (bound.checksum, bound.status) == (free.checksum, free.status)


@each_mode
def test_an_objective_may_bring_its_bounds(mode):
    class Bounded(Rosenbrock):
        upper = [128, None]

    o = minimize(Bounded(256), [0, 0], mode=mode, polls=200, certify=True)
    assert o.x == [128, 64]
    assert minimize(
        Bounded(256), [0, 0], mode=mode, upper=[64, None], polls=200, certify=True
    ).x == [64, 16]


@each_mode
def test_a_checkpoint_holds_the_bounds(mode):
    objective = ExtendedRosenbrock(256, 6)
    x0 = [quantize(text, 256) for text in objective.start]
    lower, upper = [None, 100, None, None, -310, None], [200] * 6
    x0 = [min(v, 200) for v in x0]
    settings = {"mode": mode, "lower": lower, "upper": upper}
    whole = minimize(objective, x0, **settings, certify=True)
    make = partial(Optimizer, objective, x0, **settings)
    assert_resumes(make, objective, whole, (0, 5, 12, 30))


@each_mode
def test_harm_within_bounds_stays_in_words_and_in_the_box(core, mode):
    for seed in range(25):
        rng = hostile.seeded("bounds", mode, seed)
        n = rng.choice((1, 2, 3, 6))
        label, objective, x0, settings = hostile.draw(rng, n)
        lower = [rng.choice((None, v, max(-EDGE, v - rng.randint(0, 9000)))) for v in x0]
        upper = [rng.choice((None, v, min(EDGE, v + rng.randint(0, 9000)))) for v in x0]
        fenced = Fenced(objective, lower, upper)
        o = core.module("optimizer").Optimizer(
            fenced, x0, mode=mode, lower=lower, upper=upper, max_epochs=60, **settings
        )
        while o.step():
            pass
        assert o.status != status.RUNNING
        if o.status == status.LATTICE_MINIMUM:
            assert all(objective.cost(X) >= o.cost for X in inside_steps(fenced, o))


def test_the_box_itself():
    box = Box([None, -5, 3], [7, None, 3], EDGE, 3)
    x = [0, -5, 3]
    assert box.holds(x, [7, 0, 0]) and not box.holds(x, [8, 0, 0])
    assert not box.holds(x, [0, -1, 0]) and not box.holds(x, [0, 0, 1])
    d = [9, -9, 9, 0, 4]
    box.clip(x, d)
    assert d[:3] == [7, 0, 0]
    y = [1, 9, 9, 0, 4]
    box.hold(y, x, [-4, 4, -4])
    assert y == [1, 0, 0, 0, 1]  # the first is at no bound
    y = [1, 9, 9, 0, 4]
    box.hold(y, x, [4, -4, 0])
    assert y == [1, 9, 9, 0, 4]
    y = [1, 9, 9, 0, 4]
    box.face(y, [7, -5, 3], [7, 0, 0])
    assert y == [1, 0, 0, 0, 1]
    box.face(y, [7, -5, 3], [0, 0, 0])
    assert y == [0, 0, 0, 0, 0]
