"""Fine to coarse: asked points alone count, and the best of them is found."""

import hostile
import pytest
from resuming import assert_resumes

from qbfgs import Optimizer, minimize, status
from qbfgs.grid.position import EDGE
from qbfgs.modes import BOUNDED
from qbfgs.modes.refined import fineness
from qbfgs.problems import Beale, BroydenTridiagonal, FreudensteinRoth, Rosenbrock, Wood
from qbfgs.quantizer import quantize

each_mode = pytest.mark.parametrize("mode", BOUNDED)


def start(problem, k):
    return [quantize(text, problem.qp >> k) << k for text in problem.start]


def solve(problem, k, **settings):
    return minimize(problem, start(problem, k), refine=k, **settings, certify=True)


# Problem, Qp asked for, k, mode, and what they give: epochs, checksum.
RUNS = [
    (Wood, 16, 12, "compensated", 140, 535519672),
    (Rosenbrock, 64, 10, "compensated", 52, 451785215),
    (BroydenTridiagonal, 250, 5, "compensated", 76, 307101399),
    (BroydenTridiagonal, 250, 5, "limited", 39, 519556327),
]


@pytest.mark.parametrize("problem, qp, k, mode, epochs, checksum", RUNS)
def test_pinned_runs(problem, qp, k, mode, epochs, checksum):
    o = solve(problem(qp << k), k, mode=mode)
    assert (o.epochs, o.checksum) == (epochs, checksum)


class Noting:
    """Notes what is asked of an objective."""

    def __init__(self, objective):
        self.objective, self.n, self.qp = objective, objective.n, objective.qp
        self.asked, self.gradients = [], 0

    def cost(self, X):
        self.asked.append(tuple(X))
        return self.objective.cost(X)

    def gradient(self, X):
        assert tuple(X) == self.asked[-1]
        self.gradients += 1
        return self.objective.gradient(X)

    def hessian(self, X):
        return self.objective.hessian(X)


@each_mode
@pytest.mark.parametrize("problem", [Rosenbrock, Beale, Wood, BroydenTridiagonal])
def test_x_is_the_best_asked_point_met_and_an_epoch_one_evaluation(problem, mode):
    k = 6
    objective = Noting(problem(64 << k))
    o = Optimizer(objective, start(objective.objective, k), refine=k, mode=mode, certify=True)
    met = []
    while True:
        X = objective.asked[-1]
        if all(x % (1 << k) == 0 for x in X):
            met.append((objective.objective.cost(X), X))
        assert o.cost == min(met)[0] == objective.objective.cost(o.x)
        assert tuple(o.x) in [X for cost, X in met if cost == o.cost]
        if not o.step():
            break
        assert len(objective.asked) == o.epochs + 1
        assert objective.gradients == o.updates + 1
    assert len(met) < o.epochs, "some trials must be between the asked points"
    assert o.status in (status.LATTICE_MINIMUM, status.MODEL_MINIMUM, status.POLLED)


@pytest.mark.parametrize("qp", [16, 64, 256, 1024])
def test_woods_saddle_is_passed(qp):
    """On the asked grid alone a run can end at the saddle of cost 7.88."""
    k = fineness(qp, [3 * qp])
    assert qp << k == 65536
    o = solve(Wood(65536), k)
    assert o.cost == 0 and o.x == [65536] * 4


@each_mode
def test_a_certificate_is_of_the_asked_neighbours(mode):
    found = 0
    for qp, k in ((16, 12), (64, 5), (256, 3)):
        for problem in (Beale, Rosenbrock, BroydenTridiagonal):
            objective = problem(qp << k)
            o = solve(objective, k, mode=mode, polls=10**6)
            assert o.status == status.LATTICE_MINIMUM
            for i in range(o.n):
                for step in (1 << k, -1 << k):
                    X = [x + step * (i == j) for j, x in enumerate(o.x)]
                    assert objective.cost(X) >= o.cost
            found += 1
    assert found == 9


def test_the_range_of_the_fine_grid():
    """This run needs x = 11.4; grids of 1/65536 end at 8, of 1/16384 at 32."""
    o = solve(FreudensteinRoth(64 << 10), 10)
    assert o.status == status.RANGE_LEFT
    o = solve(FreudensteinRoth(64 << 8), 8)
    assert o.status == status.LATTICE_MINIMUM
    assert o.cost < 49 * o.objective.cost_scale


def test_fineness():
    assert fineness(16, [0, 0]) == 12
    assert fineness(1024, [-1024, 2048]) == 6
    assert fineness(1000, [0]) == 6
    assert fineness(65536, [0]) == fineness(100000, [0]) == 0
    assert fineness(16, [16 * 25]) == 9
    assert fineness(16, [0, -(2**18)]) == 0


@each_mode
def test_no_refinement_is_the_plain_run(mode):
    objective = Rosenbrock(256)
    plain = minimize(objective, start(objective, 0), mode=mode, certify=True)
    assert solve(objective, 0, mode=mode).checksum == plain.checksum


BAD = {
    "negative": ([0, 0], {"refine": -1}, ValueError, "refine must be 0 or more, not -1"),
    "large": ([0, 0], {"refine": 17}, ValueError, "refine must be 16 or less, not 17"),
    "float": ([0, 0], {"refine": 2.0}, TypeError, "refine must be an int, not 2.0"),
    "between": ([8, 4], {"refine": 3}, ValueError, r"x0\[1\] = 4 is between the points asked for"),
    "paper": ([0, 0], {"refine": 3, "mode": "paper"}, ValueError, "'paper' refines nothing"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_refined(name):
    x0, settings, error, words = BAD[name]
    with pytest.raises(error, match=words):
        Optimizer(Rosenbrock(64), x0, **settings, certify=True)


@each_mode
@pytest.mark.parametrize("k", [1, 6])
def test_a_checkpoint_holds_the_fine_part_too(mode, k):
    objective = Wood(64 << k)
    whole = solve(objective, k, mode=mode)
    stops = (0, 1, 7, 20, 40, 60, whole.epochs - 3)
    x0 = start(objective, k)
    assert_resumes(
        lambda: Optimizer(objective, x0, mode=mode, refine=k, certify=True), objective, whole, stops
    )


@each_mode
def test_bounds_count_on_the_asked_grid(mode):
    """x <= 0.49 on a grid of 1/16: 7/16 is the last point inside."""
    k = 8
    objective = Rosenbrock(16 << k)
    upper = [49 * objective.qp // 100, None]
    o = solve(objective, k, mode=mode, upper=upper, polls=200)
    assert o.x == [7 << k, 3 << k] and o.status == status.LATTICE_MINIMUM


def test_a_target_is_one_of_asked_points():
    objective = Rosenbrock(64 << 6)
    o = solve(objective, 6, target=0)
    assert (o.status, o.x) == (status.TARGET, [4096, 4096])


@each_mode
def test_harm_stays_in_words(core, mode):
    for seed in range(60):
        rng = hostile.seeded("refined", mode, seed)
        n, k = rng.choice((1, 2, 3, 6)), rng.choice((1, 2, 5, 12, 16))
        label, objective, x0, settings = hostile.draw(rng, n)
        x0 = [max(x, -EDGE) >> k << k for x in x0]
        settings.pop("target", None)
        if max(map(abs, x0)) > EDGE:
            continue
        o = core.module("optimizer").Optimizer(
            hostile.bent(objective), x0, mode=mode, refine=k, max_epochs=60, **settings
        )
        while o.step():
            assert all(-EDGE <= x <= EDGE for x in o.trial)
        assert o.status != status.RUNNING
        assert all(x % (1 << k) == 0 for x in o.x)
        assert o.cost == objective.cost(o.x)
