"""The runs behind the pictures of `pictures`, where no file of a sweep is at hand.

All are of Rosenbrock's function unless said otherwise, stopped at a cost of exactly 0, and seeded:
the same call gives the same picture.
"""

import tempfile
from pathlib import Path

from qbfgs import Optimizer
from qbfgs.problems import Rosenbrock
from qbfgs.quantizer import quantize

from ..objectives import Source
from ..studies.paper_tables import PRINTED, QPS
from ..studies.runs import record
from ..sweep.plan import Plan, core_checksum
from ..sweep.results import SweepFile
from ..sweep.starts import Random, Regular
from ..sweep.sweep import sweep
from . import charts as pictures

MODES = ("paper", "steepest", "compensated")
LOW, HIGH = ("-4", "-5"), ("4", "5")
LIMIT = 500  # epochs
QP = 64  # of the paths and the basins


def plans():
    """The sweeps of the pictures that need one, by the picture's name."""
    limited = (("max_epochs", (LIMIT,)), ("target", ("0",)))

    def plan(starts, qps, modes):
        return Plan(Source("rosenbrock"), starts, qps, modes, limited, core=core_checksum())

    return {
        "basins": plan(Regular(LOW, HIGH, (41, 41)), (QP,), MODES),
        "epochs": plan(Random(LOW, HIGH, 400, 1), QPS, ("compensated", "paper")),
        "idles": plan(Random(LOW, HIGH, 1000, 1), QPS, ("compensated",)),
    }


DRAWN = {"basins": pictures.basins, "epochs": pictures.epochs, "idles": pictures.idles}


def swept(name, place, advance=None):
    """The picture of a sweep, one of `plans()`; place, advance: as for `sweep.sweep`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sweep.npz")
        sweep(plans()[name], path, place, advance)
        return DRAWN[name](SweepFile(path))


def trajectories(problem, start):
    """The paths of all `MODES` on a problem of two parameters.  start: decimal texts."""
    x0 = [quantize(text, problem.qp) for text in start]
    settings = {"max_epochs": LIMIT, "target": 0}
    return pictures.trajectories(
        [record(Optimizer(problem, x0, mode=mode, **settings)) for mode in MODES]
    )


def costs():
    """The costs of the paper's 14 rows, epoch by epoch."""
    return pictures.costs([(table, _rows(table.start)) for table in PRINTED])


def _rows(start):
    """The `Run` of every Qp from a start of decimal texts."""
    return [
        record(Optimizer(Rosenbrock(qp), [quantize(text, qp) for text in start], target=0))
        for qp in QPS
    ]
