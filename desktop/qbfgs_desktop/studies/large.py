"""Many parameters: mode "limited" beside mode "compensated" and SciPy's L-BFGS-B."""

from typing import NamedTuple

from qbfgs import Optimizer
from qbfgs.problems import polynomials as problems
from qbfgs.quantizer import quantize

from ..baselines.real import start_of
from ..baselines.scipy_runs import evaluations_to

QPS = (64, 1024)
DENSE = 20  # parameters at most for which mode "compensated" runs too
NEAR = 1000  # a run is near its end at 1/NEAR of the cost of its start: all minima here are 0
CASES = (
    *((problems.ExtendedRosenbrock, n) for n in (10, 20, 50, 100)),
    *((problems.BroydenTridiagonal, n) for n in (10, 20, 50, 200)),
    *((problems.VariablyDimensioned, n) for n in (10, 20)),
)


class End(NamedTuple):
    """near: epochs to 1/NEAR of the cost of the start, None for never; epochs: in all; cost: at
    the end, in parts of the cost of the start; status: of the optimiser."""

    near: int | None
    epochs: int
    cost: float
    status: int


class Row(NamedTuple):
    """label, n, qp; limited, compensated: the `End` of each mode, None where it did not run;
    scipy: evaluations of L-BFGS-B to the same cost, from the decimal start."""

    label: str
    n: int
    qp: int
    limited: End
    compensated: End | None
    scipy: int | None


def compare(cases=CASES, qps=QPS):
    """Yields a `Row` for each case on each grid."""
    for kind, n in cases:
        for qp in qps:
            problem = kind(qp, n)
            ends = [solve(problem, mode) for mode in ("limited", "compensated")[: 1 + (n <= DENSE)]]
            target = float(problem.cost(grid_start(problem))) / problem.cost_scale / NEAR
            scipy = evaluations_to(problem, start_of(problem), target)
            yield Row(problem.name, n, qp, *(*ends, None)[:2], scipy)


def grid_start(problem):
    """The problem's start in grid integers."""
    return [quantize(text, problem.qp) for text in problem.start]


def solve(problem, mode):
    """The `End` of a run with its certificate."""
    o = Optimizer(problem, grid_start(problem), mode=mode, certify=True)
    first, near, going = o.cost, None, True
    while going:
        going = o.step()
        if near is None and o.cost * NEAR <= first:
            near = o.epochs
    return End(near, o.epochs, o.cost / first, o.status)
