"""The lists that are handed out and taken: who changes one is told, and disturbs nothing."""

import pytest

from qbfgs import Optimizer, checkpoints, minimize, status
from qbfgs.modes import BOUNDED, MODES

each_mode = pytest.mark.parametrize("mode", MODES)
COPY = "was changed by the caller or the objective: .* work on a copy, such as list"


class Bowl:
    """A bowl about (3, -5), whose cost or gradient does `harm` to its argument once, at `at`."""

    n = 2

    def __init__(self, kind="", at=0, harm=None):
        self.kind = kind
        self.at = at
        self.harm = harm

    def cost(self, X):
        self._meet("cost", X)
        a, b = X[0] - 3, X[1] + 5
        return 9 * a * a + 6 * a * b + 4 * b * b

    def gradient(self, X):
        self._meet("gradient", X)
        a, b = X[0] - 3, X[1] + 5
        return [18 * a + 6 * b, 6 * a + 8 * b]

    def hessian(self, X):
        return [18, 6, 8]

    def _meet(self, kind, X):
        if kind == self.kind:
            self.at -= 1
            if self.at == 0:
                answer = list(X)
                self.harm(X)
                X += answer[len(X) :]  # it can still answer


def negate(X):
    X[0] = -X[0] - 1


HARMS = {
    "sorted": lambda X: X.sort(reverse=X[0] < X[1]),
    "in units": negate,
    "longer": lambda X: X.append(7),
    "shorter": lambda X: X.pop(),
}


def books(o):
    return (
        o.status, list(o.x), o.cost, o.level, o.epochs, o.updates, o.idles, o.compensations,
        o.checksum, list(o.trial),
    )  # fmt: skip


def finished(o):
    while o.step():
        pass
    return books(o)


@each_mode
@pytest.mark.parametrize("kind", ["cost", "gradient"])
@pytest.mark.parametrize("harm", [name for name in HARMS if name != "shorter"])
def test_an_objective_that_changes_its_argument_is_refused(mode, kind, harm):
    straight = finished(Optimizer(Bowl(), [60, -45], mode=mode, max_epochs=60))
    # Newton asks for the gradient of a quadratic at its start and its end alone
    for at in (2,) if mode == "newton" else (2, 4):
        o = Optimizer(Bowl(kind, at, HARMS[harm]), [60, -45], mode=mode, max_epochs=60)
        with pytest.raises(RuntimeError, match=COPY):
            while True:
                before = books(o)
                o.step()
        assert books(o) == before, "all is as it was"
        assert finished(o) == straight


def test_an_objective_that_changes_its_argument_at_the_start():
    for kind in ("cost", "gradient"):
        with pytest.raises(RuntimeError, match=COPY):
            Optimizer(Bowl(kind, 1, HARMS["sorted"]), [60, -45])


@each_mode
@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("late", [False, True])
def test_a_caller_that_changes_the_point_asked_for_is_refused(mode, harm, late):
    bowl = Bowl()
    o = Optimizer(None, [60, -45], mode=mode, radius=9)
    for _ in range(3):
        point = o.ask()
        if o.tell(bowl.cost(point)):
            o.tell_gradient(bowl.gradient(point), bowl.hessian(point))
    if late:
        while not o.tell(bowl.cost(o.ask())):
            pass
    before = books(o)
    HARMS[harm](o.ask())
    with pytest.raises(RuntimeError, match=COPY):
        o.tell_gradient([1, 2]) if late else o.tell(5)
    assert books(o) == before
    if late:
        o.tell_gradient(bowl.gradient(o.ask()), bowl.hessian(o.ask()))
    else:
        o.tell(bowl.cost(o.ask()))


@each_mode
@pytest.mark.parametrize("harm", HARMS)
def test_a_changed_x_is_refused(mode, harm):
    straight = finished(Optimizer(Bowl(), [60, -45], mode=mode, max_epochs=60))
    o = Optimizer(Bowl(), [60, -45], mode=mode, max_epochs=60)
    for _ in range(3):
        o.step()
    before = books(o)
    HARMS[harm](o.x)
    with pytest.raises(RuntimeError, match=COPY):
        o.step()
    assert books(o) == before
    assert finished(o) == straight


@pytest.mark.parametrize("mode", BOUNDED)
def test_a_changed_x_at_a_limit_before_a_renewal_and_in_a_checkpoint(mode):
    o = Optimizer(Bowl(), [64, -48], mode=mode, max_epochs=4, refine=3)
    while o.step():
        pass
    before = books(o)
    o.x.sort(reverse=True)
    negate(o.x)
    again = checkpoints.load(checkpoints.dump(o), Bowl())
    assert books(again) == before
    o.max_epochs = 99
    with pytest.raises(RuntimeError, match=COPY):
        o.ask()
    assert books(o) == before
    negate(o.x)
    with pytest.raises(RuntimeError, match=COPY):
        o.renew()
    assert books(o) == before
    o.renew()
    assert finished(o)[1] == [0, 0]


def test_a_second_tell_before_the_gradient_is_refused():
    bowl = Bowl()
    o = Optimizer(None, [60, -45], radius=9)
    for _ in range(4):
        before = books(o)
        while not o.tell(bowl.cost(o.ask())):
            before = books(o)
        with pytest.raises(RuntimeError, match="call tell_gradient, then tell"):
            o.tell(1)
        assert books(o) == before
        with pytest.raises(ValueError, match="between two epochs: complete this one"):
            checkpoints.dump(o)
        o.tell_gradient(bowl.gradient(o.ask()), bowl.hessian(o.ask()))


def test_asking_and_telling_costs_alone_ends_with_a_word():
    bowl = Bowl()
    o = Optimizer(None, [60, -45])
    with pytest.raises(RuntimeError, match="a gradient is awaited"):
        while o.ask():
            o.tell(bowl.cost(o.ask()))


def test_a_tell_after_a_raised_limit_wants_an_ask():
    """Nobody knows yet which point it would be of."""
    o = Optimizer(Bowl(), [60, -45], mode="compensated", max_epochs=2)
    while o.step():
        pass
    o.max_epochs = 9
    with pytest.raises(RuntimeError, match="call ask first"):
        o.tell(5)
    assert o.status == status.EPOCH_LIMIT and o.ask() is not None


def test_a_gradient_that_failed_is_asked_for_again_with_its_cost():
    asked = []
    bowl = Bowl()
    cost, gradient = bowl.cost, bowl.gradient
    bowl.cost = lambda X: asked.append("cost") or cost(X)

    def failing(X):
        asked.append("gradient")
        if len(asked) == 4:
            raise OSError("away")
        return gradient(X)

    bowl.gradient = failing
    o = Optimizer(bowl, [60, -45], radius=1)
    with pytest.raises(OSError):
        o.step()
    o.step()
    assert asked[2:] == ["cost", "gradient"] * 2 and o.epochs == 1


def test_lists_that_are_taken_are_not_kept():
    straight = minimize(Bowl(), [60, -45], lower=[5, None], upper=[None, -7], max_epochs=60)
    x0, lower, upper, slope = [60, -45], [5, None], [None, -7], [0, 0]

    class Reusing(Bowl):
        def gradient(self, X):
            slope[:] = Bowl.gradient(self, X)
            return slope

    o = Optimizer(Reusing(), x0, lower=lower, upper=upper, max_epochs=60)
    while o.step():
        for taken in (x0, lower, upper, slope):
            taken[:] = [17, 17]
    assert books(o) == books(straight)


def test_a_gradient_may_be_the_point_itself():
    class Sphere:
        n = 2

        def cost(self, X):
            return X[0] * X[0] + X[1] * X[1]

        def gradient(self, X):
            return X

    assert minimize(Sphere(), [60, -45]).x == [0, 0]
