"""Mode "limited": quality, honesty, and memory and work that grow as n."""

from functools import partial

import hostile
import pytest
from resuming import assert_resumes

from qbfgs import Optimizer, minimize, status
from qbfgs.modes import DENSE, NEWTON
from qbfgs.problems import BroydenTridiagonal, ExtendedRosenbrock, VariablyDimensioned
from qbfgs.quantizer import quantize
from qbfgs_tools.lab.operators import counting as operators


def start(problem):
    return [quantize(text, problem.qp) for text in problem.start]


def solve(problem, **settings):
    return minimize(problem, start(problem), mode="limited", **settings, certify=True)


def unit_steps(o):
    for i in range(o.n):
        for step in (1, -1):
            yield [x + step * (i == k) for k, x in enumerate(o.x)]


# Problem, n, Qp, and what they give: epochs, checksum.
RUNS = [
    (ExtendedRosenbrock, 10, 1024, 62, 147574802),
    (ExtendedRosenbrock, 50, 256, 170, 331885171),
    (ExtendedRosenbrock, 100, 64, 137, 940525110),
    (BroydenTridiagonal, 10, 256, 32, 725032249),
    (BroydenTridiagonal, 200, 1024, 128, 638252702),
    (VariablyDimensioned, 20, 1024, 153, 115526633),
]


@pytest.mark.parametrize("problem, n, qp, epochs, checksum", RUNS)
def test_pinned_runs(problem, n, qp, epochs, checksum):
    o = solve(problem(qp, n), polls=100)
    assert (o.epochs, o.checksum) == (epochs, checksum)


@pytest.mark.parametrize("n", [2, 10, 50, 100])
@pytest.mark.parametrize("qp", [256, 1024])
def test_rosenbrocks_valleys_are_run_through(n, qp):
    """To the minimum itself, however many pairs of coordinates there are."""
    o = solve(ExtendedRosenbrock(qp, n), target=0)
    assert o.status == status.TARGET and o.epochs <= 100


@pytest.mark.parametrize("n", [10, 50, 200])
@pytest.mark.parametrize("qp", [64, 1024])
def test_a_tridiagonal_system_takes_few_epochs(n, qp):
    problem = BroydenTridiagonal(qp, n)
    o = solve(problem, target=problem.cost(start(problem)) // 500)
    assert o.status == status.TARGET and o.epochs <= 10


@pytest.mark.parametrize("problem", [ExtendedRosenbrock, BroydenTridiagonal, VariablyDimensioned])
def test_a_lattice_minimum_is_one_of_the_unit_steps(problem):
    for n, qp in ((2, 16), (10, 64), (30, 256)):
        objective = problem(qp, n)
        o = solve(objective)
        assert o.status == status.LATTICE_MINIMUM
        assert all(objective.cost(X) >= o.cost for X in unit_steps(o))


def test_polls_bound_the_search_and_the_status_says_so():
    objective = BroydenTridiagonal(256, 80)
    for polls in (0, 1, 30):
        o = solve(objective, polls=polls)
        assert o.status == status.POLLED
        assert o._rule.polls == polls <= o.idles
    o = solve(objective, polls=160)
    assert o.status == status.LATTICE_MINIMUM
    assert all(objective.cost(X) >= o.cost for X in unit_steps(o))


def test_the_mode_for_many_parameters_by_itself():
    for n in (2, DENSE, DENSE + 2, NEWTON, NEWTON + 2):
        problem = ExtendedRosenbrock(64, n)
        o = Optimizer(problem, start(problem), certify=True)
        assert o.mode == ("newton" if n <= NEWTON else "limited")
        assert Optimizer(None, start(problem)).mode == ("compensated" if n <= DENSE else "limited")
    assert Optimizer(problem, start(problem), mode="compensated").mode == "compensated"


def words(part):
    """Ints that a part of an optimiser keeps."""
    total, seen, waiting = 0, [], [part]
    while waiting:
        value = waiting.pop()
        if any(value is other for other in seen):
            continue
        if isinstance(value, list):
            seen.append(value)
            waiting += value
        elif isinstance(value, int):
            total += 1
        elif type(value).__module__.startswith("qbfgs"):
            seen.append(value)
            waiting += vars(value).values()
    return total


def test_memory_grows_as_the_pairs_times_n():
    def kept(n, pairs):
        return words(Optimizer(None, [0] * n, mode="limited", pairs=pairs)._rule.model)

    assert kept(400, 8) - kept(300, 8) == kept(300, 8) - kept(200, 8) == 2 * 8 * 100
    assert kept(300, 9) - kept(300, 8) == kept(300, 8) - kept(300, 7)
    assert words(Optimizer(None, [0] * 650, mode="limited", certify=True)) < 40 * 650 + 1000


def test_work_grows_as_n():
    """Operators of the same epochs for n and 2 n: each pair of coordinates is the same valley."""

    def work(n):
        with operators.counted() as core:
            problem = core.module("problems.polynomials").ExtendedRosenbrock(1024, n)
            o = core.module("optimizer").Optimizer(problem, start(problem), mode="limited")
            for _ in range(30):
                o.step()
            return sum(core.counts(exclude={"problems"}).values())

    few, twice = work(50), work(100)
    assert 1.5 * few < twice < 2.1 * few


def test_a_checkpoint_holds_all():
    problem = BroydenTridiagonal(256, 30)
    whole = solve(problem)
    make = partial(Optimizer, problem, start(problem), mode="limited", pairs=None, certify=True)
    assert_resumes(make, problem, whole, (0, 3, 20, 40, 70))


def test_a_concave_start_is_left():
    class Hill:
        n = 30

        def cost(self, X):
            return sum((x * x - 400) ** 2 for x in X)

        def gradient(self, X):
            return [4 * x * (x * x - 400) for x in X]

    o = minimize(Hill(), [k % 7 - 3 for k in range(30)], polls=60, certify=True)
    assert o.mode == "limited" and o.status == status.LATTICE_MINIMUM
    assert all(abs(x) == 20 for x, k in zip(o.x, range(30), strict=True) if k % 7 != 3)


@pytest.mark.parametrize("n", [300, 650])
def test_words_hold_for_many_parameters(core, n):
    for seed in range(3):
        rng = hostile.seeded("limited", n, seed)
        label, objective, x0, settings = hostile.draw(rng, n)
        settings["pairs"] = 3
        o = core.module("optimizer").Optimizer(
            objective, x0, mode="limited", max_epochs=8, **settings
        )
        while o.step():
            pass
        assert o.status != status.RUNNING and o.cost == objective.cost(o.x)
