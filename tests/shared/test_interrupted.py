"""An exception at any place of a step: x, cost and counts are whole, and the next step goes on.

Ctrl-C may come between any two instructions. Here an exception is raised at each line of the
optimiser that a step comes to, and in the fuzz at any instruction, again and again, also while it
recovers. QBFGS_FUZZ=100000 in the environment interrupts that many steps.
"""

import copy
import functools
import os
import random
import sys
from pathlib import Path

import pytest

import qbfgs
from qbfgs import Optimizer, checkpoints, status
from qbfgs.grid.box import Box
from qbfgs.grid.position import EDGE
from qbfgs.modes import BOUNDED, MODES
from qbfgs.problems import Rosenbrock
from qbfgs.quantizer import quantize

HOME = str(Path(qbfgs.__file__).parent)
FUZZ = int(os.environ.get("QBFGS_FUZZ", "150"))
LIMIT = 400


class Interrupt(BaseException):
    """What is raised: like KeyboardInterrupt no Exception."""


class Interrupting:
    """Runs calls, and raises Interrupt in the optimiser at the event that `at` is true of."""

    def __init__(self, at, instructions=False):
        self.at = at
        self.instructions = instructions
        self.events = 0
        self.lines = []  # (file, line) of each event

    def _trace(self, frame, event, _):
        if not frame.f_code.co_filename.startswith(HOME):
            return None
        frame.f_trace_opcodes = self.instructions
        if event == ("opcode" if self.instructions else "line"):
            self.lines.append((frame.f_code.co_filename, frame.f_lineno))
            self.events += 1
            if self.at(self.events):
                raise Interrupt
        return self._trace

    def run(self, call):
        """True unless it was interrupted."""
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            call()
        except Interrupt:
            return False
        finally:
            sys.settrace(before)
        return True


def books(o):
    return (
        list(o.x), o.cost, o.level, o.epochs, o.updates, o.idles, o.compensations, o.checksum,
    )  # fmt: skip


def made(mode, **settings):
    problem = Rosenbrock(64)
    x0 = [quantize(text, 64) for text in problem.start]
    if settings.get("refine"):
        x0 = [x >> settings["refine"] << settings["refine"] for x in x0]
    return Optimizer(problem, x0, mode=mode, max_epochs=LIMIT, **settings)


def assert_whole(o):
    assert o.epochs == o.updates + o.idles <= LIMIT
    assert o.cost == o.objective.cost(o.x)
    if o.status != status.INTERRUPTED:
        assert o.between_epochs() == (o.level is not None and o._answer is None)
    try:
        again = checkpoints.load(checkpoints.dump(o), o.objective)
    except ValueError:
        assert not o.between_epochs()
    else:
        assert books(again) == books(o) and again.trial == o.trial


def finished(o):
    while o.step():
        assert o.epochs == o.updates + o.idles
    assert o.status not in (status.RUNNING, status.INTERRUPTED, status.BAD_OBJECTIVE)
    assert_whole(o)
    return o


RUNS = {mode: {"mode": mode} for mode in MODES}
BOX = {"lower": [-90, 3], "upper": [40, 90]}
RUNS |= {f"{mode}, bounded": {"mode": mode, **BOX} for mode in BOUNDED}
RUNS |= {f"{mode}, refined": {"mode": mode, "refine": 3} for mode in BOUNDED}


def moments(o):
    """Optimisers before one step of each kind: (kind, optimiser)."""
    found = {}
    while o.status == status.RUNNING:
        before = copy.deepcopy(o)
        phase = getattr(o._rule, "phase", None)
        o.step()
        kind = (o.updates - before.updates, o.compensations - before.compensations, phase)
        found.setdefault(kind, before)
    return found.items()


@pytest.mark.parametrize("name", RUNS)
def test_lines_of_each_kind_of_step(name):
    """With QBFGS_FUZZ each line that it comes to, else some."""
    rng = random.Random(name)
    places = 0
    for kind, before in moments(made(**RUNS[name])):
        straight = copy.deepcopy(before)
        whole = Interrupting(lambda event: False)
        assert whole.run(straight.step)
        outcomes = books(before), books(straight)
        end = books(finished(copy.deepcopy(straight)))
        last = list({line: k for k, line in enumerate(whole.lines, 1)}.values())
        writing = [k for k in last if whole.lines[k - 1][0].endswith(("progress.py", "tell.py"))]
        if "QBFGS_FUZZ" not in os.environ:
            last = rng.sample(last, 8) + rng.sample(writing, 8)
        for k in last:
            o = copy.deepcopy(before)
            assert not Interrupting(lambda event, k=k: event == k).run(o.step)
            assert books(o) in outcomes, (kind, whole.lines[k - 1])
            assert_whole(o)
            places += 1
            torn = o.status == status.INTERRUPTED
            cost = o.cost
            finished(o)
            assert o.cost <= cost
            assert torn or books(o) == end, (kind, whole.lines[k - 1])
    assert places > 15


@pytest.mark.parametrize("name", RUNS)
def test_any_instructions_again_and_again(name):
    """Also while it recovers."""
    rng = random.Random("again" + name)
    o = made(**RUNS[name])
    begun = copy.deepcopy(o)
    cut = 0
    for _ in range(max(12, FUZZ // len(RUNS))):
        if o.status not in (status.RUNNING, status.INTERRUPTED):
            finished(o)
            o = copy.deepcopy(begun)
        gap = int(2 ** rng.uniform(2, 13))
        before = books(o)
        if Interrupting(lambda event, gap=gap: event == gap, True).run(o.step):
            continue
        cut += 1
        same = (books(o)[0], *books(o)[3:7]) == (before[0], *before[3:7])
        assert same or o.epochs == before[3] + 1
        assert_whole(o)
        if rng.random() < 0.1:
            assert o.ask() is not None or o.status not in (status.RUNNING, status.INTERRUPTED)
            assert_whole(o)
    assert cut >= 3
    finished(o)


def told(o, objective):
    """The last answers by ask and tell, up to the end of an epoch or of a start."""
    point = o.ask()
    if o.tell(objective.cost(point)):
        o.tell_gradient(objective.gradient(point), objective.hessian(point))


@pytest.mark.parametrize("mode", MODES)
def test_the_start_by_ask_and_tell(mode):
    objective = Rosenbrock(64)
    whole = Interrupting(lambda event: False)
    fresh = Optimizer(None, [-77, 78], mode=mode, radius=16)
    assert whole.run(lambda: told(copy.deepcopy(fresh), objective))
    for k in range(1, whole.events + 1, 1 if "QBFGS_FUZZ" in os.environ else 7):
        o = copy.deepcopy(fresh)
        step = functools.partial(told, o, objective)
        assert not Interrupting(lambda event, k=k: event == k).run(step)
        assert o.epochs == 0 and o.x == [-77, 78]
        assert o.cost in (None, objective.cost(o.x))
        if o.status == status.INTERRUPTED:
            with pytest.raises(RuntimeError, match="cut short by an exception: call ask"):
                o.tell(5)
            with pytest.raises(RuntimeError, match="cut short by an exception: call ask"):
                o.tell_gradient([1, 2])
        elif not o.between_epochs():
            assert o.ask() == [-77, 78]
            if o._answer is not None:
                point = o.ask()
                o.tell_gradient(objective.gradient(point), objective.hessian(point))
        while o.ask() is not None and o.epochs < 40:
            told(o, objective)
        assert o.cost == objective.cost(o.x) < objective.cost([-77, 78])


@pytest.mark.parametrize("name", [n for n in RUNS if n.split(",")[0] in BOUNDED])
def test_a_renewal_that_is_cut_short(name):
    before = made(**RUNS[name])
    for _ in range(9):
        before.step()
    for k in range(1, 4000, 1 if "QBFGS_FUZZ" in os.environ else 29):
        o = copy.deepcopy(before)
        done = Interrupting(lambda event, k=k: event == k).run(o.renew)
        assert o.x == before.x and o.epochs == before.epochs
        assert o.cost in (None, before.cost)
        o.renew()
        assert o.epochs == before.epochs and o.cost == o.objective.cost(o.x)
        finished(o)
        if done:
            break
    assert done and k > 100


def test_a_raised_limit_that_is_cut_short():
    before = made("compensated", polls=3)
    before.max_epochs = 20
    while before.step():
        pass
    before.max_epochs = LIMIT
    whole = Interrupting(lambda event: False)
    assert whole.run(copy.deepcopy(before).ask) and whole.events > 50
    for k in range(1, whole.events + 1, 1 if "QBFGS_FUZZ" in os.environ else 9):
        o = copy.deepcopy(before)
        assert not Interrupting(lambda event, k=k: event == k).run(o.ask)
        assert books(o) == books(before)
        finished(o)


def test_no_heap_for_a_new_model_is_said_until_there_is_some():
    o = made("compensated")
    for _ in range(5):
        o.step()
    o.status = status.INTERRUPTED
    before, make = books(o), o.make_rule

    def none():
        raise MemoryError("memory allocation failed")

    o.make_rule = none
    for _ in range(2):
        with pytest.raises(MemoryError):
            o.step()
        assert books(o) == before and o.status == status.INTERRUPTED
        with pytest.raises(ValueError, match="between two epochs"):
            checkpoints.dump(o)
    o.make_rule = make
    finished(o)
    assert o.x == [64, 64]


def test_the_next_step_evaluates_x_which_is_no_epoch():
    o = made("compensated", radius=40, polls=7)
    while o.updates < 6:
        o.step()
    model, radius = o._rule, o._rule.radius
    o.status = status.INTERRUPTED
    asked = []
    cost = o.objective.cost
    o.objective.cost = lambda X: asked.append(list(X)) or cost(X)
    before = books(o)
    assert o.step() and asked == [o.x]
    assert books(o)[:-1] == before[:-1] and o.checksum != before[-1]
    assert o._rule is not model
    assert (o._rule.radius, o._rule.budget) == (radius, 7), "the settings hold"
    assert not o._rule.model.secants.count
    del o.objective.cost
    finished(o)


def test_an_edge_that_became_a_box_by_halves_is_in_the_next_checkpoint():
    o = made("compensated")
    o._position.box = Box(None, None, EDGE, 2)
    o.status = status.INTERRUPTED
    o.step()
    again = checkpoints.load(checkpoints.dump(o), o.objective)
    assert books(again) == books(o) and again._position.box is not None
    assert books(finished(again)) == books(finished(o))


def raising_once(call):
    """The call, which raises Interrupt before it is made the first time."""
    left = [1]

    def wrapped(*arguments):
        if left and left.pop():
            raise Interrupt
        return call(*arguments)

    return wrapped


@pytest.mark.parametrize("name", RUNS)
def test_an_interrupt_where_a_rule_learns(name):
    """Without a trace function, as a signal does it."""
    o = made(**RUNS[name])
    o.step()
    before = books(o)
    o._rule.accepted = raising_once(o._rule.accepted)
    with pytest.raises(Interrupt):
        while o.step():
            before = books(o)
    assert o.status == status.INTERRUPTED and books(o) == before
    assert finished(o).cost <= before[1]


@pytest.mark.parametrize("name", RUNS)
def test_an_interrupt_where_counts_are_written_completes_them(name):
    whole, o = finished(made(**RUNS[name])), made(**RUNS[name])
    before = books(o)
    o._write = raising_once(o._write)
    with pytest.raises(Interrupt):
        o.step()
    assert books(o)[3] == before[3] + 1 and books(o)[7] != before[7]
    assert finished(o).status == whole.status


def test_an_interrupt_where_the_grid_is_changed_completes_it():
    o = made("compensated", refine=3)
    o._rule._change_units = raising_once(o._rule._change_units)
    with pytest.raises(Interrupt):
        while o.step():
            pass
    assert_whole(o)
    finished(o)
