"""Least squares of which nothing but residuals is known."""

import pytest

from qbfgs import minimize
from qbfgs.derivatives import check_gradient
from qbfgs.models.residuals import Residuals


class Decay:
    """Rosenbrock's residuals on a grid of Qp, and a line beside them."""

    n, qp = 2, 256

    def residuals(self, X):
        x, y = X
        q = self.qp
        return [10 * (y * q - x * x), q * (q - x)]


class Line:
    n = 2

    def residuals(self, X):
        return [X[0] * t + X[1] - y for t, y in enumerate((500, 903, 1298, 1703, 2100))]


def test_rosenbrocks_valley_is_run_through_in_newtons_steps():
    o = minimize(Residuals(Decay()), [-307, 256])
    assert o.mode == "newton" and o.x == [256, 256] and o.cost == 0
    assert o.epochs <= 25


@pytest.mark.parametrize("steps", [1, 8, [2, 16]])
def test_slopes_are_those_of_the_cost(steps):
    objective = Residuals(Decay(), steps)
    check_gradient(objective, [-307, 256])
    line = Residuals(Line(), steps)
    assert line.gradient([400, 500]) == [
        2 * sum(t * r for t, r in enumerate(Line().residuals([400, 500]))),
        2 * sum(Line().residuals([400, 500])),
    ]
    assert line.hessian([0, 0]) == [2 * sum(t * t for t in range(5)), 2 * 10, 2 * 5]


def test_a_line_is_found():
    o = minimize(Residuals(Line()), [0, 0])
    points = [[a, b] for a in range(390, 410) for b in range(480, 520)]
    assert o.cost == min(sum(r * r for r in Line().residuals(X)) for X in points)


@pytest.mark.parametrize("steps", [0, 2.5, [1], [1, 0]])
def test_wrong_steps_are_told(steps):
    with pytest.raises((TypeError, ValueError), match="step"):
        Residuals(Line(), steps)
