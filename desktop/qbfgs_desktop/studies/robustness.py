"""How much depends on the start: random ones, and jittered copies of the paper's.

A single start can be lucky, and settings can be tuned to it; these figures tell.  All runs are of
Rosenbrock's function, in mode "compensated" unless another is asked for, to a cost of exactly 0.
Seeded: the same call gives the same figures.
"""

import random
import statistics
from typing import NamedTuple

import numpy as np

from qbfgs.problems import Rosenbrock
from qbfgs.quantizer import quantize, to_text

from ..batch import solve
from .paper_tables import QPS

REACH = (4, 5)  # random starts lie in [-4, 4] x [-5, 5]
JITTER = "0.06"
STARTS = Rosenbrock.PAPER_STARTS
PLACES = 10000  # jittered starts have four decimals
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


def nothing(runs):
    """Tells nobody how far it is."""


def epochs_to_zero(qp, starts, mode):
    """(epochs, whether it reached 0) of the run from each of the starts, lists of grid integers."""
    ends = solve(Rosenbrock(qp), np.array(starts), mode=mode, target=0, certify=True)
    return [(int(epochs), cost == 0) for epochs, cost in zip(ends.epochs, ends.cost, strict=True)]


def random_start(source, qp):
    """A grid point of [-4, 4] x [-5, 5], all equally likely; source: a random.Random."""
    return [source.randint(-reach * qp, reach * qp) for reach in REACH]


def random_starts(count=1000, seed=1, qps=QPS, advance=nothing, mode=MODE):
    """`count` random starts on each grid: yields the `Spread` of each.

    advance: called with a number of runs whenever they are done.
    """
    source = random.Random(seed)
    for qp in qps:
        starts = [random_start(source, qp) for _ in range(count)]
        yield spread(qp, epochs_to_zero(qp, starts, mode))
        advance(count)


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


def jittered_totals(copies=60, seed=1, qps=QPS, advance=nothing, mode=MODE):
    """Jittered copies of the paper's two starts, each on every grid: `Totals`.

    advance: called with a number of runs whenever they are done.
    """
    source = random.Random(seed)
    moved = [jittered(source, start) for _ in range(copies) for start in STARTS]
    totals, failures = [0] * copies, 0
    for qp in qps:
        ends = epochs_to_zero(qp, [[quantize(t, qp) for t in texts] for texts in moved], mode)
        for row, (epochs, reached) in enumerate(ends):
            totals[row // len(STARTS)] += epochs
            failures += not reached
        advance(len(ends))
    runs = len(moved) * len(qps)
    return Totals(copies, runs, statistics.median(totals), min(totals), max(totals), failures)
