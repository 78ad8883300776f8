"""Logistic regression and softmax against doubles, to the stated errors, in words."""

import random

import numpy as np
import pytest
from fitting import (
    QPS,
    assert_words,
    hostile_points,
    random_point,
    random_rows,
    real,
    real_hessian,
    samples,
)

from qbfgs import Optimizer
from qbfgs.models.heads import MOST_CLASSES
from qbfgs.models.logistic import BITS, WIDTH, Logistic
from qbfgs.models.model import MOST_INPUTS
from qbfgs.models.softmax import Softmax
from qbfgs.quantizer import quantize

L2 = 300
each_qp = pytest.mark.parametrize("qp", QPS)


def matrix(rows):
    """Inputs with a column of ones, and targets."""
    values = np.array(rows, dtype=float)
    return np.c_[values[:, :-1] / 2**BITS, np.ones(len(rows))], values[:, -1].astype(int)


def softmax_reference(rows, classes, X, qp):
    """Cost, gradient and Hessian of softmax in doubles."""
    a, y = matrix(rows)
    w = np.array(X, dtype=float).reshape(classes, -1) / qp
    z = a @ w.T
    top = z.max(axis=1, keepdims=True)
    lse = top[:, 0] + np.log(np.exp(z - top).sum(axis=1))
    free = w.copy()
    free[:, -1] = 0
    cost = (lse - z[np.arange(len(y)), y]).sum() + L2 / 1024 * (free**2).sum() / 2
    p = np.exp(z - lse[:, None])
    weights = p[:, :, None] * (np.eye(classes) - p[:, None, :])
    hessian = np.einsum("skl,si,sj->kilj", weights, a, a).reshape(w.size, w.size)
    p[np.arange(len(y)), y] -= 1
    return cost, (p.T @ a + L2 / 1024 * free).ravel(), hessian + penalty(classes, a)


def penalty(scores, a):
    """The Hessian of the penalty."""
    return np.diag(([L2 / 1024] * (a.shape[1] - 1) + [0]) * scores)


def logistic_reference(rows, X, qp):
    """Cost, gradient and Hessian of logistic regression in doubles."""
    a, y = matrix(rows)
    w = np.array(X, dtype=float) / qp
    z = a @ w
    free = w.copy()
    free[-1] = 0
    cost = (np.logaddexp(0, z) - y * z).sum() + L2 / 1024 * (free**2).sum() / 2
    p = np.where(z < 0, np.exp(np.minimum(z, 0)), 1) / (1 + np.exp(-abs(z)))
    weights = np.exp(-abs(z)) / (1 + np.exp(-abs(z))) ** 2
    hessian = a.T @ (weights[:, None] * a) + penalty(1, a)
    return cost, a.T @ (p - y) + L2 / 1024 * free, hessian


def hessian_error(a, unit, scores=1):
    """The sum over the samples of unit (|a_i| + 1) |a_j|, for i >= j, and a last place."""
    slack = np.tile(unit * (abs(a) + 1).T @ abs(a) + 2**-28, (scores, scores))
    return np.tril(slack) + np.tril(slack, -1).T


def points_of(rng, n, qp):
    """Points near the middle, where classes are unsure, and further out."""
    for reach in (0, qp // 8, 2 * qp, 30 * qp):
        yield random_point(rng, n, min(reach, 2**19 - 1))


@each_qp
def test_logistic_is_within_its_error(qp):
    rng = random.Random(qp)
    for inputs, count in ((1, 3), (4, 100), (30, 60)):
        rows = random_rows(qp, count, inputs, WIDTH, lambda r: r.randrange(2))
        model = Logistic(samples(rows), qp, L2)
        sizes = abs(matrix(rows)[0]).sum(axis=0)
        for X in points_of(rng, model.n, qp):
            cost, gradient = real(model, X)
            exact_cost, exact_gradient, hessian = logistic_reference(rows, X, qp)
            assert abs(cost - exact_cost) < count * 2**-24 + 1e-13 * exact_cost
            unit = qp / model.cost_scale
            slack = 2**-25 * sizes + unit + 1e-12 * abs(exact_gradient)
            assert (abs(gradient - exact_gradient) <= slack).all()
            slack = hessian_error(matrix(rows)[0], 2**-25)
            assert (abs(real_hessian(model, X) - hessian) <= slack).all()


@each_qp
@pytest.mark.parametrize("classes", [2, 3, 10, MOST_CLASSES])
def test_softmax_is_within_its_error(qp, classes):
    rng = random.Random(qp)
    rows = random_rows(qp, 50, 5, WIDTH, lambda r: r.randrange(classes))
    model = Softmax(samples(rows), classes, qp, L2)
    sizes = np.tile(abs(matrix(rows)[0]).sum(axis=0), classes)
    for X in points_of(rng, model.n, qp):
        cost, gradient = real(model, X)
        exact_cost, exact_gradient, hessian = softmax_reference(rows, classes, X, qp)
        assert abs(cost - exact_cost) < len(rows) * 2**-23 + 1e-13 * exact_cost
        slack = 2**-23 * sizes + qp / model.cost_scale + 1e-12 * abs(exact_gradient)
        assert (abs(gradient - exact_gradient) <= slack).all()
        if model.n <= 60:
            slack = hessian_error(matrix(rows)[0], 2**-23, classes)
            assert (abs(real_hessian(model, X) - hessian) <= slack).all()


def test_two_classes_either_way_cost_the_same():
    """Softmax with scores z and 0 is logistic regression."""
    rng = random.Random(5)
    rows = random_rows(5, 40, 3, WIDTH, lambda r: r.randrange(2))
    one, two = Logistic(samples(rows), 256), Softmax(samples(rows), 2, 256)
    assert one.cost_scale == two.cost_scale
    for _ in range(10):
        X = random_point(rng, 4, 500)
        assert abs(one.cost(X) - two.cost([0] * 4 + X)) < 40 * 2**-24 * one.cost_scale
        assert one.hits(X) == two.hits([0] * 4 + X)


@pytest.mark.parametrize("qp", QPS)
def test_words(core, qp):
    rng = random.Random(qp)
    for inputs, count in ((1, 2), (3, 30), (MOST_INPUTS, 4)):
        rows = random_rows(qp, count, inputs, WIDTH, lambda r: r.randrange(2))
        rows.append([(1 << WIDTH) - 1] * inputs + [1])
        rows.append([1 - (1 << WIDTH)] * inputs + [0])
        points = list(hostile_points(rng, inputs + 1))
        assert_words(
            core, "models.logistic", lambda m, r=rows: m.Logistic(samples(r), qp, L2), points
        )
        for classes in (2, 5) if inputs < 9 else (3,):
            points = list(hostile_points(rng, classes * (inputs + 1)))
            assert_words(
                core,
                "models.softmax",
                lambda m, r=rows, k=classes: m.Softmax(samples(r), k, qp, L2),
                points,
            )


def test_a_cost_resolves_far_less_than_a_grid_step():
    """Around the minimum, where a step changes the cost least, neighbours all differ."""
    rows = random_rows(8, 60, 2, WIDTH, lambda r: r.randrange(2))
    model = Logistic(samples(rows), 1024, 1024)
    o = Optimizer(model, model.start(), max_epochs=200)
    while o.step():
        pass
    best = model.cost(o.x)
    for k in range(3):
        for d in (1, -1):
            X = list(o.x)
            X[k] += d
            # hundreds of units of what a sample's rounding can change
            assert model.cost(X) - best > 60 * 2**-27 * model.cost_scale


def test_decisions():
    rows = [[-512, 0], [512, 1], [256, 1]]
    model = Logistic(samples(rows), 16)
    assert model.hits([16, 0]) == (3, 3) and model.hits([-16, 0]) == (0, 3)
    assert [model.classify([16, 1], [v, 0]) for v in (-33, -32, -31)] == [0, 1, 1]
    three = Softmax(samples([[-512, 0], [0, 1], [512, 2]]), 3, 16)
    X = [-16, 0, 0, 8, 16, 0]
    assert three.hits(X) == (3, 3)
    assert [three.classify(X, [v, 0]) for v in (-512, -200, 200, 512)] == [0, 1, 1, 2]
    assert three.classify([0] * 6, [5, 0]) == 0  # the first of equals


def test_what_does_not_fit_is_refused():
    wide = samples([[0] * (MOST_INPUTS + 1) + [0]])
    for make in (lambda: Logistic(wide, 16), lambda: Softmax(wide, 2, 16)):
        with pytest.raises(ValueError, match="127 inputs: at most 126"):
            make()
    few = samples([[1, 2]])
    for classes in (1, MOST_CLASSES + 1):
        with pytest.raises(ValueError, match=f"{classes} classes: 2 .. 31"):
            Softmax(few, classes, 16)
    with pytest.raises(ValueError, match="must be 0 or 1, not 2"):
        Logistic(few, 16).cost([0, 0])
    with pytest.raises(ValueError, match="must be 0 .. 1, not 2"):
        Softmax(few, 2, 16).cost([0] * 4)


@pytest.mark.parametrize("qp", [16, 100, 1024])
def test_learning(qp):
    """A line that parts the plane is found: at w = (2, -1), b = 1/2 within the noise of 400."""
    rng = random.Random(9)
    rows = []
    for _ in range(400):
        a = [rng.randint(-1500, 1500) for _ in range(2)]
        z = (2 * a[0] - a[1]) / 512 + 0.5
        rows.append(a + [int(rng.random() < 1 / (1 + np.exp(-z)))])
    model = Logistic(samples(rows), qp)
    o = Optimizer(model, model.start(), max_epochs=100)
    while o.step():
        pass
    wanted = [quantize(text, qp) for text in ("2", "-1", "0.5")]
    assert all(abs(x - w) < qp // 2 for x, w in zip(o.x, wanted, strict=True))
    right, count = model.hits(o.x)
    assert count == 400 and right > 330
    assert model.passes == o.epochs + 1  # one pass an epoch, and the start's
