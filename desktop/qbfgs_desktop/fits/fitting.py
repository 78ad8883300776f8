"""Fits at the desk: the same models, recipes and data files as on a board."""

import math
import random
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from qbfgs import Optimizer
from qbfgs.grid.position import EDGE
from qbfgs.models.heads import MOST_CLASSES
from qbfgs.models.model import MOST_INPUTS
from qbfgs.models.recipes import CLASSIFIERS, CURVES, SHAPES, SQUARES, parse
from qbfgs.modes import default_mode
from qbfgs.status import text as status_text
from qbfgs.words.sums import MOST_ROWS

from ..boards.problems import DataModel
from ..boards.report import Header
from .csv_files import DataError
from .datasets import LIMITS, Dataset, grid, text_of, to_bytes

DEPENDENT = "depend on each other"  # in what the models say
DATA_FILE = "fit.qbfd"  # what a fit calls its data file, on a board too


class Task(NamedTuple):
    """What is to be learnt. recipe: see `qbfgs.models.recipes`; training, test: Datasets, test may
    be None; max_epochs, tolerance: of the run, tolerance None for a certificate."""

    recipe: str
    training: Dataset
    test: Dataset | None
    max_epochs: int
    tolerance: int | None

    @property
    def name(self):
        """The model without size and penalty."""
        return parse(self.recipe)[0]

    @property
    def problem(self):
        """What a job calls the problem."""
        return f"{self.recipe}@{DATA_FILE}"

    @property
    def maker(self):
        """The `DataModel` of the training data."""
        return DataModel(self.problem, to_bytes(self.training))

    def job(self, qp):
        """The text of the job that makes this fit on a board."""
        model = self.maker(qp)
        mode = default_mode(model.n, model)
        lines = [f"problem {self.problem}", f"qp {qp}", f"mode {mode}"]
        lines.append(f"max_epochs {self.max_epochs}")
        lines.append("certify 1" if self.tolerance is None else f"tolerance {self.tolerance}")
        return "\n".join(lines) + "\n"

    def header(self, qp):
        """The `Header` that a board's fresh run of that job reports."""
        model = self.maker(qp)
        mode = default_mode(model.n, model)
        certify = 1 if self.tolerance is None else None
        settings = (self.max_epochs, None, None, None, None, self.tolerance, certify, None, None)
        contents = self.maker.contents
        return Header(self.problem, mode, qp, *settings, tuple(model.start()), contents)


class Fit(NamedTuple):
    """A finished fit. model: with the training data; x: the grid integers found; ended: how, in
    words; passes: over the training data; checksum: of the run."""

    model: object
    x: list
    cost: int
    epochs: int
    updates: int
    passes: int
    ended: str
    checksum: int


def bits_of(tolerance):
    """The optimiser's tolerance, k of 2^-k, for a loss that may be 1 + tolerance times the least:
    a hundredth of it, for what a model promises is an estimate."""
    return max(0, math.ceil(math.log2(100 / tolerance))) if tolerance else 60


def task(recipe, dataset, fraction=0, seed=1, max_epochs=None, tolerance=14, drop_constant=False):
    """The Task of a recipe and a Dataset, its rows split by chance.

    fraction: of the rows kept for the test.  max_epochs: default 2000 for models that need one
    pass, which `tolerance` leaves alone; else 200.  drop_constant: leave inputs out that are
    constant in the rows to learn from.
    Raises ValueError for a wrong recipe, DataError for data that the model cannot learn from.
    """
    name = parse(recipe)[0]
    if (name in SHAPES) == dataset.has_target:
        need = "takes no target: three inputs" if dataset.has_target else "needs a target"
        raise DataError(f"the model {name} {need}")
    if name in CLASSIFIERS and not dataset.columns[-1].labels:
        raise DataError(f"the model {name} needs a target of classes")
    if name not in (*CLASSIFIERS, *SHAPES, "mlp") and dataset.columns[-1].labels:
        what = f"column {dataset.columns[-1].name!r} holds classes"
        raise DataError(f"the model {name} learns a number, but {what}")
    if name in SHAPES:
        dataset = _alike(dataset)
    training, test = split(dataset, fraction, seed)
    if drop_constant:
        training, test = _varying(training, test)
    rows = len(training.columns[0].values)
    if rows > MOST_ROWS and name in (*CLASSIFIERS, "mlp"):
        raise DataError(f"{rows} rows; the model {name} learns from at most {MOST_ROWS}")
    if rows < len(training.columns):
        raise DataError(f"{rows} rows are too few for {len(training.columns)} columns")
    _check_inputs(recipe, training)
    for column in training.columns:
        if len(set(column.values)) == 1:
            what = "is of one class only" if column.labels else "is constant"
            raise DataError(f"column {column.name!r} {what} in the rows to learn from")
    if column.labels and set(column.values) != set(range(len(column.labels))):
        missing = sorted(set(range(len(column.labels))) - set(column.values))[0]
        raise DataError(f"no row to learn from is of class {column.labels[missing]!r}")
    if max_epochs is None:
        max_epochs = 2000 if name in SQUARES else 200
    return Task(recipe, training, test, max_epochs, None if name in SQUARES else tolerance)


def limits(recipe):
    """(inputs, classes) that the model of a recipe takes at most; None for any number of them."""
    name = parse(recipe)[0]
    if name in (*CURVES, "poly"):
        return 1, None
    if name in SHAPES:
        return 3, None
    if name == "linear":
        return None, None
    return MOST_INPUTS, 2 if name == "logistic" else MOST_CLASSES


def _check_inputs(recipe, training):
    """Raises DataError where a model of one input has too few different values of it, or values
    that it does not take."""
    name, size, _ = parse(recipe)
    needed = {"poly": size + 1, "exp": 3, "saturation": 3}.get(name)
    column = training.columns[0]
    if needed is None or len(training.columns) != 2:
        return
    different = len(set(column.values))
    if different < needed:
        what = f"degree {size}" if name == "poly" else f"the model {name}"
        there = "there is 1" if different == 1 else f"there are {different}"
        raise DataError(f"{what} needs {needed} different values of {column.name!r}, but {there}")
    least = min(column.values)
    if name == "saturation" and column.origin:
        raise DataError(f"the values of {column.name!r} vary too little for the model saturation")
    if name == "saturation" and least < 0:
        text = text_of(least, column.decimals, column.origin)
        raise DataError(
            f"column {column.name!r} has values below 0, such as {text}: the model"
            " saturation takes 0 and more"
        )


def _alike(dataset):
    """The columns with as many decimals as the one with most, or as many as fit: their integers are
    of one unit."""
    columns = dataset.columns
    places = max(c.decimals for c in columns)
    ends = [Decimal(v).scaleb(-c.decimals) for c in columns for v in (min(c.values), max(c.values))]
    while max(abs(grid(v, places)) for v in ends) > LIMITS[4] // 2:
        places -= 1
    made = []
    for c in columns:
        exact = [Decimal(v).scaleb(places - c.decimals) for v in c.values]
        values = [grid(v, 0) for v in exact]
        error = max(abs(v - i) for v, i in zip(exact, values, strict=True))
        doubles = [float(v) * 10.0 ** (places - c.decimals) for v in c.doubles]
        made.append(
            c._replace(values=values, decimals=places, width=4, error=error, unrounded=doubles)
        )
    return dataset._replace(columns=made)


def split(dataset, fraction, seed):
    """(training, test) Datasets, by chance; test is None where its part is 0."""
    rows = len(dataset.columns[0].values)
    count = round(rows * fraction)
    if not 0 <= count < rows:
        raise DataError(f"a test fraction of {fraction} leaves none of {rows} rows to learn from")
    if count == 0:
        return dataset, None
    order = list(range(rows))
    random.Random(seed).shuffle(order)
    return _rows(dataset, sorted(order[count:])), _rows(dataset, sorted(order[:count]))


def _varying(training, test):
    """Both without the inputs that are constant in the first."""
    last = len(training.columns) - 1
    kept = [j for j, c in enumerate(training.columns) if j == last or len(set(c.values)) > 1]
    return tuple(d and d._replace(columns=[d.columns[j] for j in kept]) for d in (training, test))


def _rows(dataset, places):
    return dataset._replace(columns=[c.rows(places) for c in dataset.columns])


def _dependence(task):
    """What to do about columns that depend on each other."""
    if task.name in SHAPES:
        return (
            f"the readings do not determine a {task.name}: turn the sensor through more directions"
        )
    if task.name == "poly":
        return "the powers of the input are too much alike: choose a lower degree"
    made = [np.ones(len(task.training.columns[0].values))]
    for column in task.training.columns[:-1]:
        values = column.doubles
        made.append((values - values.mean()) / np.ptp(values))
        if np.linalg.matrix_rank(np.array(made)) < len(made):
            text = "the columns depend on each other: {!r} follows from others; leave it out"
            return text.format(column.name)
    return "the columns depend on each other: leave one out"


class RangeError(ValueError):
    """A fit would begin outside the range of the integers: the grid is too fine."""


def run(task, qp, progress=lambda optimizer: None):
    """The Fit of a task on a grid. progress: called after each epoch.

    Raises RangeError, and ValueError as the models do.
    """
    model = task.maker(qp)
    try:
        start = model.start()
    except ValueError as error:
        raise (DataError(_dependence(task)) if DEPENDENT in str(error) else error) from error
    if max(map(abs, start)) >= EDGE:
        raise RangeError(f"Qp {qp} is too fine: the parameters leave the range of the integers")
    certify = task.tolerance is None
    ends = {"max_epochs": task.max_epochs, "tolerance": task.tolerance, "certify": certify}
    o = Optimizer(model, start, **ends)
    while o.ask() is not None:
        o.step()
        progress(o)
    ended = status_text(o.status)
    return Fit(model, list(o.x), o.cost, o.epochs, o.updates, model.passes, ended, o.checksum)
