"""Which Qp does a problem need?  Runs from many starts on grid after grid, and what they show.

A run is there when its point lies within the tolerance of the minimum: max-norm, real units.  A
start that is there on no grid leads elsewhere, whatever Qp.  A grid is fine enough when of the runs
from the other starts a share of 99 % is there, and half a step is within the tolerance too; else it
was luck that the minimum lies on the grid.  The minimum is what the problem states (the nearest
one, where it states several); else the best point of runs on a much finer grid.
"""

from contextlib import closing
from fractions import Fraction
from functools import partial
from math import ceil
from typing import NamedTuple

from qbfgs import minimize
from qbfgs.grid.position import EDGE
from qbfgs.status import EPOCH_LIMIT

from ..objectives import explained
from ..sweep.executors import completed
from ..sweep.starts import Random
from .widths import Watched, Widths

QPS = tuple(1 << k for k in range(2, 13))
FINEST = 1 << 16  # steps per unit of the grid that finds an unknown minimum
CHUNK = 10  # runs of a task
SHARE = Fraction(99, 100)


class Run(NamedTuple):
    """A run: x, grid integers; cost, cost units; epochs, the certificate's included; status;
    widths, a `Widths`."""

    x: list
    cost: int
    epochs: int
    status: int
    widths: Widths


class Row(NamedTuple):
    """A grid.  runs: how many; there: those that ended within the tolerance; enough: whether the
    grid is fine enough; limited: runs that the epoch limit ended.  Of the starts that lead there on
    any grid: distance from the minimum, real units, `Spread`; epochs, `Spread`.  widths: the widest
    of all runs."""

    qp: int
    runs: int
    there: int
    enough: bool
    limited: int
    distance: tuple
    epochs: tuple
    widths: Widths


class Spread(NamedTuple):
    """Of sorted values: the median, that which 95 % do not exceed, the most."""

    median: object
    p95: object
    most: object


class Advice(NamedTuple):
    """tolerance: Fraction.  minima: lists of Fractions, real units; stated: whether the problem
    names them.  starts: how many; leading: those from which any grid gets there.  rows: a `Row` a
    Qp, ascending."""

    tolerance: Fraction
    minima: list
    stated: bool
    starts: int
    leading: int
    rows: list

    @property
    def chosen(self):
        """The first row that is fine enough, None without one."""
        return next((row for row in self.rows if row.enough), None)


def silent(results, total):
    """The progress that shows nothing."""
    return results


def advise(source, low, high, tolerance, place, qps=None, count=None, seed=1, progress=silent):
    """Runs the problem on every grid: an `Advice`.

    source: an `objectives.Source`.  low, high: the box of random starts, decimal texts.  tolerance:
    Fraction, above 0.  place: an `executors.Local` or `Cluster`.  qps: of the grids, by default
    those of `QPS` whose range is twice the box.  count: starts on each grid; by default 200 for 2
    parameters, fewer for more.  progress: wraps the results as they come.  Raises
    ValueError for what cannot be run.
    """
    fine = finest(low, high)
    qps = sorted(set(qps) if qps else [qp for qp in QPS if qp <= fine])
    problem = source.make(qps[0])
    starts = Random(low, high, count or default_count(problem.n), seed)
    minima = stated_minima(problem)
    stated = bool(minima)
    grids = qps if stated or fine in qps else [*qps, fine]
    jobs = [
        (qp, first, min(CHUNK, starts.size - first))
        for qp in reversed(grids)
        for first in range(0, starts.size, CHUNK)
    ]
    with closing(completed(place, partial(run_task, source, starts), jobs)) as done:
        parts = dict(progress(done, total=len(jobs)))
    runs = {qp: [run for job in jobs if job[0] == qp for run in parts[job]] for qp in grids}
    if not stated:
        best = min(runs[fine], key=lambda run: run.cost)
        if max(map(abs, best.x)) >= EDGE:
            raise ValueError(
                f"the minimum is farther from 0 than {float(Fraction(EDGE, fine)):.4g}, the range"
                f" at Qp = {fine}: start around it (--low, --high), or let the problem state its"
                " minimizer"
            )
        minima = [[Fraction(v, fine) for v in best.x]]
    distances = {qp: [distance(run.x, qp, minima) for run in runs[qp]] for qp in qps}
    leading = [min(of_start) <= tolerance for of_start in zip(*distances.values(), strict=True)]
    rows = [row(qp, runs[qp], distances[qp], leading, tolerance) for qp in qps]
    return Advice(tolerance, minima, stated, starts.size, sum(leading), rows)


def default_count(n):
    """Starts on each grid when none are asked for."""
    return max(20, 400 // n)


def finest(low, high):
    """A Qp far above those asked for, at which the box is still inside the optimiser's range."""
    reach = max(abs(Fraction(text)) for text in low + high)
    return min(FINEST, int(EDGE / (2 * max(1, reach))))


def run_task(source, starts, task):
    """The `Run` of each start of a task."""
    qp, first, count = task
    done = []
    for start in starts.points(qp, first, count).tolist():
        watched = Watched(source.make(qp))
        with explained(source):
            o = minimize(watched, start)
        done.append(Run(list(o.x), o.cost, o.epochs, o.status, watched.widths))
    return done


def stated_minima(problem):
    """The minima that a problem names: lists of Fractions."""
    least = getattr(problem, "minimizer", None)
    if least is None:
        return []
    points = [least, *(point for point, _ in getattr(problem, "local_minima", ()))]
    return [[Fraction(text) for text in point] for point in points]


def row(qp, runs, distances, leading, tolerance):
    """The `Row` of the runs on one grid; leading: whether each start leads there on any grid."""
    widths = Widths()
    for run in runs:
        widths = widths.union(run.widths)
    there = sum(d <= tolerance for d in distances)
    enough = there >= SHARE * sum(leading) > 0 and Fraction(1, 2 * qp) <= tolerance
    limited = sum(run.status == EPOCH_LIMIT for run in runs)
    epochs = spread([run.epochs for run, leads in zip(runs, leading, strict=True) if leads])
    far = spread([d for d, leads in zip(distances, leading, strict=True) if leads])
    return Row(qp, len(runs), there, enough, limited, far, epochs, widths)


def distance(x, qp, minima):
    """The max-norm distance of a grid point from the nearest minimum, real units, a Fraction."""
    return min(
        max(abs(Fraction(v, qp) - m) for v, m in zip(x, point, strict=True)) for point in minima
    )


def spread(values):
    """The `Spread` of values, of Nones when there are none."""
    values = sorted(values)
    count = len(values)
    if not count:
        return Spread(None, None, None)
    return Spread(values[(count - 1) // 2], values[ceil(0.95 * count) - 1], values[-1])
