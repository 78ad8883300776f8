"""How much depends on the start: random ones, and jittered copies of the paper's.

A single start can be lucky, and settings can be tuned to it; these figures tell.  All runs are of
Rosenbrock's function, in mode "compensated" unless another is asked for, to a cost of exactly 0.
Seeded: the same call gives the same figures.
"""

import random
import statistics
from contextlib import closing
from itertools import islice
from typing import NamedTuple

from qbfgs import minimize
from qbfgs.problems import Rosenbrock
from qbfgs.quantizer import quantize, to_text

from ..sweep.executors import Local, completed
from .paper_tables import QPS

REACH = (4, 5)  # random starts lie in [-4, 4] x [-5, 5]
JITTER = "0.06"
STARTS = Rosenbrock.PAPER_STARTS
PLACES = 10000  # jittered starts have four decimals
CHUNK = 20  # runs of a task
MODE = "compensated"


class Spread(NamedTuple):
    """The runs on one grid.  failures: those that did not reach 0.  Of the others, in epochs: mean;
    p95, which 95 % do not exceed; most.  These are None when all failed."""

    qp: int
    runs: int
    failures: int
    mean: float
    p95: int
    most: int


class Totals(NamedTuple):
    """Jittered copies of the paper's 14 rows, and all their runs: median, least and most of the
    copies' totals of epochs; failures: runs that did not reach 0."""

    copies: int
    runs: int
    median: float
    least: int
    most: int
    failures: int


def epochs_to_zero(case):
    """(epochs, whether it reached 0) of a case (qp, x0, mode), x0 being grid integers."""
    qp, x0, mode = case
    optimizer = minimize(Rosenbrock(qp), x0, mode=mode, target=0, certify=True)
    return optimizer.epochs, optimizer.cost == 0


def nothing(runs):
    """Tells nobody how far it is."""


def run_all(cases, workers=None, advance=nothing):
    """Yields `epochs_to_zero` of many cases, in their order.

    workers: processes; None for one a core, 1 for none but this one.  advance: called with a number
    of runs whenever they are done.
    """
    tasks = [(at, cases[at : at + CHUNK]) for at in range(0, len(cases), CHUNK)]
    if workers == 1:
        results = ((task, run_task(task)) for task in tasks)
    else:
        results = completed(Local(workers), run_task, tasks)
    early, at = {}, 0
    with closing(results):
        for (first, _), ends in results:
            advance(len(ends))
            early[first] = ends
            while at in early:
                yield from early.pop(at)
                at += CHUNK


def run_task(task):
    """`epochs_to_zero` of the cases of a task (number of the first, cases)."""
    return [epochs_to_zero(case) for case in task[1]]


def random_start(source, qp):
    """A grid point of [-4, 4] x [-5, 5], all equally likely; source: a random.Random."""
    return [source.randint(-reach * qp, reach * qp) for reach in REACH]


def random_starts(count=1000, seed=1, qps=QPS, workers=None, advance=nothing, mode=MODE):
    """`count` random starts on each grid: yields the `Spread` of each; the rest as in `run_all`."""
    source = random.Random(seed)
    cases = [(qp, random_start(source, qp), mode) for qp in qps for _ in range(count)]
    with closing(run_all(cases, workers, advance)) as ends:
        for qp in qps:
            yield spread(qp, list(islice(ends, count)))


def spread(qp, ends):
    """The `Spread` of a list of (epochs, reached)."""
    epochs = sorted(epochs for epochs, reached in ends if reached)
    failures = len(ends) - len(epochs)
    if not epochs:
        return Spread(qp, len(ends), failures, None, None, None)
    p95 = epochs[-(-95 * len(epochs) // 100) - 1]
    return Spread(qp, len(ends), failures, statistics.mean(epochs), p95, epochs[-1])


def jittered(source, start):
    """A decimal start with every coordinate moved by up to +-0.06, all amounts equally likely."""
    reach = quantize(JITTER, PLACES)
    return [
        to_text(quantize(text, PLACES) + source.randint(-reach, reach), PLACES) for text in start
    ]


def jittered_totals(copies=60, seed=1, qps=QPS, workers=None, advance=nothing, mode=MODE):
    """Jittered copies of the paper's two starts, each on every grid: `Totals`; the rest as in
    `run_all`."""
    source = random.Random(seed)
    cases = []
    for _ in range(copies):
        for start in STARTS:
            moved = jittered(source, start)
            cases += [(qp, [quantize(text, qp) for text in moved], mode) for qp in qps]
    with closing(run_all(cases, workers, advance)) as results:
        ends = list(results)
    rows = len(cases) // copies
    totals = [sum(epochs for epochs, _ in ends[i : i + rows]) for i in range(0, len(ends), rows)]
    failures = sum(not reached for _, reached in ends)
    median = statistics.median(totals)
    return Totals(copies, len(ends), median, min(totals), max(totals), failures)
