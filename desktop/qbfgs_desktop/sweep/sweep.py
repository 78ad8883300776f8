"""Thousands of runs in chunks, on all cores or a cluster, to a file that can be repeated.

The file is an NPZ of "plan" (the `plan.Plan` as JSON) and arrays over (cases, starts): start and x,
grid integers, with one more axis for the coordinates; cost, real, 0.0 only where it is exactly 0;
epochs, updates, idles, compensations, status and checksum as in `qbfgs.Optimizer`.  The same plan
gives the same bytes, interrupted or not, wherever it was computed.
"""

from contextlib import closing
from functools import partial

import numpy as np

from .. import batch
from ..batch.engine import MOST
from ..batch.one_by_one import solve_one_by_one
from ..objectives import explained
from . import journal
from .executors import completed
from .plan import core_checksum, grid_settings

FEW = 64  # runs for each parameter: arrays are slower for fewer
LANES = 16384  # parameters in a chunk, about: more take long, and save little
SCALAR = 16  # runs of a chunk that are made one by one


def chunk_of(problem, count, modes):
    """How many runs of a problem, from so many starts and in these modes, to hand out together: so
    many that a chunk takes seconds, few where they are made one by one."""
    n = problem.n
    bounded = getattr(problem, "lower", None) or getattr(problem, "upper", None)
    if count < FEW * n or n > MOST or bounded or "limited" in modes:
        return SCALAR
    return max(FEW * n, LANES // n)


def sweep(plan, path, place, advance=None):
    """Carries out a plan, or what is left of it, and writes the file of results.

    path: of the file; what is done lies in the folder path + ".chunks" until all is.  place: an
    `executors.Local` or `Cluster`.  advance: called with a number of runs whenever they are done,
    or found done.  Raises journal.OtherPlan, results.NoSweep for a damaged file, lock.Busy where
    another process writes it, executors.WorkersLost, OSError, and TypeError or ValueError for a
    plan that cannot be run.
    """
    plan.check()
    advance = advance or (lambda runs: None)
    if journal.finished(path, plan):
        journal.tidy(path, plan)
        advance(plan.runs())
        return
    with journal.Journal(path, plan) as book:
        if journal.finished(path, plan):  # by the process that held the journal just now
            book.clear()
            advance(plan.runs())
            return
        missing = book.missing()
        advance(plan.runs() - sum(chunk.count for _, chunk in missing))
        with closing(completed(place, partial(run_chunk, plan), missing)) as results:
            for (number, _), records in results:
                book.put(number, records)
                advance(len(records))
        book.finish()


def run_chunk(plan, task):
    """The records of a task (number, `plan.Chunk`): an array of `Plan.record`.

    Raises RuntimeError where this process has another core than the plan was made with.
    """
    if core_checksum() != plan.core:
        raise RuntimeError("a worker has another version of qbfgs than this command: make them one")
    _, (case, first, count) = task
    problem = plan.source.make(case.qp)
    starts = plan.starts.points(case.qp, first, count)
    settings = {"mode": case.mode, **grid_settings(case, problem)}
    with explained(plan.source):
        if count < FEW * problem.n:
            results = solve_one_by_one(problem, starts, **settings)
        else:
            results = batch.solve(problem, starts, **settings)
    records = np.empty(count, plan.record())
    records["start"] = starts
    for name, values in results._asdict().items():
        records[name] = values if name != "cost" else real_costs(values, problem.cost_scale)
    return records


def real_costs(costs, scale):
    """Costs in cost units as doubles in real units, each the nearest."""
    return [cost / scale for cost in costs.tolist()]
