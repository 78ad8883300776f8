"""Newton's model and dogleg in the batch engine against the core's, go by go."""

import random

import numpy as np
import pytest
from batches import apart, array, block, measured, scalar, state, states, together

from qbfgs.model.gauss_newton import GaussNewton as CoreModel
from qbfgs.search.dogleg import Dogleg as CoreDogleg
from qbfgs.words.blocks import block as core_block
from qbfgs.words.blocks import dot
from qbfgs.words.scalars import ONE, add, scaled
from qbfgs_desktop.batch.model.gauss_newton import Answers, GaussNewton
from qbfgs_desktop.batch.search.dogleg import Dogleg
from qbfgs_desktop.batch.words.wide import Wide

LANES = 30


def draw_hessian(rng, n, near):
    """A lower triangle: J'J of one J for all lanes and gos, nearly, or of one of its own, or less
    than a matrix of second derivatives."""
    kind = rng.random()
    if kind < 0.1:
        return [rng.randint(-(1 << 40), 1 << 40) for _ in range(n * (n + 1) // 2)]
    rows = near
    if kind < 0.4:
        rows = [[rng.randint(-999, 999) << rng.randint(0, 30) for _ in range(n)] for _ in near]
    rows = [[v + rng.randint(-3, 3) for v in row] for row in rows[: rng.choice((1, n, n))]]
    return [sum(r[i] * r[j] for r in rows) for i in range(n) for j in range(i + 1)]


def columns(lists):
    """A Wide for each place of lists, one a lane."""
    return [Wide.stack(list(values)) for values in zip(*lists, strict=True)]


def made(n):
    """Models and doglegs of the core and their batch forms, and what draws their gos."""
    rng = random.Random(n)
    core = [(CoreModel(n, None), CoreDogleg(n)) for _ in range(LANES)]
    ours = GaussNewton(n, None, LANES)
    for i, (model, _) in enumerate(core):
        for k in range(n):
            model.reach[k] = rng.randint(0, 18)
        ours.reach[:, i] = model.reach
    near = [[rng.randint(-999, 999) << 3 * k for k in range(n)] for _ in range(n)]

    def draw():
        hessians = [draw_hessian(rng, n, near) for _ in core]
        gradients = [[rng.randint(-(1 << 45), 1 << 45) for _ in range(n)] for _ in core]
        answers = Answers(ours, columns(gradients), columns(hessians))
        for (model, _), *answer in zip(core, gradients, hessians, strict=True):
            model.take(*answer)
        return answers

    return rng, core, ours, Dogleg(n, LANES), draw


def fill(core, ours, dogleg, answers):
    ours.fill(answers, np.zeros((ours.n, LANES), bool))
    dogleg.begin(ours)
    for model, other in core:
        model.fill(None, None, None)
        model.invert()
        other.begin(model)


def assert_same(core, ours, dogleg):
    models = [model for model, _ in core]
    assert ours.scales.T.tolist() == [list(model.scales) for model in models]
    assert apart(ours.slopes) == [list(model.slopes) for model in models]
    assert states(ours.factor) == [state(model.factor, ours.n) for model in models]
    seconds = [model.second_order for model in models]
    assert apart(ours.second_order.triangle) == [list(second.triangle) for second in seconds]
    assert ours.second_order.votes.tolist() == [second.votes for second in seconds]
    assert apart(dogleg.newton) == [list(other.newton) for _, other in core]
    assert dogleg.pp.tolist() == [other._pp for _, other in core]
    assert (-dogleg.gp).tolist() == [other.slope() for _, other in core]


def assert_same_targets(rng, core, ours, dogleg):
    for i, (_, other) in enumerate(core):
        other.region = scaled(other._pp or ONE, rng.randint(-30, 3))
        dogleg.region[i] = other.region
    target, hit = dogleg.aim(ours.slopes, ours.scales)
    for i, (model, other) in enumerate(core):
        expected = core_block(ours.n)
        assert other.aim(expected, model) == hit[i]
        assert target.m[:, i].tolist() == expected[:-2]
    assert dogleg.square().tolist() == [other.square() for _, other in core]


@pytest.mark.parametrize("n", [1, 2, 5])
def test_every_go(n):
    rng, core, ours, dogleg, draw = made(n)
    answers = draw()
    ours.adopt(answers)
    for model, _ in core:
        model.adopt()
    fill(core, ours, dogleg, answers)
    counted = set()
    for _ in range(7):
        assert_same(core, ours, dogleg)
        assert_same_targets(rng, core, ours, dogleg)
        d = [measured([rng.randint(-900, 900) or 1 for _ in range(n)], 0) for _ in core]
        y = [block(rng, n, 27, 10, rng.randint(0, 20)) for _ in core]
        sy = [dot(*pair, n) for pair in zip(d, y, strict=True)]
        measure = []
        answers = draw()
        step = ours.scaled(together(d))
        curved = ours.curved(step)
        for i, (model, _) in enumerate(core):
            model.scale(d[i])
            assert model.curved() == curved[i]
            # what would make S count, mostly
            right = add(model.curved(), model.second_order.form(model.step))
            measure.append(right if rng.random() < 0.8 else scalar(rng, 40))
        assert apart(step) == [list(model.step) for model, _ in core]
        for i, (model, _) in enumerate(core):
            model.learn_go(d[i], y[i], sy[i], measure[i], int(curved[i]))
        lesson = array(sy), array(measure), curved, answers
        ours.learn_go(together(d), step, together(y), *lesson)
        fill(core, ours, dogleg, answers)
        counted |= {model.second_order.counts() for model, _ in core}
    assert_same(core, ours, dogleg)
    assert counted == {False, True}
