"""Knobs against a measured cost: limits, budget, log, noise, wrong use."""

import random

import pytest

from qbfgs.calibrate import Tuner


def bowl(a, b):
    return 3 * (a - 70) ** 2 + (b + 20) ** 2 + a * b // 9 + 100


LEAST = min(bowl(a, b) for a in range(101) for b in range(-50, 51))


def made(measure=bowl, **settings):
    tuner = Tuner(measure, **settings)
    tuner.knob("a", 10, 0, 100, "mm")
    tuner.knob("b", 0, -50, 50)
    return tuner


def test_knobs_are_turned_to_the_best_values():
    tuner = made(noise=None).run()
    assert tuner.cost == bowl(*tuner.values) == LEAST and tuner.error == 0
    assert str(tuner).startswith(f"a: {tuner.values[0]} mm, from 10\nb: {tuner.values[1]}, from 0")


def test_limits_hold_and_a_knob_at_one_is_told():
    def down(a, b):
        assert 0 <= a <= 100 and -50 <= b <= 50
        return 5 * a + (b - 7) ** 2

    tuner = made(down, noise=None).run()
    assert tuner.values[0] == 0 and abs(tuner.values[1] - 7) <= 1
    assert "a: 0 mm (its limit), from 10" in str(tuner)


@pytest.mark.parametrize("budget", [1, 7, 20, 60])
@pytest.mark.parametrize("noise", [None, "auto", 5])
def test_the_budget_holds_and_the_log_tells_all(budget, noise):
    told = []
    tuner = made(budget=budget, noise=noise)
    tuner.run()
    other = made(budget=budget, noise=noise, log=lambda *entry: told.append(entry)).run()
    assert tuner.measurements == len(tuner.log) == len(told) <= budget
    assert tuner.log == told and other.log == []
    assert all(bowl(*values) == cost for _, values, cost in told)
    if budget == 7:
        assert "the budget is spent" in tuner.message and tuner.measurements == 7


def test_noise_is_learnt_and_told():
    near = 0
    for seed in range(10):
        rng = random.Random(seed)
        tuner = made(lambda a, b, rng=rng: bowl(a, b) + round(rng.gauss(0, 60)), budget=90).run()
        assert 10 < tuner.error < 60 and f"+- {tuner.error}" in str(tuner)
        near += abs(tuner.cost - bowl(*tuner.values)) <= 2 * tuner.error
        assert bowl(*tuner.values) < LEAST + 120
    assert near >= 9


def test_costs_may_be_fractions():
    tuner = made(lambda a, b: bowl(a, b) / 1000, noise=None, scale=1000).run()
    assert tuner.cost == LEAST


def test_before_it_has_begun():
    tuner = made()
    assert tuner.values == [10, 0] and tuner.cost is None and tuner.error == 0
    assert "not begun" in str(tuner)
    with pytest.raises(RuntimeError, match="no knob"):
        Tuner(bowl).step()


@pytest.mark.parametrize(
    "knob, said",
    [
        (("p", 5, 9, 9), "its least, 9, is not below 9"),
        (("p", 5, 6, 9), "start 5 is outside"),
        (("p", 0.5, 0, 1), "smaller unit"),
    ],
)
def test_wrong_knobs_are_told(knob, said):
    with pytest.raises((TypeError, ValueError), match=said):
        Tuner(bowl).knob(*knob)


def test_wrong_use_is_told():
    with pytest.raises(ValueError, match="budget must be 1"):
        Tuner(bowl, budget=0)
    tuner = made(noise=None)
    tuner.step()
    with pytest.raises(RuntimeError, match="before the first step"):
        tuner.knob("c", 0, 0, 1)
