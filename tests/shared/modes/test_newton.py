"""Mode "newton": sums of squares in few epochs, and what the contract asks of it."""

import pytest

from qbfgs import Optimizer, checkpoints, minimize, status
from qbfgs.modes import default_mode
from qbfgs.problems import Beale, BrownDennis, FreudensteinRoth, Rosenbrock, VariablyDimensioned
from qbfgs.quantizer import quantize


def start(problem):
    return [quantize(text, problem.qp) for text in problem.start]


def best_epoch(problem, **settings):
    o = Optimizer(problem, start(problem), mode="newton", **settings)
    best, cost = 0, o.cost
    while o.step():
        if o.cost < cost:
            best, cost = o.epochs, o.cost
    return best, o


@pytest.mark.parametrize(
    "kind, most", [(BrownDennis, 30), (FreudensteinRoth, 20), (Beale, 8), (VariablyDimensioned, 10)]
)
@pytest.mark.parametrize("qp", [16, 64, 256, 1024])
def test_epochs_to_the_best_point(kind, most, qp):
    """Large residuals too: Gauss-Newton alone takes hundreds in the first two."""
    best, o = best_epoch(kind(qp))
    assert best <= most
    assert o.status in (status.LATTICE_MINIMUM, status.MODEL_MINIMUM)


def test_it_is_the_default_where_there_is_a_hessian():
    assert minimize(Rosenbrock(16), [-20, 19], max_epochs=1).mode == "newton"
    assert default_mode(49, Rosenbrock(16)) == "limited"
    assert default_mode(2) == "compensated"
    named = Rosenbrock(16)
    named.mode = "limited"
    assert Optimizer(named, [1, 2]).mode == "limited"


def test_it_says_that_a_hessian_is_missing():
    class Bowl:
        n = 1

        def cost(self, X):
            return X[0] * X[0]

        def gradient(self, X):
            return [2 * X[0]]

    with pytest.raises(TypeError, match="needs a hessian"):
        Optimizer(Bowl(), [3], mode="newton")
    o = Optimizer(None, [3], mode="newton")
    assert o.tell(9)
    for wrong, error in ((None, TypeError), ([2, 3], ValueError), ([2.0], TypeError)):
        with pytest.raises(error, match="hessian"):
            o.tell_gradient([6], wrong)
    o.tell_gradient([6], (2,))
    assert o.ask() == [0]


def test_a_quadratic_takes_one_step():
    class Line:
        n = 2

        def cost(self, X):
            return sum((X[0] * t + X[1] - 7 * t - 3) ** 2 for t in range(1000))

        def gradient(self, X):
            r = [X[0] * t + X[1] - 7 * t - 3 for t in range(1000)]
            return [2 * sum(t * v for t, v in enumerate(r)), 2 * sum(r)]

        def hessian(self, X):
            return [2 * sum(t * t for t in range(1000)), 2 * sum(range(1000)), 2000]

    o = Optimizer(Line(), [500, -4000], mode="newton")
    o.step()
    assert o.x == [7, 3]


def test_a_checkpoint_goes_on_alike():
    problem = BrownDennis(64)
    whole = Optimizer(problem, start(problem), mode="newton")
    states = []
    while whole.step():
        states.append(checkpoints.dump(whole))
    for state in states[:30:3]:
        o = checkpoints.load(state, problem)
        while o.step():
            pass
        assert (o.x, o.epochs, o.checksum) == (whole.x, whole.epochs, whole.checksum)
