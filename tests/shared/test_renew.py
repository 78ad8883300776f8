"""An objective that changes while the run goes on."""

import pytest

from qbfgs import Optimizer, checkpoints, status
from qbfgs.modes import BOUNDED
from qbfgs.words.checksums import EMPTY

each_mode = pytest.mark.parametrize("mode", BOUNDED)


class Moving:
    """A thin bowl whose middle can be moved."""

    n = 3

    def __init__(self):
        self.middle = [0, 0, 0]
        self.asked = []

    def cost(self, X):
        self.asked.append(list(X))
        a, b, c = [x - m for x, m in zip(X, self.middle, strict=True)]
        return a * a + 400 * (a + b) ** 2 + 30 * (b - c) ** 2

    def gradient(self, X):
        a, b, c = [x - m for x, m in zip(X, self.middle, strict=True)]
        u, v = 800 * (a + b), 60 * (b - c)
        return [2 * a + u, u + v, -v]

    def hessian(self, X):
        return [802, 800, 860, 0, -60, 60]


def at(o, middle, step=1):
    """Whether the run ended at the minimum, for rounding coordinate by coordinate near it."""
    most = 4 * step if o.mode == "limited" else 0
    return max(abs(x - m) for x, m in zip(o.x, middle, strict=True)) <= most


def run(o):
    while o.step():
        pass
    return o


@each_mode
def test_the_run_goes_on_to_the_new_minimum_with_what_h_knows(mode):
    objective = Moving()
    o = run(Optimizer(objective, [300, -200, 50], mode=mode, certify=True))
    assert at(o, [0, 0, 0])
    first, asked = o.epochs, len(objective.asked)
    objective.middle = [5, -3, 2]
    o.renew()
    assert objective.asked[asked:] == [o.x], "only x is evaluated, once"
    assert o.epochs == first and o.status == status.RUNNING
    assert o.cost == objective.cost(o.x)
    run(o)
    assert at(o, [5, -3, 2]) and o.cost == objective.cost(o.x)
    assert o.epochs == o.updates + o.idles


@each_mode
def test_ask_and_tell_renew_alike(mode):
    objective, told = Moving(), Moving()
    a = Optimizer(objective, [40, 30, 20], mode=mode, radius=9, certify=True)
    b = Optimizer(None, [40, 30, 20], mode=mode, radius=9, certify=True)
    b.renew()  # nothing is known yet: the start is wanted as before
    for turn in range(3):
        for _ in range(6):
            a.step()
        for _ in range(6 + (turn == 0)):
            X = b.ask()
            if X is not None and b.tell(told.cost(X)):
                b.tell_gradient(told.gradient(X), told.hessian(X))
        assert (a.checksum, a.x, a.cost, a.epochs) == (b.checksum, b.x, b.cost, b.epochs)
        objective.middle = told.middle = [7 * turn, -turn, 4]
        a.renew()
        b.renew()
        assert b.ask() == b.x and not b.between_epochs()
        assert b.tell(told.cost(b.ask()))
        with pytest.raises(RuntimeError, match="call tell_gradient before renew"):
            b.renew()
        b.tell_gradient(told.gradient(b.ask()), told.hessian(b.ask()))
        assert a.checksum == b.checksum and a.trial == b.trial


@each_mode
def test_a_renewal_is_in_the_checksum(mode):
    o = Optimizer(Moving(), [40, 30, 20], mode=mode, certify=True)
    o.step()
    before = o.checksum
    o.renew()
    assert o.checksum not in (before, EMPTY)


@each_mode
def test_a_limit_holds_after_a_renewal(mode):
    o = run(Optimizer(Moving(), [40, 30, 20], mode=mode, max_epochs=3, certify=True))
    o.renew()
    assert o.status == status.EPOCH_LIMIT and o.epochs == 3


@each_mode
def test_a_failed_renewal_can_be_repeated(mode):
    objective = Moving()
    o = Optimizer(objective, [40, 30, 20], mode=mode, certify=True)
    for _ in range(4):
        o.step()
    x, cost = list(o.x), objective.cost

    def broken(X):
        raise OSError("the sensor is away")

    objective.cost = broken
    with pytest.raises(OSError):
        o.renew()
    objective.cost = cost
    assert o.step() and o.x == x and o.cost == cost(x) and o.epochs == 4
    assert at(run(o), [0, 0, 0])


@each_mode
@pytest.mark.parametrize("k", [0, 4])
def test_a_refined_run_renews_in_both_its_parts(mode, k):
    for stop in (3, 10, 60):
        objective = Moving()
        o = Optimizer(objective, [160, 320, -160], mode=mode, refine=k, polls=500, certify=True)
        while o.epochs < stop and o.step():
            pass
        objective.middle = [32, -16, 48]
        o.renew()
        run(o)
        assert at(o, [32, -16, 48], 1 << k)
        again = checkpoints.load(checkpoints.dump(o), objective)
        assert again.x == o.x


def test_modes_of_the_paper_cannot():
    for mode in ("paper", "steepest", "fixed-rate"):
        o = Optimizer(Moving(), [4, 5, 6], mode=mode, certify=True)
        with pytest.raises(RuntimeError, match="cannot renew: use 'compensated' or 'limited'"):
            o.renew()
