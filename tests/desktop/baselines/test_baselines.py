"""Conventional, float and SciPy optimisers on problems in real units."""

import sys

import pytest

from qbfgs.problems import ALL, Rosenbrock
from qbfgs_desktop.baselines import scipy_runs as scipy_baseline
from qbfgs_desktop.baselines.float_bfgs import FloatBFGS
from qbfgs_desktop.baselines.real import RealProblem, RealResiduals, start_of
from qbfgs_desktop.oracle.conventional import ConventionalBFGS


@pytest.mark.parametrize("cls", ALL, ids=[cls.name for cls in ALL])
def test_real_units(cls):
    """Costs at the standard starts as published, whatever the grid; slopes by differences."""
    values = []
    for qp in (16, 1000):
        real = RealProblem(cls(qp))
        x = start_of(real.problem)
        values.append(real.cost(x))
        assert values[-1] == pytest.approx(float(cls(qp).start_cost), rel=1e-6)
        for j, slope in enumerate(real.gradient(x)):
            h = 1e-6
            ahead, behind = list(x), list(x)
            ahead[j], behind[j] = x[j] + h, x[j] - h
            numeric = (real.cost(ahead) - real.cost(behind)) / (2 * h)
            assert slope == pytest.approx(numeric, rel=1e-5, abs=1e-6 * abs(values[-1]) + 1e-6)
    assert values[0] == pytest.approx(values[1], rel=1e-9)


@pytest.mark.parametrize("cls", ALL[1:], ids=[cls.name for cls in ALL[1:]])
def test_residuals_in_real_units(cls):
    """Their squares add up to the cost, their slopes to the gradient."""
    for qp in (16, 1000):
        real, parts = RealProblem(cls(qp)), RealResiduals(cls(qp))
        x = start_of(real.problem)
        r, J = parts.residuals(x), parts.slopes(x)
        assert r @ r == pytest.approx(real.cost(x), rel=1e-12) and parts.evaluations == 1
        assert list(2 * J.T @ r) == pytest.approx(real.gradient(x), rel=1e-9)


@pytest.mark.parametrize("cls", ALL[1:], ids=[cls.name for cls in ALL[1:]])
def test_levenberg_and_marquardt_find_a_minimum(cls):
    problem = cls(16)
    run = scipy_baseline.levenberg_marquardt(problem, start_of(problem))
    known = [float(problem.minimum)] + [float(cost) for _, cost in problem.local_minima]
    assert min(abs(run.cost - cost) for cost in known) <= 1e-6 * max(1, run.cost)
    assert run.method == "LM" and 5 < run.evaluations < 2000 and run.seconds > 0


@pytest.mark.parametrize("texts", Rosenbrock.PAPER_STARTS)
def test_the_conventional_optimiser_spends_an_inner_loop(texts):
    real = RealProblem(Rosenbrock(1024))
    run = ConventionalBFGS(real.cost, real.gradient, start_of(real.problem, texts)).run()
    assert run.status == "CONVERGED" and run.f < 1e-15
    assert run.evaluations == real.evaluations > 3 * run.iterations
    assert real.gradients == run.iterations + 1
    assert run.longest >= 50  # the first step's search: no bound on the work of an iteration


def test_conventional_limits_and_stall():
    real = RealProblem(Rosenbrock(16))
    run = ConventionalBFGS(real.cost, real.gradient, [-1.2, 1.0]).run(max_iterations=3)
    assert (run.status, run.iterations) == ("ITERATION_LIMIT", 3)
    uphill = ConventionalBFGS(lambda x: x[0] ** 2, lambda x: [-1.0], [1.0]).run()
    assert (uphill.status, uphill.iterations) == ("STALLED", 0)


@pytest.mark.parametrize("cls", ALL, ids=[cls.name for cls in ALL])
def test_the_float_bfgs_finds_a_minimum(cls):
    problem = cls(16)
    real = RealProblem(problem)
    run = FloatBFGS(real.cost, real.gradient, start_of(problem)).run(500)
    known = [float(problem.minimum)] + [float(cost) for _, cost in problem.local_minima]
    assert min(abs(run.f - cost) for cost in known) <= 1e-6 * max(1, run.f)
    assert run.epochs == run.updates + run.idles == real.evaluations - 1
    assert real.gradients == run.updates + 1


def test_the_float_bfgs_imports_nothing():
    """MicroPython has to run it as it is."""
    with open(sys.modules[FloatBFGS.__module__].__file__) as file:
        assert "import" not in file.read().replace("without imports", "")


# SciPy 1.17 needs 43 and 84, 47 and 34: other versions may differ a little.
@pytest.mark.parametrize(
    "texts, method, low, high",
    [
        (Rosenbrock.PAPER_STARTS[0], "BFGS", 30, 60),
        (Rosenbrock.PAPER_STARTS[1], "BFGS", 55, 115),
        (Rosenbrock.PAPER_STARTS[0], "L-BFGS-B", 35, 60),
        (Rosenbrock.PAPER_STARTS[1], "L-BFGS-B", 24, 50),
    ],
)
def test_scipy_counts_are_sane(texts, method, low, high):
    problem = Rosenbrock(1024)
    result = scipy_baseline.scipy_minimize(problem, start_of(problem, texts), method, repeats=2)
    assert low <= result.evaluations <= high
    assert result.cost < 1e-9 and result.x == pytest.approx((1, 1), abs=1e-3)
    assert 0 < result.seconds < 5 and result.method == method and result.message


def test_scipy_options_and_errors(monkeypatch):
    problem = Rosenbrock(16)
    few = scipy_baseline.scipy_minimize(problem, [-1.2, 1.0], repeats=1, maxiter=1)
    assert few.cost > 1
    with pytest.raises(ValueError, match="method"):
        scipy_baseline.scipy_minimize(problem, [0.0, 0.0], "CG")
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(ImportError, match="pip install scipy threadpoolctl"):
        scipy_baseline.scipy_minimize(problem, [0.0, 0.0])
