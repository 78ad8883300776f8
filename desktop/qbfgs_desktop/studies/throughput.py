"""What a run costs in a batch, on the scalar core, and in SciPy's BFGS: CPU time of one process.

All solve Rosenbrock's function from the same random starts, in one call and with BLAS pinned to one
thread.  SciPy gets the function and its gradient as plain Python on floats, the cheapest form that
it takes; most of its time is its own overhead a call.
"""

import time
import tracemalloc
from typing import NamedTuple

import numpy as np

from qbfgs import minimize
from qbfgs.problems import Rosenbrock

from ..batch import solve

SIZES = (100, 1000, 10_000, 100_000)
SETTINGS = {"target": 0, "certify": True}  # every run goes on until it is there


class Cost(NamedTuple):
    """who; runs; microseconds of CPU a run; epochs (SciPy: evaluations) a run; solved: how many
    reached (1, 1), exactly or, for SciPy, within half a grid step."""

    who: str
    runs: int
    microseconds: float
    epochs: float
    solved: int


class Throughput(NamedTuple):
    """qp; seed; batches: a list of `Cost`, one a batch size; core, scipy: `Cost`; equal: how many
    of the core's runs have the batch's checksum; peak: bytes that the largest batch allocated."""

    qp: int
    seed: int
    batches: list
    core: Cost
    scipy: Cost
    equal: int
    peak: int


def random_starts(qp, count, seed):
    """Grid points of [-4, 4] x [-5, 5], all equally likely: an array (count, 2)."""
    reach = np.array([4 * qp, 5 * qp])
    return np.random.default_rng(seed).integers(-reach, reach + 1, (count, 2))


def measure(
    qp=1024,
    sizes=SIZES,
    core_runs=200,
    scipy_runs=500,
    seed=1,
    advance=lambda runs: None,
    batches=None,
    mode="compensated",
):
    """A `Throughput`. core_runs and scipy_runs are at most the largest size.

    batches: a list that gets the `Cost` of each batch as it is made.

    advance: called with a number of runs whenever they are done: those of all sizes, the core's
    and SciPy's, the core's again in a batch, and the largest size again for its bytes.

    Raises ImportError where SciPy or threadpoolctl is missing.
    """
    from threadpoolctl import threadpool_limits

    starts = random_starts(qp, max(sizes), seed)
    settings = SETTINGS | {"mode": mode}
    with threadpool_limits(limits=1):
        solve(Rosenbrock(qp), starts[:10], **settings)  # imports and first calls are not counted
        batches = [] if batches is None else batches
        for size in sizes:
            results, seconds = timed(solve, Rosenbrock(qp), starts[:size], **settings)
            solved = int((results.x == qp).all(axis=1).sum())
            epochs = float(results.epochs.mean())
            batches.append(Cost(f"batch of {size}", size, 1e6 * seconds / size, epochs, solved))
            advance(size)
        core, checksums = core_cost(qp, starts[:core_runs], settings)
        advance(core_runs)
        scipy = scipy_cost(qp, starts[:scipy_runs])
        advance(scipy_runs)
    largest = solve(Rosenbrock(qp), starts[: len(checksums)], **settings)
    equal = int((largest.checksum == checksums).sum())
    advance(core_runs)
    return Throughput(qp, seed, batches, core, scipy, equal, peak_of(qp, starts, settings))


def timed(function, *arguments, **settings):
    """The result of a call, and its seconds of CPU."""
    begin = time.process_time()
    result = function(*arguments, **settings)
    return result, time.process_time() - begin


def core_cost(qp, starts, settings):
    """The `Cost` of the scalar core, and the checksums of its runs."""
    problem = Rosenbrock(qp)
    ends, seconds = timed(lambda: [minimize(problem, x, **settings) for x in starts.tolist()])
    runs = len(ends)
    epochs = sum(end.epochs for end in ends) / runs
    solved = sum(end.x == [qp, qp] for end in ends)
    cost = Cost("scalar core", runs, 1e6 * seconds / runs, epochs, solved)
    return cost, np.array([end.checksum for end in ends])


def scipy_cost(qp, starts):
    """The `Cost` of SciPy's BFGS in doubles."""
    from scipy.optimize import minimize as scipy_minimize

    def f(z):
        x, y = z
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    def slope(z):
        x, y = z
        u = 200 * (y - x * x)
        return np.array([-2 * (1 - x) - 2 * u * x, u])

    def solve_all():
        return [scipy_minimize(f, x, jac=slope, method="BFGS") for x in starts / qp]

    ends, seconds = timed(solve_all)
    runs = len(ends)
    solved = sum(bool((abs(end.x - 1) < 0.5 / qp).all()) for end in ends)
    return Cost(
        "SciPy BFGS", runs, 1e6 * seconds / runs, sum(end.nfev for end in ends) / runs, solved
    )


def peak_of(qp, starts, settings):
    """The most bytes allocated at a time while all starts are solved in one batch."""
    tracemalloc.start()
    try:
        solve(Rosenbrock(qp), starts, **settings)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
