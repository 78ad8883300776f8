"""What came out of a sweep: its file read again, and how each case did."""

from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np

from qbfgs.status import TARGET

from . import npz, plan


class Outcome(NamedTuple):
    """The runs of one case.

    reached: how many ended at the target; where the sweep had none, at the least cost that any run
    on that grid ended at.  Of these runs, in epochs: median; p95, which 95 % do not exceed; most.
    None when none reached it.
    """

    case: plan.Case
    runs: int
    reached: int
    median: int
    p95: int
    most: int


class NoSweep(ValueError):
    """A file is none of a sweep, or damaged."""


def write(stream, swept, column):
    """Writes the file of a sweep to a stream.  swept: its plan; column(name): the parts of an array
    of `plan.Plan.record`, in their order."""
    with npz.Writer(stream) as writer:
        writer.add_text("plan", swept.json())
        for name, (kind, shape) in _arrays(swept).items():
            writer.add(name, kind, shape, column(name))


def _arrays(swept):
    """{name: (type, shape)} of the arrays in the file of a plan."""
    record = swept.record()
    shape = (len(swept.cases()), swept.starts.size)
    return {name: (record[name].base, shape + record[name].shape) for name in record.names}


class SweepFile:
    """The file of a sweep.  plan: its `plan.Plan`.  Raises OSError, and NoSweep for a file that
    is none of a sweep, and where a single bit of it is wrong."""

    def __init__(self, path):
        self.path = path
        if not npz.is_whole(path):
            raise NoSweep(f"{path} is no file of a sweep, or damaged")
        try:
            self.plan = plan.from_json(npz.read_text(path, "plan"))
            whole = npz.read_kinds(path).items() >= _arrays(self.plan).items()
        except (ArithmeticError, LookupError, TypeError, ValueError, BadZipFile) as error:
            raise NoSweep(f"{path} is no file of a sweep: {error!r}") from error
        if not whole:
            raise NoSweep(f"{path} holds other arrays than its plan asks for")

    def array(self, name):
        """A whole array, over (cases, starts)."""
        with np.load(self.path) as file:
            return file[name]

    def reached(self):
        """Yields (case number, array of bool) in blocks: which runs reached the minimum, in the
        sense of `Outcome`."""
        cases = self.plan.cases()
        least = {}
        for i, costs in npz.read_rows(self.path, "cost"):
            qp = cases[i].qp
            least[qp] = min(least.get(qp, np.inf), costs.min())
        columns = [npz.read_rows(self.path, name) for name in ("cost", "status")]
        for (i, costs), (_, statuses) in zip(*columns, strict=True):
            if cases[i].settings.get("target") is None:
                yield i, costs == least[cases[i].qp]
            else:
                yield i, statuses == TARGET

    def outcomes(self):
        """The `Outcome` of every case, with a block of runs in memory at a time."""
        cases = self.plan.cases()
        counts = [np.zeros(1, np.int64) for _ in cases]
        epochs = npz.read_rows(self.path, "epochs")
        for (i, reached), (_, numbers) in zip(self.reached(), epochs, strict=True):
            more = np.bincount(numbers[reached], minlength=len(counts[i]))
            more[: len(counts[i])] += counts[i]
            counts[i] = more
        runs = self.plan.starts.size
        return [outcome(case, runs, count) for case, count in zip(cases, counts, strict=True)]


def outcome(case, runs, counts):
    """The `Outcome` of a case of so many runs; counts[e]: those that reached it in e epochs."""
    reached = int(counts.sum())
    if not reached:
        return Outcome(case, runs, 0, None, None, None)
    below = np.cumsum(counts)
    median, p95 = (int(np.searchsorted(below, -(-q * reached // 100))) for q in (50, 95))
    return Outcome(case, runs, reached, median, p95, len(counts) - 1)
