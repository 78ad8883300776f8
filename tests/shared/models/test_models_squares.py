"""Least squares, spheres, ellipsoids, polynomials and curves against exact values, in words."""

import math
import random
from fractions import Fraction

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
from qbfgs.data import Table
from qbfgs.data.samples import Samples
from qbfgs.data.scaling import Scaling
from qbfgs.models import curves
from qbfgs.models.designs import Affine, Ellipsoid, Polynomial, Sphere
from qbfgs.models.least_squares import LeastSquares

each_qp = pytest.mark.parametrize("qp", QPS)
DESIGNS = {
    "affine": (lambda: Affine(3), 3),
    "line": (lambda: Polynomial(1), 1),
    "polynomial": (lambda: Polynomial(6), 1),
    "sphere": (Sphere, 3),
    "ellipsoid": (Ellipsoid, 3),
    "tilted": (lambda: Ellipsoid(tilted=True), 3),
}
each_design = pytest.mark.parametrize("name", DESIGNS)


def made(name, seed=1, count=30):
    """A design, and rows for it."""
    make, inputs = DESIGNS[name]
    design = make()
    edge = 1 << design.WIDTH
    rows = random_rows(seed, count, inputs, design.WIDTH, lambda r: r.randint(-edge, edge))
    rows.append([edge] * (inputs + 1))
    rows.append([-edge] * (inputs + 1))
    return design, rows


def columns(name, row):
    """The columns and the target that a design stands for, as Fractions."""
    unit = 1 << (26 if name in ("affine", "line", "polynomial") else 13)
    *x, y = [Fraction(v, unit) for v in row]
    if name == "affine":
        return [*x, 1], y
    if name in ("line", "polynomial"):
        return [x[0] ** k for k in range(1, {"line": 2}.get(name, 7))] + [1], y
    if name == "sphere":
        return [2 * v for v in x] + [1], sum(v * v for v in x)
    squares = [v * v for v in x] + [2 * v for v in x]
    if name == "tilted":
        squares += [2 * x[0] * x[1], 2 * x[0] * x[2], 2 * x[1] * x[2]]
    return squares, 1


@each_design
def test_columns_are_what_they_say(core, name):
    design, rows = made(name)
    watched = vars(core.module("models.designs"))[type(design).__name__]
    watched = watched(
        *{"polynomial": [6], "line": [1], "affine": [3], "tilted": [True]}.get(name, [])
    )
    ours, theirs = [0] * (design.n + 1), [0] * (design.n + 1)
    for row in rows:
        design.write(row[:-1], row[-1], ours)
        watched.write(row[:-1], row[-1], theirs)
        assert ours == theirs
        exact, target = columns(name, row)
        for k, (got, wanted) in enumerate(zip(ours, [*exact, target], strict=True)):
            error = abs(Fraction(got, 1 << design.BITS) - wanted)
            assert abs(got) <= 2**28
            assert error <= (Fraction(k, 2**27) if name == "polynomial" and k < 6 else 0)


def quadratic(name, rows, X, qp):
    """Cost, gradient and Hessian of the exact columns, as Fractions."""
    n = len(X)
    cost, gradient = Fraction(0), [Fraction(0)] * n
    hessian = [Fraction(0) for i in range(n) for j in range(i + 1)]
    for row in rows:
        a, y = columns(name, row)
        r = sum(u * Fraction(x, qp) for u, x in zip(a, X, strict=True)) - y
        cost += r * r
        for k, u in enumerate(a):
            gradient[k] += 2 * r * u
        products = [2 * a[i] * a[j] for i in range(n) for j in range(i + 1)]
        hessian = [h + p for h, p in zip(hessian, products, strict=True)]
    return cost, gradient, hessian


@each_qp
@pytest.mark.parametrize("name", [name for name in DESIGNS if name != "polynomial"])
def test_cost_gradient_and_hessian_are_exact(name, qp):
    design, rows = made(name, count=8)
    model = LeastSquares(samples(rows), design, qp)
    rng = random.Random(qp)
    for X in ([0] * model.n, random_point(rng, model.n, 2**19 - 1)):
        cost, gradient, hessian = quadratic(name, rows, X, qp)
        assert Fraction(model.cost(X), model.cost_scale) == cost
        got = [Fraction(g * qp, model.cost_scale) for g in model.gradient(X)]
        assert got == gradient
        assert [Fraction(h * qp**2, model.cost_scale) for h in model.hessian(X)] == hessian
    assert model.passes == 1


@each_design
def test_words_of_the_pass(core, name):
    design, rows = made(name, count=60)
    watched = core.module("models.least_squares").LeastSquares(samples(rows), design, 1000)
    plain = LeastSquares(samples(rows), design, 1000)
    for X in hostile_points(random.Random(4), design.n):
        assert (watched.cost(X), watched.gradient(X)) == (plain.cost(X), plain.gradient(X))


def solve(model, start=None, limit=400):
    o = Optimizer(model, start or model.start(), max_epochs=limit)
    while o.step():
        pass
    return o


@pytest.mark.parametrize("qp", [64, 1024])
@pytest.mark.parametrize("n", [3, 5, 10])
def test_linear_least_squares_beats_rounding(n, qp):
    """Never worse than the rounded solution in doubles; the raw parameters predict alike."""
    rng = np.random.default_rng(n)
    x = np.round(rng.normal(size=(60, n - 1)) * 10.0 ** rng.uniform(1, 4, n - 1)).astype(int)
    y = np.round(x @ (rng.normal(size=n - 1) / x.std(axis=0)) * 500 + 40 * rng.normal(size=60))
    source = Table(np.c_[x, y].astype(int).tolist())
    inputs, target = Scaling(n - 1), Scaling(1)
    inputs.measure(source, range(n - 1), 26)
    target.measure(source, [n - 1], 26)
    model = LeastSquares(Samples(source, range(n - 1), n - 1, inputs, target), Affine(n - 1), qp)
    o = solve(model)
    assert model.passes == 1
    assert set(inputs.drop + target.drop) == {0}
    a = np.array([[inputs.apply(j, v) for j, v in enumerate(row)] for row in x.tolist()]) / 2**26
    b = np.array([target.apply(0, int(v)) for v in y]) / 2**26
    exact = np.linalg.lstsq(np.c_[a, np.ones(60)], b, rcond=None)[0]
    assert o.cost <= model.cost([math.floor(v * qp + 0.5) for v in exact])
    raw, denominator = inputs.undo(o.x[:-1], o.x[-1], 26)
    final, denominator = target.undo_target(raw, denominator * qp, 26)
    predicted = x @ np.array([f / denominator for f in final[:-1]]) + final[-1] / denominator
    wanted = (np.c_[a, np.ones(60)] @ o.x / qp * 2**26) / target.factor[0] + target.shift[0]
    assert np.allclose(predicted, wanted, rtol=1e-9, atol=1e-6)


def sphere_points(centre, radii, count=120, noise=3, seed=1):
    rng = np.random.default_rng(seed)
    v = rng.normal(size=(count, 3))
    v /= np.linalg.norm(v, axis=1)[:, None]
    return np.round(centre + v * radii + noise * rng.normal(size=(count, 3))).astype(int)


def scaled_points(points):
    source = Table(points.tolist())
    scaling = Scaling(3)
    scaling.measure(source, [0, 1, 2], Sphere.WIDTH, together=True)
    unit = 2 ** (scaling.drop[0] + Sphere.WIDTH) / scaling.factor[0]
    return Samples(source, [0, 1, 2], None, scaling), np.array(scaling.shift), unit


def test_a_sphere_is_found():
    """Magnetometer counts with an offset: centre and radius within a count and a grid step."""
    data, shift, unit = scaled_points(sphere_points([120, -340, 77], 400))
    qp = 4096
    model = LeastSquares(data, Sphere(), qp)
    o = solve(model)
    centre, square = model.design.shape(o.x, qp)
    assert abs(shift + np.array(centre) / qp * unit - [120, -340, 77]).max() < 2
    assert abs(square**0.5 / qp * unit - 400) < 2


@pytest.mark.parametrize("tilted", [False, True])
def test_an_ellipsoid_is_found(tilted):
    points = sphere_points([50, -20, 300], [400, 500, 330], seed=2)
    data, shift, unit = scaled_points(points)
    model = LeastSquares(data, Ellipsoid(tilted), 4096)
    o = solve(model)
    centre, det = model.design.shape(o.x)
    assert det > 0
    assert abs(shift + np.array(centre) / det * unit - [50, -20, 300]).max() < 4
    # x'Ax + 2 g.x = 1 about the centre c: radius_i^2 = (1 + c'Ac) / a_i
    c, a = np.array(centre) / det, np.array(o.x[:3]) / 4096
    radii = np.sqrt((1 + (a * c * c).sum()) / a) * unit
    assert abs(radii - [400, 500, 330]).max() < 8


# Curves


SHAPES = ["Decay", "Rise", "Saturation"]


def curve_reference(shape, rows, X, qp):
    """Cost, gradient, residuals and their slopes, a row each, of a curve in doubles; X has an even
    length without offset."""
    t, y = np.array(rows, dtype=float).T
    t, y = np.maximum(t, 0) / 2**curves.BITS, y / 2**curves.TARGET_BITS
    r = X[-1] / qp * (len(X) % 2) - y
    terms = []
    for k, a in zip(X[:-1:2], X[1::2], strict=True):
        z = np.minimum(max(k, 0) / qp * t, 32)
        if shape == "Saturation":
            g, slope = z / (1 + z), 1 / (1 + z) ** 2
        else:
            g, slope = np.exp(-z), -np.exp(-z)
        if shape == "Rise":
            g, slope = 1 - g, -slope
        r = r + a / qp * g
        terms.append((g, a / qp * slope * t * (k >= 0)))
    edge = 2**19 / qp
    r = np.clip(r, -edge, edge)
    rows = [s for g, by_k in terms for s in (by_k, g)] + [np.ones(len(t))] * (len(X) % 2)
    return (r * r).sum(), 2 * np.array(rows) @ r, r, np.array(rows)


def curve_rows(seed, count=40):
    rng = random.Random(seed)
    return [
        [rng.randrange(1 << curves.WIDTH), rng.randint(-(1 << 23) + 1, (1 << 23) - 1)]
        for _ in range(count)
    ]


@each_qp
@pytest.mark.parametrize("terms, offset", [(1, True), (1, False), (3, True), (2, False)])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_curve_is_within_its_error(shape, terms, offset, qp):
    rng = random.Random(qp)
    rows = curve_rows(qp)
    model = vars(curves)[shape](samples(rows), qp, terms, offset)
    for _ in range(6):
        X = []
        for _ in range(terms):
            X += [rng.randint(-qp // 4, 3 * qp), rng.randint(-4 * qp, 4 * qp) // terms]
        X += [rng.randint(-4 * qp, 4 * qp)] * offset
        cost, gradient = real(model, X)
        exact, slopes, r, J = curve_reference(shape, rows, X, qp)
        a = max(map(abs, X[1::2])) / qp
        error = (2 + terms) / (512 * qp) + 2**-15 * terms * a / 512  # of a residual
        assert abs(cost - exact) <= (2 * abs(r) * error + error**2).sum() + 1e-12 * exact
        # a residual's error times a slope, a slope's error times a residual
        most = np.array([8 * a, 1] * terms + [1] * offset)
        wrong = np.array([8 * a * 2**-24 + 2**-6 / qp, 2**-24] * terms + [0] * offset)
        bound = 2 * (error * most * len(rows) + wrong * abs(r).sum())
        assert (abs(gradient - slopes) <= bound + qp / model.cost_scale).all()
        beside = wrong[:, None] * abs(J).sum(axis=1)  # and an error times an error
        bound = 2 * (beside + beside.T + len(rows) * np.outer(wrong, wrong)) + 2**-18
        assert (abs(real_hessian(model, X) - 2 * J @ J.T) <= bound).all()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("qp", QPS)
def test_words_of_curves(core, shape, qp):
    rows = curve_rows(1, 20) + [[(1 << 19) - 1, (1 << 23) - 1], [0, 1 - (1 << 23)], [-5, 0]]
    for terms, offset in ((1, True), (4, True), (2, False)):
        points = list(hostile_points(random.Random(qp), 2 * terms + offset))
        assert_words(
            core,
            "models.curves",
            lambda m, t=terms, o=offset: vars(m)[shape](samples(rows), qp, t, o),
            points,
        )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("qp", [16, 256, 4096])
def test_curves_are_found(shape, qp):
    """k = 1.3, a = 2.5, c = 0.4 in noise of 0.02."""
    rng = np.random.default_rng(2)
    t = np.linspace(0, 4, 60)
    g = np.exp(-1.3 * t)
    g = {"Decay": g, "Rise": 1 - g, "Saturation": 1.3 * t / (1 + 1.3 * t)}[shape]
    y = 0.4 + 2.5 * g + 0.02 * rng.normal(size=60)
    rows = np.c_[np.round(t * 2**curves.BITS), np.round(y * 2**curves.TARGET_BITS)]
    model = vars(curves)[shape](samples(rows.astype(int).tolist()), qp)
    o = solve(model, [qp, qp, 0])
    slack = (0.25 if shape == "Saturation" else 0.05) + 2 / qp
    assert abs(np.array(o.x) / qp - [1.3, 2.5, 0.4]).max() < slack
    assert o.cost <= 1.2 * model.cost([round(v * qp) for v in (1.3, 2.5, 0.4)])


def test_two_decays_are_told_apart():
    rng = np.random.default_rng(3)
    t = np.linspace(0, 7, 100)
    y = 3 * np.exp(-3 * t) + np.exp(-0.4 * t) + 0.002 * rng.normal(size=100)
    rows = np.c_[np.round(t * 2**curves.BITS), np.round(y * 2**curves.TARGET_BITS)]
    qp = 1024
    model = curves.Decay(samples(rows.astype(int).tolist()), qp, terms=2, offset=False)
    o = solve(model, [2 * qp, 2 * qp, qp // 2, 2 * qp])
    assert abs(np.array(o.x) / qp - [3, 3, 0.4, 1]).max() < 0.05


def test_a_curve_without_terms_is_refused():
    with pytest.raises(ValueError, match="1 term or more, not 0"):
        curves.Decay(samples([[0, 0]]), 16, terms=0)
