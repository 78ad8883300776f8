"""The n-dimensional comparison: 13 problems on four grids, against the lattice's own optimum."""

from typing import NamedTuple

from qbfgs.problems import polynomials as problems
from qbfgs.quantizer import quantize

from ..baselines.real import start_of
from ..baselines.scipy_runs import levenberg_marquardt, scipy_minimize
from ..oracle.lattice import distance

QPS = (16, 64, 256, 1024)
MODES = ("newton", "compensated")
# Label, problem of a Qp, start (None: the problem's own).
CASES = (
    ("extended-rosenbrock-4", lambda qp: problems.ExtendedRosenbrock(qp, 4), None),
    ("extended-rosenbrock-8", lambda qp: problems.ExtendedRosenbrock(qp, 8), None),
    ("extended-rosenbrock-10", lambda qp: problems.ExtendedRosenbrock(qp, 10), None),
    ("extended-rosenbrock-16", lambda qp: problems.ExtendedRosenbrock(qp, 16), None),
    ("powell-singular", problems.PowellSingular, None),
    ("wood", problems.Wood, None),
    ("beale", problems.Beale, None),
    ("freudenstein-roth", problems.FreudensteinRoth, None),
    ("freudenstein-roth-far", problems.FreudensteinRoth, ("15", "-2")),
    ("brown-dennis", problems.BrownDennis, None),
    ("variably-dimensioned-6", lambda qp: problems.VariablyDimensioned(qp, 6), None),
    ("variably-dimensioned-10", lambda qp: problems.VariablyDimensioned(qp, 10), None),
    ("broyden-tridiagonal-10", lambda qp: problems.BroydenTridiagonal(qp, 10), None),
)


class Run(NamedTuple):
    """best_epoch: when the end point was reached; epochs: with the certificate; cost: real;
    distance: max-norm in grid steps to the lattice optimum; optimal: whether the cost equals it or
    is below; status: as the optimiser gives it."""

    best_epoch: int
    epochs: int
    cost: float
    distance: int
    optimal: bool
    status: object


class Row(NamedTuple):
    """label, qp, n; runs: a `Run` in each mode; lm, bfgs: evaluations of SciPy's
    Levenberg-Marquardt (MINPACK) and BFGS in doubles, or None."""

    label: str
    qp: int
    n: int
    runs: tuple
    lm: int | None
    bfgs: int | None


def drive(optimizer):
    """Step an optimiser to its end; returns the epoch of its last improvement."""
    best_epoch, cost, going = 0, optimizer.cost, True
    while going:
        going = optimizer.step()
        if optimizer.cost < cost:
            best_epoch, cost = optimizer.epochs, optimizer.cost
    return best_epoch


def compare(make, qps=QPS, cases=CASES, modes=MODES, scipy=True):
    """Yields the `Row`s of all cases on all grids.

    make(problem, x0, mode): an optimiser with step(), x, cost, epochs, status, for a problem, a
    start of grid integers, and one of the modes.  scipy: whether to count SciPy's evaluations too.
    """
    for label, factory, start in cases:
        for qp in qps:
            problem = factory(qp)
            texts = problem.start if start is None else start
            X = [quantize(text, qp) for text in texts]
            runs = tuple(run(problem, make(problem, X, mode)) for mode in modes)
            lm = bfgs = None
            if scipy:
                x0 = start_of(problem, texts)
                lm = levenberg_marquardt(problem, x0).evaluations
                bfgs = scipy_minimize(problem, x0, repeats=1).evaluations
            yield Row(label, qp, problem.n, runs, lm, bfgs)


def run(problem, optimizer):
    """The `Run` of a new optimiser of a problem."""
    best_epoch = drive(optimizer)
    steps, optimal = distance(problem, optimizer.x)
    cost = optimizer.cost / problem.cost_scale
    return Run(best_epoch, optimizer.epochs, cost, steps, optimal, optimizer.status)
