"""The small network against doubles, to the stated errors, in words."""

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
from qbfgs.models.logistic import BITS, WIDTH
from qbfgs.models.network import MOST_HIDDEN, Network

L2 = 200
each_qp = pytest.mark.parametrize("qp", QPS)
each_head = pytest.mark.parametrize("classes", [1, 2, 5])


def target(classes):
    if classes == 1:
        return lambda rng: rng.randint(-(1 << 23) + 1, (1 << 23) - 1)
    return lambda rng: rng.randrange(classes)


def reference(rows, hidden, classes, X, qp):
    """Cost, gradient and Gauss-Newton's J'SJ in doubles, the largest output weight, the errors."""
    values = np.array(rows, dtype=float)
    a = np.c_[values[:, :-1] / 2**BITS, np.ones(len(rows))]
    x = np.array(X, dtype=float) / qp
    cut = hidden * a.shape[1]
    w, v = x[:cut].reshape(hidden, -1), x[cut:].reshape(classes, hidden + 1)
    h = np.c_[np.tanh(a @ w.T), np.ones(len(rows))]
    z = h @ v.T
    free_w, free_v = w.copy(), v.copy()
    free_w[:, -1] = free_v[:, -1] = 0
    cost = L2 / 1024 * ((free_w**2).sum() + (free_v**2).sum()) / 2
    if classes == 1:
        e = np.clip(z - values[:, -1:] / 2**20, -16, 16)
        S = np.ones((len(rows), 1, 1))
        cost += (e**2).sum() / 2
    else:
        y = values[:, -1].astype(int)
        top = z.max(axis=1, keepdims=True)
        lse = top[:, 0] + np.log(np.exp(z - top).sum(axis=1))
        cost += (lse - z[np.arange(len(y)), y]).sum()
        e = np.exp(z - lse[:, None])
        S = e[:, :, None] * (np.eye(classes) - e[:, None, :])
        e[np.arange(len(y)), y] -= 1
    back = (e @ v[:, :-1]) * (1 - h[:, :-1] ** 2)
    gradient = np.r_[
        (back.T @ a + L2 / 1024 * free_w).ravel(), (e.T @ h + L2 / 1024 * free_v).ravel()
    ]
    gains = v[:, :-1] * (1 - h[:, None, :-1] ** 2)
    J = np.zeros((len(rows), classes, len(X)))
    J[:, :, :cut] = np.einsum("skh,si->skhi", gains, a).reshape(len(rows), classes, cut)
    for k in range(classes):
        J[:, k, cut + k * (hidden + 1) : cut + (k + 1) * (hidden + 1)] = h
    hessian = np.einsum("ski,skl,slj->ij", J, S, J)
    free_w, free_v = np.ones_like(w), np.ones_like(v)
    free_w[:, -1] = free_v[:, -1] = 0
    hessian += L2 / 1024 * np.diag(np.r_[free_w.ravel(), free_v.ravel()])
    return cost, gradient, hessian, abs(v).max(), abs(e)


@each_qp
@each_head
def test_the_network_is_within_its_error(qp, classes):
    """A score is off by s = |V| (H + 1) 2^-26 + 2^-14 / qp and 2^-24; the rest follows from it."""
    rng = random.Random(qp)
    hidden, count = 4, 30
    rows = random_rows(qp, count, 3, WIDTH, target(classes))
    model = Network(samples(rows), hidden, classes, qp, L2)
    for reach in (qp // 4, qp, 3 * qp):
        X = random_point(rng, model.n, min(reach, 2**19 - 1))
        cost, gradient = real(model, X)
        exact, slopes, hessian, v, e = reference(rows, hidden, classes, X, qp)
        s = v * (hidden + 1) * 2**-24 + 2**-13 / qp + 2**-23
        most = 16 if classes == 1 else 2  # of an error
        assert abs(cost - exact) <= count * most * s + 1e-12 * exact
        size = 16  # of an input
        outer = e.sum() * 2**-14 + count * classes * s
        inner = classes * count * (v + 1) * size * (s + 2**-14) + e.sum() * 2**-14 * size
        cut = hidden * 4
        wrong = abs(gradient - slopes)
        assert (wrong[:cut] <= inner).all() and (wrong[cut:] <= outer).all()
        assert np.allclose(gradient, slopes, rtol=0, atol=3e-3 * abs(slopes).max()) or qp < 16
        assert abs(real_hessian(model, X) - hessian).max() <= 1e-3 * abs(hessian).max()


@each_qp
@each_head
def test_words(core, qp, classes):
    rng = random.Random(qp)
    for inputs, hidden, count in ((1, 1, 2), (3, 5, 12), (2, MOST_HIDDEN, 2)):
        rows = random_rows(qp, count, inputs, WIDTH, target(classes))
        rows.append([(1 << WIDTH) - 1] * inputs + rows[0][-1:])
        n = hidden * (inputs + 1) + classes * (hidden + 1)
        assert_words(
            core,
            "models.network",
            lambda m, r=rows, h=hidden: m.Network(samples(r), h, classes, qp, L2),
            list(hostile_points(rng, n)),
        )


XOR = [[a, b, int((a > 0) != (b > 0))] for a in (-512, 512) for b in (-512, 512)]


@pytest.mark.parametrize("qp", [64, 256, 1024])
def test_exclusive_or_is_learnt(qp):
    model = Network(samples(XOR), 4, 2, qp, l2=10)
    o = Optimizer(model, model.start(), max_epochs=100)
    while o.step():
        pass
    assert model.hits(o.x) == (4, 4)
    assert [model.classify(o.x, [a, b, 0]) for a, b, _ in XOR] == [y for _, _, y in XOR]


def test_a_sine_is_learnt():
    rng = np.random.default_rng(1)
    t = rng.uniform(-1, 1, 60)
    y = np.sin(3 * t) + 0.02 * rng.normal(size=60)
    rows = np.c_[np.round(t * 1024), np.round(y * 2**20)].astype(int).tolist()
    model = Network(samples(rows), 4, 1, 256)
    o = Optimizer(model, model.start(), max_epochs=200)
    while o.step():
        pass
    assert o.cost / model.cost_scale < 0.03  # half the squared noise of 60 is 0.012
    for k in (0, 10, 20):
        assert abs(model.output(o.x, rows[k]) / 2**24 - y[k]) < 0.1


def test_starts():
    """Random in a range, the same each time, another for another seed; hidden units differ."""
    model = Network(samples(XOR), 3, 2, 1024)
    x = model.start()
    assert x == model.start() != model.start(2)
    assert all(-512 <= v <= 512 for v in x) and len(set(x)) > model.n - 3
    assert max(x) > 200 and min(x) < -200


def test_what_does_not_fit_is_refused():
    for hidden in (0, MOST_HIDDEN + 1):
        with pytest.raises(ValueError, match=f"{hidden} hidden units: 1 .. 62"):
            Network(samples(XOR), hidden, 2, 16)
    with pytest.raises(ValueError, match="must be 0 .. 1, not 7"):
        Network(samples([[0, 7]]), 2, 2, 16).cost([0] * 10)
