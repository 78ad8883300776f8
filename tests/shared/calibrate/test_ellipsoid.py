"""The objective of calibrations: residuals, slopes and sums against doubles, and all in words."""

import numpy as np
import pytest

from qbfgs.calibrate.triaxial.ellipsoid import FAR, UNIT, WHOLE, Ellipsoid

COUNT = 30


def problem(seed, spread=0.3):
    """(points, weights, X) at random, the field about UNIT."""
    random = np.random.default_rng(seed)
    points = random.normal(size=(COUNT, 3))
    points *= UNIT / np.linalg.norm(points, axis=1)[:, None] * random.uniform(0.7, 1.3, (COUNT, 1))
    points = np.round(points).astype(int)
    weights = [int(w) for w in random.integers(0, WHOLE + 1, COUNT)]
    X = [int(v) for v in random.uniform(-spread, spread, 9) * UNIT]
    X[8] += UNIT
    return points, weights, X


def exact(points, X):
    """(residuals in units, their slopes by X) in doubles."""
    a, b, d, e, f = np.array(X[:5]) / UNIT
    A = np.array([[1 + a, d, e], [d, 1 + b, f], [e, f, 1 - a - b]])
    turned = points @ A - np.array(X[5:8])
    length = np.linalg.norm(turned, axis=1)
    n = turned / length[:, None]
    m = points / UNIT
    columns = [n[:, 0] * m[:, 0] - n[:, 2] * m[:, 2], n[:, 1] * m[:, 1] - n[:, 2] * m[:, 2]]
    columns += [n[:, i] * m[:, j] + n[:, j] * m[:, i] for i, j in ((0, 1), (0, 2), (1, 2))]
    return length - X[8], np.c_[np.array(columns).T, -n, -np.ones(len(m))]


def penalty(X):
    a, b, d, e, f = X[:5]
    return a * a + a * b + b * b + d * d + e * e + f * f


@pytest.mark.parametrize("seed", range(5))
def test_a_residual_is_within_an_eighth(seed):
    points, weights, X = problem(seed)
    made = Ellipsoid(points.ravel().tolist(), weights, 0)
    residuals, _ = exact(points, X)
    for k in range(COUNT):
        assert abs(made.residual(X, k) / 16 - residuals[k]) < 1 / 8


@pytest.mark.parametrize("seed", range(5))
def test_cost_gradient_and_hessian(seed):
    points, weights, X = problem(seed)
    stiffness = 700
    made = Ellipsoid(points.ravel().tolist(), weights, stiffness)
    r, J = exact(points, X)
    w = np.array(weights) * 256.0  # on the scale of the cost
    assert made.cost(X) == pytest.approx((w * r * r).sum() + stiffness * penalty(X), rel=1e-3)
    slopes = 2 * J.T @ (w * r)
    curvature = 2 * J.T @ (w[:, None] * J)
    a, b = X[:2]
    slopes[:5] += stiffness * np.array([2 * a + b, a + 2 * b, *[2 * v for v in X[2:5]]])
    curvature[:5, :5] += stiffness * 2 * np.eye(5)
    curvature[0, 1] += stiffness
    curvature[1, 0] += stiffness
    scale = np.sqrt((w[:, None] * J * J).sum(axis=0))
    assert (
        np.abs(made.gradient(X) - slopes).max() < 2e-3 * (scale * np.sqrt((w * r * r).sum())).max()
    )
    found = made.hessian(X)
    assert len(found) == 45 and all(isinstance(v, int) for v in found)
    for i in range(9):
        for j in range(i + 1):
            error = found[i * (i + 1) // 2 + j] - curvature[i, j]
            assert abs(error) < 3e-3 * (scale[i] * scale[j] + stiffness)


def test_a_reading_at_the_centre_divides_by_nothing():
    made = Ellipsoid([0, 0, 0], [WHOLE], 1)
    assert made.cost(made.start()) > 0
    assert made.gradient(made.start())[8] > 0


def test_a_pass_stays_in_words(core):
    watched = core.module("calibrate.triaxial.ellipsoid").Ellipsoid
    sums = core.module("words.sums")
    for seed, spread in ((0, 0.3), (1, 0.5), (2, 0.1)):
        points, weights, X = problem(seed, spread)
        size = FAR if spread < 0.2 else 2 * UNIT  # |A m - g| < 4 UNIT
        far = np.array([[size, 0, 0], [0, -size, 0], [-size // 2, size // 2, size // 2]])
        points = np.concatenate([points, far]).ravel().tolist()
        weights += [WHOLE] * 3
        made = watched(points, weights, 1)
        squares, rows, triangle = sums.Sum(), sums.RowSums(9), sums.RowSums(45)
        for k, weight in enumerate(weights):
            r = made.residual(X, k)
            squares.add_product(weight * r, r)
            made._lean(k)
            rows.add(weight * r, made._j, 9, 0)
            triangle.add(weight * made._j[0], made._j, 9, 0)
