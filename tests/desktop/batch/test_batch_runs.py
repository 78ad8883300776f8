"""Whole runs of the batch engine: counts, ends and checksums equal to the core's, epoch by epoch.

QBFGS_BATCH_RUNS=100000 in the environment compares that many random runs of Rosenbrock's function
on each grid.
"""

import ast
import os
from pathlib import Path

import hostile
import numpy as np
import pytest

import qbfgs_desktop.batch
from qbfgs import Optimizer, minimize, problems
from qbfgs.data import Table
from qbfgs.data.samples import Samples
from qbfgs.grid.position import EDGE
from qbfgs.models.logistic import Logistic
from qbfgs.quantizer import quantize
from qbfgs.status import LATTICE_MINIMUM, MODEL_MINIMUM, RANGE_LEFT, STALLED, TABLE_FULL, TARGET
from qbfgs_desktop.batch import engine, solve
from qbfgs_desktop.batch.modes import RULES
from qbfgs_desktop.studies.paper_tables import QPS

RUNS = int(os.environ.get("QBFGS_BATCH_RUNS", "0"))
COUNTS = ("epochs", "updates", "idles", "compensations", "status", "checksum")
each_mode = pytest.mark.parametrize("mode", RULES)
each_search = pytest.mark.parametrize("mode", ["compensated", "newton"])


def outcome(optimizer):
    return optimizer.x, optimizer.cost, *(getattr(optimizer, name) for name in COUNTS)


def outcomes(results):
    rows = [results.x.tolist(), results.cost.tolist()]
    return list(zip(*rows, *(getattr(results, name).tolist() for name in COUNTS), strict=True))


def assert_same(problem, starts, mode="compensated", **settings):
    settings["mode"] = mode
    results = solve(problem, np.array(starts), **settings)
    expected = [outcome(minimize(problem, list(start), **settings)) for start in starts]
    assert outcomes(results) == expected
    return results


@each_mode
@pytest.mark.parametrize("qp", [16, 1000])
@pytest.mark.parametrize("problem", problems.ALL, ids=lambda problem: problem.name)
def test_every_problem(problem, qp, mode):
    problem = problem(qp)
    rng = np.random.default_rng(qp)
    x0 = np.array([quantize(text, qp) for text in problem.start])
    starts = x0 + rng.integers(-qp, qp + 1, (4, problem.n))
    starts[0] = x0
    limit = 60 if problem.n <= 2 else 40 if problem.n <= 4 else 25
    assert_same(problem, starts.tolist(), mode=mode, max_epochs=limit)


@each_mode
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_hostile_objectives(n, mode):
    for i in range(6 if mode in ("compensated", "newton") else 3):
        source = hostile.seeded("batch", n, mode, i)
        label, objective, x0, settings = hostile.draw(source, n)
        hostile.bent(objective)
        starts = [x0] + [[v - source.randint(-9, 9) * (v // 9 != 0) for v in x0] for _ in range(2)]
        starts = np.clip(starts, -0x7FFFF, 0x7FFFF).tolist()
        assert_same(objective, starts, mode=mode, max_epochs=100, **settings)


@each_mode
def test_one_evaluation_an_epoch(mode):
    """Nothing is asked but the trials, and no gradient or Hessian but that of a go."""
    asked = {"costs": 0, "gradients": 0, "hessians": 0}

    class Counted(problems.Wood):
        def cost(self, X):
            assert max(map(abs, X)) <= EDGE
            asked["costs"] += 1
            return super().cost(X)

        def gradient(self, X):
            asked["gradients"] += 1
            return super().gradient(X)

        def hessian(self, X):
            asked["hessians"] += 1
            return super().hessian(X)

    starts = np.random.default_rng(2).integers(-60, 60, (40, 4))
    problem = hostile.Made(4, lambda X, salt: counted.cost(X), lambda X, salt: counted.gradient(X))
    counted = Counted(16)
    problem.qp, problem.cost_scale = counted.qp, counted.cost_scale
    problem.hessian = counted.hessian
    target = 2 * counted.cost_scale
    results = solve(problem, starts, mode=mode, max_epochs=30, target=target)
    if mode == "compensated":
        assert 0 < (results.status == TARGET).sum() < len(starts)  # some lanes end before others
    assert asked["costs"] == results.epochs.sum() + len(starts)
    assert asked["gradients"] == results.updates.sum() + len(starts)
    assert asked["hessians"] == (asked["gradients"] if mode == "newton" else 0)


@each_search
def test_the_edge_is_a_bound(mode):
    """Runs that meet the edge, among some that do not."""
    problem = problems.FreudensteinRoth(65536)
    starts = [[32768, -131072], [30000, -100000], [300000, 65536 * 4], [EDGE, -EDGE]]
    results = assert_same(problem, starts, mode, max_epochs=300)
    assert 0 < (results.status == RANGE_LEFT).sum() < len(starts)
    assert (np.abs(results.x[results.status == RANGE_LEFT]).max(axis=1) == EDGE).all()


@each_mode
@pytest.mark.parametrize("n", [1, 2, 5])
def test_costs_that_fall_to_the_edge(n, mode):
    rng = np.random.default_rng(n)
    for cost in (hostile.falling, hostile.hill, hostile.edge, hostile.saddle):
        objective = hostile.Bent(n, cost, hostile.slopes_of(cost))
        starts = [*rng.integers(-EDGE, EDGE + 1, (2, n)).tolist(), [EDGE - 9] * n, [-EDGE] * n]
        results = assert_same(objective, starts, mode=mode, max_epochs=60, radius=2**18 - 1)
        if mode in ("compensated", "newton") and cost is not hostile.saddle:
            assert (results.status == RANGE_LEFT).any()


def test_nearly_singular():
    """The condition is 10^9 and more: the model's word is taken after enough steps."""
    for n in (3, 6):
        objective = hostile.quadratic(hostile.seeded("batch singular", n), n, 10**15)
        starts = np.random.default_rng(n).integers(-3000, 3000, (3, n)).tolist()
        assert_same(objective, starts, max_epochs=600)


def test_every_end():
    """Runs that end in each of the ways there are."""
    flat = hostile.Made(2, hostile.flat, hostile.zeros)
    found = set(assert_same(flat, [[0, 0], [5, -3]]).status)
    bowl = hostile.Made(3, hostile.bowl, hostile.slopes_of(hostile.bowl))
    found |= set(assert_same(bowl, [[9, 9, 9], [1, 2, 3]], polls=10**6).status)
    noise = hostile.Made(5, hostile.falling, hostile.noisy, 7)
    found |= set(assert_same(noise, [[3, 1, 0, 0, 2]], polls=10**6, max_epochs=400).status)
    rosenbrock = problems.Rosenbrock(64)
    starts = [[-77, 78], [-192, -256], [64, 64], [65, 64]]
    found |= set(assert_same(rosenbrock, starts, target=0, max_epochs=10).status)
    found |= set(assert_same(rosenbrock, starts, mode="steepest").status)
    found |= set(assert_same(rosenbrock, starts, certify=True).status)
    found |= set(assert_same(problems.Wood(16), [[-48, -16, -48, -16]], certify=True).status)
    assert found >= {1, 4, LATTICE_MINIMUM, MODEL_MINIMUM, STALLED}
    assert TABLE_FULL not in found


@pytest.mark.parametrize(
    "settings",
    [
        {"radius": 1},
        {"radius": 5000, "pairs": 1},
        {"pairs": 5, "polls": 0},
        {"target": 10**9, "polls": 50},
        {"max_epochs": 0},
    ],
    ids=str,
)
@each_search
def test_settings(settings, mode):
    rng = np.random.default_rng(3)
    starts = rng.integers(-1000, 1000, (30, 2)).tolist()
    assert_same(problems.Rosenbrock(256), starts, mode, **settings)


@pytest.mark.parametrize("lanes", [1, 7, 64])
def test_lanes_are_given_to_the_next_starts(lanes, monkeypatch):
    monkeypatch.setattr(engine, "LANES", lanes)
    rng = np.random.default_rng(lanes)
    starts = rng.integers(-200, 200, (70 if lanes > 1 else 5, 2)).tolist()
    assert_same(problems.Rosenbrock(64), starts, target=0)


@each_mode
def test_every_epoch(mode):
    problem = problems.Rosenbrock(128)
    starts = np.random.default_rng(5).integers(-500, 500, (20, 2)).tolist()
    records = [[] for _ in starts]

    def note(runs, kinds, trials, costs):
        for run, *record in zip(
            runs.tolist(), kinds.tolist(), trials.T.tolist(), costs.ints(), strict=True
        ):
            records[run].append(tuple(record))

    solve(problem, np.array(starts), mode=mode, max_epochs=50, trace=note)
    for start, record in zip(starts, records, strict=True):
        assert record == epochs(Optimizer(problem, start, mode=mode, max_epochs=50))


def epochs(optimizer):
    """(kind, trial, cost) of every epoch of a run."""
    records = []
    while optimizer.ask() is not None:
        trial = list(optimizer.ask())
        updates, compensations = optimizer.updates, optimizer.compensations
        cost = optimizer.objective.cost(trial)
        if optimizer.tell(cost):
            slopes = [optimizer.objective.gradient(trial)]
            if optimizer.second:
                slopes.append(optimizer.objective.hessian(trial))
            optimizer.tell_gradient(*slopes)
        kind = optimizer.updates - updates + 2 * (optimizer.compensations - compensations)
        records.append((kind, trial, cost))
    return records


def test_costs_beyond_a_word():
    starts = [[0x7FFFF, -0x7FFFF], [-0x7FFFF, 0x7FFFF], [1024, 1000]]
    results = assert_same(problems.Rosenbrock(1024), starts, max_epochs=3)
    assert results.cost.dtype == object and max(results.cost) > 2**63
    results = assert_same(problems.Rosenbrock(1024), [[1024, 1000]], target=0)
    assert results.cost.dtype == np.int64


def test_what_arrays_have_no_form_of():
    broyden = problems.BroydenTridiagonal(16, 17)
    assert_same(broyden, [[-16] * 17], max_epochs=12)
    assert_same(problems.Rosenbrock(16), [[-16, 16]], mode="limited", max_epochs=30)
    bounded = problems.Rosenbrock(16)
    bounded.lower, bounded.upper = [-40, -40], [8, 40]
    assert_same(bounded, [[-16, 16], [-40, 3]], mode="newton")


def test_the_default_here_is_the_default_there():
    problem, starts = problems.Rosenbrock(16), [[-16, 16]]
    default = assert_same(problem, starts, None)
    assert outcomes(default) == outcomes(assert_same(problem, starts, "newton"))


@pytest.mark.parametrize("mode", ["compensated", "limited"])
def test_no_start(mode):
    results = solve(problems.Rosenbrock(16), np.zeros((0, 2), np.int64), mode=mode)
    assert results.x.shape == (0, 2)
    assert [len(field) for field in results] == [0] * len(results)


@pytest.mark.parametrize(
    ("starts", "settings", "error", "words"),
    [
        ([1, 2], {}, ValueError, "shape"),
        ([[1, 2, 3]], {}, ValueError, "takes 2"),
        ([[1.0, 2.0]], {}, TypeError, "grid integers"),
        ([[1, 2], [3, 1 << 19]], {}, ValueError, r"x0\[1\] = 524288"),
        ([[1, 2]], {"mode": "nelder-mead"}, ValueError, "unknown mode"),
        ([[1, 2]], {"radius": 0}, ValueError, "radius"),
        ([[1, 2]], {"target": 0.5}, TypeError, "target"),
    ],
)
def test_wrong_settings(starts, settings, error, words):
    with pytest.raises(error, match=words):
        solve(problems.Rosenbrock(16), starts, **settings)


def test_wrong_answers():
    objective = hostile.Made(1, lambda X, salt: 0.5, hostile.ones)
    with pytest.raises(TypeError, match="must be an int"):
        solve(objective, [[1]])


@pytest.mark.parametrize(
    ("hessian", "error", "words"),
    [
        ((2, 0), ValueError, "has 2 numbers, not 3"),
        (3, TypeError, "must be a list of 3 ints"),
        ([2, 0, 0.5], TypeError, r"hessian\[2\]"),
        ([2, 0, 1 << 5000], ValueError, "more than 4096 bits"),
        (None, TypeError, "needs a hessian"),
    ],
)
def test_wrong_hessians(hessian, error, words):
    objective = hostile.Made(2, hostile.bowl, hostile.slopes_of(hostile.bowl))
    if hessian is not None:
        objective.hessian = lambda X: hessian
    for run in (
        lambda: solve(objective, [[60, -45]], mode="newton"),
        lambda: minimize(objective, [60, -45], mode="newton"),
    ):
        with pytest.raises(error, match=words):
            run()


class Own:
    """An objective that is asked point by point; its lists are the same ones each time."""

    n, qp = 2, 16

    def __init__(self):
        self.slope = [0, 0]
        self.curved = [12, 10, 0]

    def cost(self, X):
        return (X[0] - 3) ** 2 + 5 * (X[0] + X[1]) ** 2

    def gradient(self, X):
        self.slope[1] = 10 * (X[0] + X[1])
        self.slope[0] = 2 * (X[0] - 3) + self.slope[1]
        return self.slope

    def hessian(self, X):
        self.curved[2] = 10 + X[0] % 2
        return self.curved


@each_search
def test_lists_that_are_used_again(mode):
    assert_same(Own(), [[60, -45], [7, 7], [-30, 2]], mode)


def test_a_model_adds_up_its_hessian_from_the_first_pass_on():
    rng = np.random.default_rng(1)
    rows = np.column_stack((rng.integers(-50, 51, (30, 2)), rng.integers(0, 2, 30)))
    model = Logistic(Samples(Table(rows.tolist()), [0, 1], 2), 16)
    starts = rng.integers(-99, 99, (4, model.n))
    results = solve(model, starts[:1], "newton")
    assert model.passes == results.epochs[0] + 1
    assert_same(model, starts.tolist(), "newton")


@pytest.mark.parametrize("question", ["cost", "gradient", "hessian"])
def test_an_objective_that_changes_its_argument(question):
    own = Own()
    answer = getattr(own, question)
    setattr(own, question, lambda X: (answer(X), X.reverse())[0])
    for run in (lambda: solve(own, np.array([[60, -45]])), lambda: minimize(own, [60, -45])):
        with pytest.raises(RuntimeError, match="work on a copy"):
            run()


def test_integers_only():
    """No float, no true division, and nothing of NumPy that makes floats."""
    folder = Path(qbfgs_desktop.batch.__file__).parent
    makers = {"mean", "average", "std", "var", "sqrt", "log2", "log", "frexp", "ldexp", "exp"}
    makers |= {"divide", "true_divide", "linspace", "random", "floor", "ceil", "round", "rint"}
    makers |= {"float64", "float32", "float16", "longdouble", "double", "single", "percentile"}
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(node, ast.Constant) or not isinstance(node.value, float), path
            assert not isinstance(node, ast.BinOp | ast.AugAssign) or not isinstance(
                node.op, ast.Div
            ), path
            assert not isinstance(node, ast.Name) or node.id != "float", path
            of_numpy = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            assert not (of_numpy and node.value.id == "np" and node.attr in makers), path


@each_search
def test_no_array_of_floats(monkeypatch, mode):
    """What the rules keep is words or truth values, after whole runs."""
    seen = []
    turn = engine._Batch.turn

    def watched(batch):
        seen.append(batch)
        return turn(batch)

    monkeypatch.setattr(engine._Batch, "turn", watched)
    starts = np.random.default_rng(1).integers(-200, 200, (9, 4))
    solve(problems.Wood(64), starts, mode, max_epochs=60)
    kinds = {array.dtype.kind for array in arrays(seen[-1].rule)}
    assert kinds == {"i", "b"}


def arrays(part):
    if isinstance(part, np.ndarray):
        yield part
    elif isinstance(part, list):
        for entry in part:
            yield from arrays(entry)
    else:
        for name in part.FIELDS:
            yield from arrays(getattr(part, name))


@pytest.mark.parametrize("qp", QPS)
def test_random_starts(qp):
    rng = np.random.default_rng(qp)
    count = RUNS or 60
    reach = np.array([4 * qp, 5 * qp])
    starts = rng.integers(-reach, reach + 1, (count, 2))
    settings = {"mode": "compensated", "target": 0, "certify": True}
    results = solve(problems.Rosenbrock(qp), starts, **settings)
    assert (results.x == qp).all() and (results.cost == 0).all()
    expected = [outcome(minimize(problems.Rosenbrock(qp), s, **settings)) for s in starts.tolist()]
    assert outcomes(results) == expected


@each_search
@pytest.mark.parametrize("tolerance", [0, 4, 12, 25, 26, 40])
def test_a_tolerance_ends_runs_as_the_core_does(tolerance, mode):
    rng = np.random.default_rng(tolerance)
    starts = rng.integers(-60, 61, (RUNS or 12, 4))
    settings = {"mode": mode, "tolerance": tolerance}
    results = solve(problems.Wood(16), starts, **settings)
    expected = [outcome(minimize(problems.Wood(16), s, **settings)) for s in starts.tolist()]
    assert outcomes(results) == expected
