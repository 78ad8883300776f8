"""Gradients against differences: right ones pass, wrong ones are told apart."""

import pytest

from qbfgs.derivatives import check_gradient
from qbfgs.problems import ALL, Rosenbrock
from qbfgs.quantizer import quantize

RIGHT = Rosenbrock(1024)


class Other:
    qp = 1024

    def __init__(self, change):
        self.change = change

    def cost(self, X):
        return RIGHT.cost(X)

    def gradient(self, X):
        return self.change(RIGHT.gradient(X))


@pytest.mark.parametrize("qp", [4, 64, 65536])
@pytest.mark.parametrize("problem", ALL, ids=lambda problem: problem.name)
def test_right_gradients_pass(problem, qp):
    objective = problem(qp)
    x = [quantize(text, qp) for text in objective.start]
    found = check_gradient(objective, x)
    assert len(found) == objective.n
    assert all(double > 0 for double, _ in found)


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda g: [-v for v in g], "gradient[0] .* its sign is wrong"),
        (lambda g: [v * 1024 for v in g], "per unit; divide it by Qp, 1024"),
        (lambda g: [3 * v for v in g], "about 3 times too large"),
        (lambda g: [v // 5 for v in g], "about 5 times too small"),
        (lambda g: [g[0], 0], r"gradient\[1\] is 0, .* formula is wrong"),
        (lambda g: g[:1], "1 numbers, X has 2"),
    ],
)
def test_wrong_ones_are_told_apart(change, said):
    with pytest.raises(ValueError, match=said.replace("gradient[0]", r"gradient\[0\]")):
        check_gradient(Other(change), [-1200, 1000])


def test_a_gradient_of_floats_is_none():
    with pytest.raises(TypeError, match="must be an int, not 1.5"):
        check_gradient(Other(lambda g: [1.5, 2]), [-1200, 1000])


def test_a_rounded_cost_is_seen_through():
    class Coarse:
        def cost(self, X):
            return (X[0] - 5000) ** 2 // 100000

        def gradient(self, X):
            return [(X[0] - 5000) // 50000]

    check_gradient(Coarse(), [100])
