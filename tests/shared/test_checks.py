"""Bad input: each error says what is wrong and where."""

import re

import pytest

from qbfgs import Optimizer, minimize, status
from qbfgs.checks import default_radius
from qbfgs.problems import Rosenbrock


class Bowl:
    n = 2

    def cost(self, X):
        return X[0] * X[0] + 3 * X[1] * X[1]

    def gradient(self, X):
        return [2 * X[0], 6 * X[1]]


STARTS = {
    "too short": ([1], ValueError, "x0 has 1 numbers, but the objective takes 2"),
    "too long": ([1, 2, 3], ValueError, "x0 has 3 numbers, but the objective takes 2"),
    "empty": ([], ValueError, "x0 is empty"),
    "a float": ([1, 2.0], TypeError, "x0[1] must be a grid integer, not 2.0"),
    "text": (["-1.2", 1], TypeError, "x0[0] must be a grid integer, not '-1.2'"),
    "None": ([1, None], TypeError, "x0[1] must be a grid integer, not None"),
    "a bool": ([True, 1], TypeError, "x0[0] must be a grid integer, not True"),
    "out of range": ([0, 2**19], ValueError, "x0[1] = 524288 is outside the grid"),
    "out of range below": ([-(2**19), 0], ValueError, "whose ends are -524287 and 524287: use"),
}


@pytest.mark.parametrize("name", STARTS)
def test_a_bad_start(name):
    x0, error, words = STARTS[name]
    with pytest.raises(error, match=re.escape(words)):
        Optimizer(Bowl(), x0)


def test_an_objective_without_n_takes_any_length():
    class Any:
        def cost(self, X):
            return sum(x * x for x in X)

        def gradient(self, X):
            return [2 * x for x in X]

    for n in (1, 3, 7):
        assert minimize(Any(), [9] * n).x == [0] * n
    with pytest.raises(ValueError, match="x0 is empty"):
        Optimizer(Any(), [])


def test_the_widest_start_is_taken():
    o = Optimizer(Bowl(), (2**19 - 1, 1 - 2**19))
    assert o.x == [2**19 - 1, 1 - 2**19]


SETTINGS = {
    "radius 0": ({"radius": 0}, ValueError, "radius must be 1 or more, not 0"),
    "radius -3": ({"radius": -3}, ValueError, "radius must be 1 or more, not -3"),
    "radius wide": ({"radius": 2**18}, ValueError, "radius must be below 2^18 grid steps"),
    "radius float": ({"radius": 4.0}, TypeError, "radius must be an int, not 4.0"),
    "pairs 0": ({"pairs": 0}, ValueError, "pairs must be 1 or more, not 0"),
    "pairs float": ({"pairs": 2.5}, TypeError, "pairs must be an int, not 2.5"),
    "polls -1": ({"polls": -1}, ValueError, "polls must be 0 or more, not -1"),
    "polls text": ({"polls": "9"}, TypeError, "polls must be an int, not '9'"),
    "epochs -1": ({"max_epochs": -1}, ValueError, "max_epochs must be 0 or more, not -1"),
    "epochs None": ({"max_epochs": None}, TypeError, "max_epochs must be an int, not None"),
    "epochs bool": ({"max_epochs": True}, TypeError, "max_epochs must be an int, not True"),
    "target float": ({"target": 1e-6}, TypeError, "target must be an int, not 1e-06"),
    "target text": ({"target": "0"}, TypeError, "target must be an int, not '0'"),
    "mode": ({"mode": "gauss"}, ValueError, "unknown mode 'gauss'"),
    "lower alone": ({"lower": 3}, TypeError, "lower must be a list of bounds, not 3"),
    "lower short": ({"lower": [0]}, ValueError, "lower has 1 bounds for 2 parameters"),
    "upper float": ({"upper": [None, 9.0]}, TypeError, "upper[1] must be an int, not 9.0"),
    "box": ({"lower": [4, 0], "upper": [3, 9]}, ValueError, "lower[0] = 4 is above upper[0] = 3"),
    "below": ({"lower": [None, 5]}, ValueError, "x0[1] = 4 is outside its bounds 5 .. None"),
    "above": ({"upper": [2, None]}, ValueError, "x0[0] = 3 is outside its bounds None .. 2"),
    "paper": ({"lower": [0, 0], "mode": "paper"}, ValueError, "mode 'paper' keeps no bounds"),
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_a_bad_setting(name):
    settings, error, words = SETTINGS[name]
    with pytest.raises(error, match=re.escape(words)):
        Optimizer(Bowl(), [3, 4], **settings)


def test_an_unknown_mode_is_told_which_there_are():
    with pytest.raises(ValueError, match="'?compensated.*paper.*steepest.*fixed-rate"):
        Optimizer(Bowl(), [3, 4], mode="COMPENSATED")


def test_bad_settings_are_found_before_anything_is_evaluated():
    class Untouched(Bowl):
        def cost(self, X):
            raise AssertionError("evaluated")

    for settings, error, _ in SETTINGS.values():
        with pytest.raises(error):
            Optimizer(Untouched(), [3, 4], **settings)


@pytest.mark.parametrize("name", ["qp", "cost_scale"])
@pytest.mark.parametrize("value, error", [(0, ValueError), (-5, ValueError), (2.0, TypeError)])
def test_a_bad_scale_of_the_objective(name, value, error):
    objective = Bowl()
    objective.qp = 16
    setattr(objective, name, value)
    label = {"qp": "Qp", "cost_scale": "cost_scale"}[name]
    for mode in ("paper", "steepest", "fixed-rate"):
        with pytest.raises(error, match=f"{label} must be .*, not {re.escape(str(value))}"):
            Optimizer(objective, [3, 4], mode=mode)


def test_the_default_radius():
    assert default_radius(Rosenbrock(1000), [0, 0]) == 250
    assert default_radius(Rosenbrock(1024), [5, 5]) == 256
    assert default_radius(Rosenbrock(3), [0, 0]) == 1
    assert default_radius(Rosenbrock(10**9), [0, 0]) == 2**18 - 1
    assert default_radius(Bowl(), [-81, 7]) == 20
    assert default_radius(None, [0, 0]) == 1
    assert default_radius(None, [2**19 - 1]) == (2**19 - 1) // 4


class Answering(Bowl):
    """Gives a wrong answer at question number `at`, once."""

    def __init__(self, kind, at, answer):
        self.kind, self.at, self.answer = kind, at, answer
        self.asked = {"cost": 0, "gradient": 0}

    def _now(self, kind):
        self.asked[kind] += 1
        return kind == self.kind and self.asked[kind] == self.at

    def cost(self, X):
        return self.answer if self._now("cost") else Bowl.cost(self, X)

    def gradient(self, X):
        return self.answer if self._now("gradient") else Bowl.gradient(self, X)


ANSWERS = {
    "a float": ("cost", 1.5, TypeError, "the cost at [%s] must be an int, not 1.5"),
    "None": ("cost", None, TypeError, "the cost at [%s] must be an int, not None"),
    "a bool": ("cost", True, TypeError, "the cost at [%s] must be an int, not True"),
    "text": ("cost", "7", TypeError, "the cost at [%s] must be an int, not '7'"),
    "too wide": ("cost", 2**4096, ValueError, "the cost has more than 4096 bits"),
    "short gradient": ("gradient", [1], ValueError, "the gradient at [%s] has 1 numbers, not 2"),
    "long gradient": ("gradient", [1] * 3, ValueError, "the gradient at [%s] has 3 numbers, not 2"),
    "no gradient": ("gradient", None, TypeError, "the gradient at [%s] must be a list, not None"),
    "an int": ("gradient", 5, TypeError, "the gradient at [%s] must be a list, not 5"),
    "float inside": ("gradient", [1, 2.0], TypeError, "gradient[1] at [%s] must be an int"),
    "bool inside": ("gradient", [False, 2], TypeError, "gradient[0] at [%s] must be an int"),
    "None inside": ("gradient", (1, None), TypeError, "gradient[1] at [%s] must be an int"),
    "wide inside": ("gradient", [0, -(2**4100)], ValueError, "the gradient has more than 4096"),
}  # fmt: skip


def states(o):
    return (list(o.x), o.cost, o.epochs, o.updates, o.idles, o.compensations, o.checksum)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_bad_answer_is_refused_and_a_good_one_goes_on(name):
    kind, answer, error, words = ANSWERS[name]
    undisturbed = minimize(Bowl(), [60, -45])
    objective = Answering(kind, 3, answer)
    o = Optimizer(objective, [60, -45])
    with pytest.raises(error) as caught:
        while True:
            before, trial = states(o), list(o.trial)
            o.step()
    assert words.replace("%s", ", ".join(map(str, trial))) in str(caught.value)
    assert o.status == status.BAD_OBJECTIVE
    assert states(o) == before and o.trial == trial
    assert o.step() or o.status != status.BAD_OBJECTIVE
    while o.step():
        pass
    assert states(o) == states(undisturbed) and o.status == undisturbed.status


@pytest.mark.parametrize("name", ANSWERS)
def test_a_bad_answer_at_the_start(name):
    """There is no optimiser to go on with: the constructor raises."""
    kind, answer, error, words = ANSWERS[name]
    with pytest.raises(error, match=re.escape(words.replace("%s", "6, -4"))):
        Optimizer(Answering(kind, 1, answer), [6, -4])


@pytest.mark.parametrize("name", ANSWERS)
def test_a_bad_answer_by_ask_and_tell(name):
    """A wrong answer at the start can be mended here."""
    kind, answer, error, words = ANSWERS[name]
    o = Optimizer(None, [6, -4])
    if kind == "gradient":
        assert o.tell(84)
    with pytest.raises(error, match=re.escape(words.replace("%s", "6, -4"))):
        o.tell(answer) if kind == "cost" else o.tell_gradient(answer)
    assert o.status == status.BAD_OBJECTIVE and o.epochs == 0 and o.cost is None
    assert o.ask() == [6, -4]
    if kind == "cost":
        assert o.tell(84)
    o.tell_gradient([12, -24])
    assert o.status == status.RUNNING and o.cost == 84
