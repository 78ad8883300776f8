"""The paper's Tables 1 and 2: as printed, and measured anew."""

import statistics
from typing import NamedTuple

from qbfgs import Optimizer
from qbfgs.problems import ExtendedRosenbrock, Rosenbrock
from qbfgs.quantizer import quantize

from ..baselines.real import start_of
from ..baselines.scipy_runs import METHODS, levenberg_marquardt, scipy_minimize
from .runs import record

QPS = (16, 32, 64, 128, 256, 512, 1024)
MODES = ("paper", "compensated", "newton")


class Printed(NamedTuple):
    """What the paper prints of one run: its "Best Epoch", then as text the least cost found and
    "epsilon" (both real), and the processing time in seconds."""

    epoch: int
    cost: str
    epsilon: str
    seconds: str

    @property
    def solved(self):
        """Whether the paper's run reached the minimum, a cost of 0."""
        return self.cost == "0"


class Table(NamedTuple):
    """One of the paper's tables. start: decimal texts.  lbfgs: its floating-point baseline.  rows:
    one `Printed` each of `QPS`."""

    number: int
    start: tuple
    lbfgs: Printed
    rows: tuple


PRINTED = (
    Table(
        1,
        Rosenbrock.PAPER_STARTS[0],
        Printed(43, "0", "0", "0.68813205"),
        (
            Printed(1, "20.91852", "-1.51367", "0.00797892"),
            Printed(2, "19.42276", "0", "0.0090034"),
            Printed(2, "19.27893", "0", "0.01196694"),
            Printed(46, "0", "6.14E-05", "0.30318999"),
            Printed(43, "0", "1.53E-05", "0.28124738"),
            Printed(42, "0", "3.45E-05", "0.28921962"),
            Printed(41, "0", "3.45E-05", "0.27825594"),
        ),
    ),
    Table(
        2,
        Rosenbrock.PAPER_STARTS[1],
        Printed(1730, "0", "1.0E-09", "0.80185771"),
        (
            Printed(4, "78.12500", "-1.68307", "0.01605585"),
            Printed(9, "70.75097", "-0.30818", "0.02991986"),
            Printed(3, "79.64070", "-0.06783", "0.02094483"),
            Printed(7, "68.77521", "0", "0.01097049"),
            Printed(72, "0", "1.53E-05", "0.04787230"),
            Printed(68, "0", "8.59E-06", "0.04221752"),
            Printed(66, "0", "8.59E-06", "0.03490543"),
        ),
    ),
)


class Result(NamedTuple):
    """A run of ours, stopped at a cost of exactly 0.

    epochs, updates, idles, compensations: as in `qbfgs.Optimizer`.  cost: real, 0.0 only where it
    is exactly 0.  epsilon: real, the decrease by the last go, None without one.  seconds: the
    median of the repeats.
    """

    epochs: int
    updates: int
    idles: int
    compensations: int
    cost: float
    epsilon: float
    seconds: float

    @property
    def solved(self):
        """Whether it reached a cost of exactly 0."""
        return self.cost == 0


class Row(NamedTuple):
    """One Qp: what the paper prints, and the results of the modes of `MODES`; "newton" is not the
    paper's method, and stands beside it."""

    qp: int
    printed: Printed
    paper: Result
    compensated: Result
    newton: Result


class Block(NamedTuple):
    """One start: the paper's table, a `Row` each Qp, and a `scipy_runs.Baseline` a method."""

    table: Table
    rows: list
    baselines: list


def measure(qp, start, mode, repeats=5):
    """Runs one mode on Rosenbrock's function to a cost of 0 or its end: a `Result`.

    start: decimal texts.  repeats: timed runs, 1 or more.
    """
    problem = Rosenbrock(qp)
    x0 = [quantize(text, qp) for text in start]
    runs = [
        record(Optimizer(problem, x0, mode=mode, target=0, certify=True)) for _ in range(repeats)
    ]
    o, epsilon = runs[0].optimizer, runs[0].epsilon
    return Result(
        o.epochs,
        o.updates,
        o.idles,
        o.compensations,
        o.cost / problem.cost_scale,
        None if epsilon is None else float(epsilon),
        statistics.median(run.seconds for run in runs),
    )


def measure_all(repeats=5, advance=lambda rows: None):
    """Both tables anew, all in one process: yields two `Block`s.  advance: called with 1 for each
    row that is measured.

    SciPy starts from the decimal start itself, in doubles, so Qp is nothing to it.  Raises
    ImportError without SciPy.
    """
    for table in PRINTED:
        x0 = start_of(Rosenbrock(1), table.start)
        baselines = [scipy_minimize(Rosenbrock(1), x0, method, repeats) for method in METHODS]
        baselines.append(levenberg_marquardt(ExtendedRosenbrock(1, 2), x0, repeats))
        rows = []
        for qp, printed in zip(QPS, table.rows, strict=True):
            results = [measure(qp, table.start, mode, repeats) for mode in MODES]
            rows.append(Row(qp, printed, *results))
            advance(1)
        yield Block(table, rows, baselines)


def total_epochs(blocks, mode="compensated"):
    """The epochs of a mode over all rows of `measure_all`."""
    return sum(getattr(row, mode).epochs for block in blocks for row in block.rows)
