"""How runs end by themselves: by default soon, with `certify` after the whole search."""

import pytest

from qbfgs import Optimizer, minimize, status
from qbfgs.problems import Beale, BroydenTridiagonal, Rosenbrock, Wood
from qbfgs.quantizer import quantize

MODE = {"mode": "compensated"}


def start(problem):
    return [quantize(text, problem.qp) for text in problem.start]


def trace(problem, **settings):
    o = Optimizer(problem, start(problem), **settings)
    found = [(o.trial[:], o.x[:])]
    while o.step():
        found.append((o.trial[:], o.x[:]))
    return o, found


@pytest.mark.parametrize("mode", ["compensated", "limited"])
@pytest.mark.parametrize("qp", [64, 1024, 65536])
@pytest.mark.parametrize("kind", [Beale, Rosenbrock, BroydenTridiagonal])
def test_the_default_is_the_beginning_of_the_certified_run(kind, qp, mode):
    o, short = trace(kind(qp), mode=mode)
    certified, whole = trace(kind(qp), mode=mode, certify=True)
    assert short == whole[: len(short)] and o.epochs <= certified.epochs
    assert o.success and certified.success and certified.status != status.CONVERGED
    excess = o.cost - certified.cost
    assert excess << 26 <= certified.cost


def test_a_run_converges_where_the_model_promises_too_little():
    problem = Rosenbrock(65536)
    costs = [minimize(problem, start(problem), **MODE, tolerance=k).cost for k in (2, 10, 30)]
    assert costs[0] > costs[1] > costs[2] == 0
    o = minimize(problem, start(problem), **MODE, tolerance=2)
    assert o.status == status.CONVERGED and o.ask() is None and not o.step()
    o.tolerance = 30
    while o.step():
        pass
    assert o.cost == 0


@pytest.mark.parametrize("n", [4, 10])
def test_below_the_default_so_many_steps_from_a_point_are_enough(n):
    """On a coarse grid the model promises more than any point holds."""
    problem = BroydenTridiagonal(16, n)
    rejected = []
    for k in (5, 12, 25):
        o = Optimizer(problem, start(problem), **MODE, tolerance=k)
        while o.step():
            assert o._position.count < k
        rejected.append((o._position.count, k) if o.status == status.CONVERGED else (0, k))
    assert all(count in (0, k) for count, k in rejected) and rejected[0] == (5, 5)


def test_a_tolerance_is_checked():
    for wrong in (-1, "1e-6", 0.5, True):
        with pytest.raises(ValueError, match="tolerance must be an int k"):
            Optimizer(None, [0], tolerance=wrong)


def test_certify_leaves_the_saddle_of_wood():
    problem = Wood(65536)
    assert minimize(problem, start(problem), mode="compensated", certify=True).cost == 0
    o = minimize(problem, start(problem), mode="compensated")
    assert o.status == status.CONVERGED and o.cost > 7 * problem.cost_scale


def test_what_a_person_reads():
    o = minimize(Beale(1024), [1024, 1024], mode="compensated")
    assert o.success and o.message == status.text(o.status)
    assert repr(o) == (
        "<Optimizer, mode compensated: converged; cost 0 at [3072, 512];"
        " 13 epochs, 13 updates and 0 idles>"
    )
    limited = minimize(Beale(1024), [1024, 1024], max_epochs=3)
    assert not limited.success and limited.message.startswith("epoch limit")
    many = Optimizer(None, list(range(30)))
    assert "5, 6, 7, ...]" in repr(many)


class Wrong:
    n, qp = 2, 1024

    def __init__(self, change):
        self.right, self.change = Rosenbrock(1024), change

    def cost(self, X):
        return self.right.cost(X)

    def gradient(self, X):
        return [self.change(v) for v in self.right.gradient(X)]


@pytest.mark.parametrize("change", [lambda v: -v, lambda v: v * 1024, lambda v: v // 50])
def test_a_run_says_that_cost_and_gradient_disagree(change):
    o = minimize(Wrong(change), [-1200, 1000], max_epochs=200)
    assert "did not change as the gradients said" in o.message


def test_a_run_that_is_right_says_nothing_of_it():
    for problem in (Rosenbrock(16), Rosenbrock(1024), Wood(16), Wood(1024)):
        for mode in ("compensated", "limited", "newton"):
            o = minimize(problem, start(problem), mode=mode)
            assert o.message == status.text(o.status)
