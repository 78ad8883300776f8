"""The contract of the optimiser: what is evaluated when, counts, endings, going on."""

import hostile
import pytest

from qbfgs import Optimizer, minimize, status
from qbfgs.modes import MODES
from qbfgs.problems import Beale, ExtendedRosenbrock, PowellSingular, Rosenbrock, Wood
from qbfgs.quantizer import quantize
from qbfgs.words.checksums import EMPTY
from qbfgs.words.wide import feed_record

each_mode = pytest.mark.parametrize("mode", MODES)
RUNS = [(Rosenbrock, 64), (Rosenbrock, 1000), (Beale, 256), (Wood, 16), (PowellSingular, 64)]
each_run = pytest.mark.parametrize("problem, qp", RUNS, ids=lambda v: getattr(v, "name", v))


def start(objective):
    return [quantize(text, objective.qp) for text in objective.start]


class Counting:
    """Counts the questions; a list of ("cost", "gradient" or "hessian", X)."""

    def __init__(self, objective):
        self.objective = objective
        self.n, self.qp, self.cost_scale = objective.n, objective.qp, objective.cost_scale
        self.questions = []

    def cost(self, X):
        self.questions.append(("cost", tuple(X)))
        return self.objective.cost(X)

    def gradient(self, X):
        self.questions.append(("gradient", tuple(X)))
        return self.objective.gradient(X)

    def hessian(self, X):
        self.questions.append(("hessian", tuple(X)))
        return self.objective.hessian(X)


def questions(mode, X, go):
    """What is asked in an epoch that is a go, or not, and at the start."""
    kinds = ("cost", "gradient", "hessian") if mode == "newton" else ("cost", "gradient")
    return [(kind, tuple(X)) for kind in (kinds if go else kinds[:1])]


def states(o):
    return (
        o.status,
        list(o.x),
        o.cost,
        o.epochs,
        o.updates,
        o.idles,
        o.compensations,
        o.checksum,
    )


@each_mode
@each_run
def test_one_cost_an_epoch_and_a_gradient_only_after_a_go(problem, qp, mode):
    objective = Counting(problem(qp))
    x0 = start(objective.objective)
    o = Optimizer(objective, x0, mode=mode, max_epochs=150, certify=True)
    assert objective.questions == questions(mode, x0, True)
    assert (o.epochs, o.updates, o.idles, o.compensations) == (0, 0, 0, 0)
    idles = 0
    while o.status == status.RUNNING:
        objective.questions.clear()
        trial, counts = tuple(o.trial), (o.epochs, o.updates, o.idles)
        go_on = o.step()
        assert go_on == (o.status == status.RUNNING)
        went = o.updates - counts[1]
        idles += 1 - went
        assert objective.questions == questions(mode, trial, went)
        assert (o.epochs, o.idles) == (counts[0] + 1, counts[2] + 1 - went)
        assert o.epochs == o.updates + o.idles
    objective.questions.clear()
    assert o.step() is False and o.ask() is None
    assert objective.questions == []
    assert (o.updates > 0 and idles > 0) or mode != "compensated"


@each_mode
@each_run
def test_x_is_the_best_point_ever_accepted(problem, qp, mode):
    objective = problem(qp)
    o = Optimizer(objective, start(objective), mode=mode, max_epochs=150, certify=True)
    accepted = [(o.cost, list(o.x))]
    while o.status == status.RUNNING:
        trial, updates = list(o.trial), o.updates
        o.step()
        if o.updates > updates:
            accepted.append((objective.cost(trial), trial))
        best = min(cost for cost, _ in accepted)
        assert o.cost == best == objective.cost(o.x)
        assert (o.cost, o.x) in accepted
    assert len(accepted) == o.updates + 1
    assert o.compensations <= o.epochs


@each_mode
@each_run
def test_ask_and_tell_is_step(problem, qp, mode):
    objective = problem(qp)
    x0 = start(objective)
    stepped = minimize(objective, x0, mode=mode, max_epochs=150, certify=True)
    told = Optimizer(objective, x0, mode=mode, max_epochs=150, certify=True)
    while True:
        X = told.ask()
        if X is None:
            break
        assert told.ask() is X and X == told.trial
        if told.tell(objective.cost(X)):
            told.tell_gradient(objective.gradient(X), objective.hessian(X))
    assert states(told) == states(stepped)


def test_ask_and_tell_without_an_objective():
    objective = Rosenbrock(64)
    x0 = start(objective)
    stepped = minimize(objective, x0, mode="compensated", radius=16, certify=True)
    o = Optimizer(None, x0, radius=16, certify=True)
    assert o.ask() == x0 and o.cost is None and o.epochs == 0
    accepted = []
    while o.ask() is not None:
        X = list(o.ask())
        accepted.append(o.tell(objective.cost(X)))
        if accepted[-1]:
            o.tell_gradient(tuple(objective.gradient(X)))
    assert states(o) == states(stepped)
    assert accepted[0] is True and accepted.count(True) == o.updates + 1
    with pytest.raises(RuntimeError, match="no objective"):
        o.step()


def test_telling_out_of_turn():
    objective = Rosenbrock(64)
    o = Optimizer(objective, start(objective), certify=True)
    with pytest.raises(RuntimeError, match="no gradient is wanted"):
        o.tell_gradient([1, 2])
    while o.step():
        pass
    before = states(o)
    with pytest.raises(RuntimeError, match="ended"):
        o.tell(5)
    with pytest.raises(RuntimeError, match="no gradient is wanted"):
        o.tell_gradient([1, 2])
    assert states(o) == before
    fresh = Optimizer(None, [3], certify=True)
    with pytest.raises(RuntimeError, match="no gradient is wanted"):
        fresh.tell_gradient([1])


@each_run
def test_the_checksum_is_that_of_the_trace(problem, qp):
    """One record an epoch: kind of epoch (1 a go, 2 compensating), trial, cost."""
    objective = problem(qp)
    o = Optimizer(objective, start(objective), certify=True)
    expected = feed_record(EMPTY, o.x, o.cost)
    kinds = set()
    while o.status == status.RUNNING:
        assert o.checksum == expected
        trial, updates, compensations = list(o.trial), o.updates, o.compensations
        o.step()
        kind = o.updates - updates + 2 * (o.compensations - compensations)
        kinds.add(kind)
        expected = feed_record(expected ^ kind, trial, objective.cost(trial))
    assert o.checksum == expected
    assert kinds >= {1, 2}, "gos and compensating idles at least"


def test_the_run_depends_on_its_arguments_alone():
    runs = {}
    dense = {"mode": "compensated"}
    for settings in (
        {}, dense, dense | {"radius": 3}, dense | {"pairs": 1}, dense | {"polls": 0},
        {"mode": "steepest"},
    ):  # fmt: skip
        for qp in (64, 128):
            objective = Rosenbrock(qp)
            x0 = start(objective)
            twice = [
                states(minimize(objective, x0, max_epochs=300, **settings, certify=True))
                for _ in "ab"
            ]
            assert twice[0] == twice[1]
            assert x0 == start(objective), "the start belongs to the caller"
            runs[str(settings), qp] = twice[0][-1]
    assert len(set(runs.values())) == len(runs)


# Endings


def test_the_target_stops_and_a_lower_one_goes_on():
    objective = Rosenbrock(256)
    x0 = start(objective)
    whole = minimize(objective, x0, certify=True)
    assert whole.cost == 0 and whole.status != status.TARGET
    o = Optimizer(objective, x0, target=objective.cost_scale, certify=True)
    while o.step():
        assert o.cost > objective.cost_scale
    assert o.status == status.TARGET and 0 < o.cost <= objective.cost_scale
    assert o.updates < whole.updates
    stopped = states(o)
    assert not o.step() and states(o) == stopped
    o.target = objective.cost_scale // 1000
    assert o.step()
    while o.step():
        pass
    assert o.status == status.TARGET and o.cost <= objective.cost_scale // 1000
    o.target = None
    assert o.ask() is not None
    while o.step():
        pass
    assert states(o) == states(whole)


@each_mode
def test_a_target_reached_at_the_start_asks_nothing_more(mode):
    objective = Counting(Rosenbrock(16))
    for cost in (0, 5):
        objective.questions.clear()
        o = Optimizer(objective, [16, 16], mode=mode, target=cost, certify=True)
        assert o.status == status.TARGET and o.epochs == 0 and not o.step()
        assert objective.questions == questions(mode, [16, 16], True)


def test_a_cost_of_zero_means_nothing_by_itself():
    """Shifted costs give the same run; with the target 0 it would stop at once."""

    class Shifted(Rosenbrock):
        def cost(self, X):
            return Rosenbrock.cost(self, X) - 10**20

    o, shifted = (
        minimize(problem(64), start(Rosenbrock(64)), certify=True)
        for problem in (Rosenbrock, Shifted)
    )
    assert shifted.x == o.x == [64, 64] and shifted.epochs == o.epochs
    assert (o.cost, shifted.cost) == (0, -(10**20))


@each_mode
@each_run
def test_the_epoch_limit_can_be_raised(problem, qp, mode):
    objective = problem(qp)
    x0 = start(objective)
    whole = minimize(objective, x0, mode=mode, max_epochs=120, certify=True)
    o = Optimizer(objective, x0, mode=mode, max_epochs=0, certify=True)
    assert o.status == status.EPOCH_LIMIT and not o.step() and o.epochs == 0
    for limit in (1, 2, 3, 4, 11, 12, 30, 31, 77, 120):
        o.max_epochs = limit
        while o.step():
            pass
        assert o.status == (status.EPOCH_LIMIT if o.epochs == limit else whole.status)
        assert o.epochs == min(limit, whole.epochs)
    assert states(o) == states(whole)


class Raising(Counting):
    """Raises at question number `at`, once."""

    def __init__(self, objective, at):
        Counting.__init__(self, objective)
        self.at = at
        self.left_open = None

    def _maybe(self, kind, X):
        if len(self.questions) == self.at:
            self.at = -1
            self.questions.append(None)
            self.left_open = kind
            raise OSError("sensor is gone")

    def cost(self, X):
        self._maybe("cost", X)
        return Counting.cost(self, X)

    def gradient(self, X):
        self._maybe("gradient", X)
        return Counting.gradient(self, X)

    def hessian(self, X):
        self._maybe("hessian", X)
        return Counting.hessian(self, X)


@each_mode
def test_an_objective_that_raises_loses_nothing(mode):
    inner = ExtendedRosenbrock(16)
    x0 = start(inner)
    undisturbed = minimize(inner, x0, mode=mode, max_epochs=60, certify=True)
    raised = {"cost": 0, "gradient": 0, "hessian": 0}
    for at in range(3, 60):
        objective = Raising(inner, at)
        o = Optimizer(objective, x0, mode=mode, max_epochs=60, certify=True)
        try:
            while True:
                before = states(o)
                if not o.step():
                    break
        except OSError:
            raised[objective.left_open] += 1
            assert states(o)[1:] == before[1:]
            assert o.status in (status.RUNNING, status.BAD_OBJECTIVE)
            assert o.cost == inner.cost(o.x)
            while o.step():
                pass
        assert states(o) == states(undisturbed), at
    assert raised["cost"] > 10 and raised["gradient"] > 3
    assert (raised["hessian"] > 3) == (mode == "newton")


def test_an_objective_that_raises_at_the_start_raises_through():
    for at in (0, 1):
        with pytest.raises(OSError, match="sensor"):
            Optimizer(Raising(Rosenbrock(16), at), [1, 1], certify=True)


def test_a_flat_cost_ends_as_a_lattice_minimum():
    for n in (1, 2, 3, 4, 5):
        objective = hostile.Made(n, hostile.flat, hostile.zeros)
        o = minimize(objective, [7] * n, polls=10**6, certify=True)
        assert o.status == status.LATTICE_MINIMUM and o.x == [7] * n
        assert o.epochs == o.idles == o.compensations


def test_a_zero_gradient_is_no_convergence():
    """Rounded away, but the cost still falls: the neighbours are asked."""
    objective = hostile.Made(2, hostile.bowl, hostile.zeros, salt=0)
    o = minimize(objective, [1, -1], radius=1, certify=True)
    assert o.x == [0, 0] and o.cost == 0 and o.status == status.LATTICE_MINIMUM


def test_a_full_table_is_said():
    """Its room is made smaller here: the lists are shorter than the real one."""
    objective = hostile.Made(2, hostile.flat, hostile.ones)
    o = Optimizer(objective, [7, 7], polls=10**6, certify=True)
    o._position.room = 5
    while o.step():
        pass
    assert o.status == status.TABLE_FULL and o.x == [7, 7]
    assert o.epochs == o.idles == 5
    assert not o.step() and o.ask() is None


@each_mode
def test_minimize_is_step_until_the_end(mode):
    objective = Rosenbrock(100)
    x0 = start(objective)
    o = Optimizer(objective, x0, mode=mode, max_epochs=99, certify=True)
    while o.step():
        pass
    assert states(o) == states(minimize(objective, x0, mode=mode, max_epochs=99, certify=True))
    assert status.text(o.status)
