"""What a sweep is to do: every start on every grid, in every mode, with every setting.

A plan is a pure description: it goes to other processes and machines, and into the file of results
as JSON.  A case is a grid, a mode and settings; the runs are the cases times the starts, and chunks
of them are computed apart.
"""

import itertools
import json
import zlib
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

import qbfgs

from ..objectives import Source, explained
from .starts import Random, Regular

SETTINGS = ("max_epochs", "target", "radius", "pairs", "polls", "tolerance", "certify")
CHUNK = 8192  # runs


class Case(NamedTuple):
    """One grid, one mode, one dict of settings for the Optimizer; a target is a real cost there,
    a decimal text."""

    qp: int
    mode: str
    settings: dict


class Chunk(NamedTuple):
    """The runs of `count` starts from number `first` on, of a case."""

    case: Case
    first: int
    count: int


@dataclass(frozen=True)
class Plan:
    """source: of the objective.  starts: `Regular` or `Random`.  qps, modes: tuples.  settings:
    tuples of (a name of `SETTINGS`, tuple of its values).  chunk: runs in a chunk, at most.
    command: the command line that repeats it.  core: see `core_checksum`."""

    source: Source
    starts: Regular | Random
    qps: tuple
    modes: tuple
    settings: tuple = ()
    chunk: int = CHUNK
    command: str = ""
    version: str = qbfgs.__version__
    core: str = ""

    def cases(self):
        """All cases, in the order of the results."""
        names = [name for name, _ in self.settings]
        values = itertools.product(*(values for _, values in self.settings))
        combined = [dict(zip(names, chosen, strict=True)) for chosen in values]
        return [Case(*case) for case in itertools.product(self.qps, self.modes, combined)]

    def chunks(self):
        """All chunks, in the order of the results, made as they are asked for."""
        for case in self.cases():
            for first in range(0, self.starts.size, self.chunk):
                yield Chunk(case, first, min(self.chunk, self.starts.size - first))

    def runs(self):
        """How many runs there are."""
        return len(self.cases()) * self.starts.size

    def record(self):
        """The NumPy type of one run's results; see `sweep`."""
        n = len(self.starts.low)
        return np.dtype(
            [
                ("start", "<i4", (n,)),
                ("x", "<i4", (n,)),
                ("cost", "<f8"),
                ("epochs", "<i4"),
                ("updates", "<i4"),
                ("idles", "<i4"),
                ("compensations", "<i4"),
                ("status", "|u1"),
                ("checksum", "<u4"),
            ]
        )

    def check(self):
        """Makes every objective and both ends of the starts.  Raises ValueError for what cannot
        be run, TypeError for a setting of the wrong kind."""
        for case in self.cases():
            problem = self.source.make(case.qp)
            if problem.n != len(self.starts.low):
                raise ValueError(f"{problem.n} parameters, but the box has {len(self.starts.low)}")
            for first in {0, self.starts.size - 1}:
                start = self.starts.points(case.qp, first, 1)[0].tolist()
            with explained(self.source):
                qbfgs.Optimizer(problem, start, mode=case.mode, **grid_settings(case, problem))

    def json(self):
        """The plan as JSON; equal plans give equal texts."""
        kind = type(self.starts).__name__
        data = {**asdict(self), "source": self.source._asdict(), "kind": kind}
        return json.dumps(data, sort_keys=True)


def from_json(text):
    """The `Plan` that `Plan.json` wrote."""
    data = json.loads(text)
    kind = {"Regular": Regular, "Random": Random}[data.pop("kind")]
    data["source"] = Source(**data["source"])
    data["starts"] = kind(**{key: _tuples(value) for key, value in data["starts"].items()})
    return Plan(**{key: _tuples(value) for key, value in data.items()})


def _tuples(value):
    """A value of JSON with tuples in the place of lists."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def grid_settings(case, problem):
    """The settings of a case as the Optimizer takes them: the target in cost units, rounded down,
    and None for what has no value."""
    settings = dict(case.settings)
    if settings.get("target") is not None:
        settings["target"] = Fraction(settings["target"]) * problem.cost_scale // 1
    return settings


@cache
def core_checksum():
    """A checksum of the core's source: results of one core are not mixed with another's."""
    folder = Path(qbfgs.__file__).parent
    code = b"".join(path.read_bytes() for path in sorted(folder.rglob("*.py")))
    return f"{zlib.crc32(code):08x}"
