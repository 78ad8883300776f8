"""What learning in integers reaches, measured: classes, and the exact optima of least squares."""

import csv
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from qbfgs import Optimizer
from qbfgs.data import Table
from qbfgs.models.recipes import make

from ..fits import datasets, fitting, learned
from ..fits.references import Reference
from ..oracle import closest
from ..oracle.rational import round_half_up

FRACTION, SEED = 0.25, 1  # of the split
NEAR = 1.01  # of the optimal loss
SCALING_PASSES = 1
MOST_DENSE = 20  # parameters that mode "compensated" is the default for, without a Hessian
MOST_NEWTON = 48  # the same of mode "newton"
# Name and recipe; the penalty is scikit-learn's default, C = 1.
SETS = {
    "iris": "softmax+1024",
    "wine": "softmax+1024",
    "breast_cancer": "logistic+1024",
    "digits": "softmax+1024",
}


class Classes(NamedTuple):
    """A data set. passes: of SciPy's BFGS and of fits until the loss was within 1 % of the optimal
    one, scaling included: in the mode that knows no Hessian, and in mode "newton" (None above
    `MOST_NEWTON` parameters). fit_all: at the end of the fit, in the default mode, which is at
    twice SciPy's passes at the latest. right: of the test rows, by scikit-learn and by the fit at
    its end."""

    name: str
    n: int
    rows: int
    qp: int
    scipy_passes: int
    fit_passes: int | None
    newton_passes: int | None
    fit_all: int
    excess: float
    test: int
    reference_right: int
    right: int

    @property
    def good(self):
        """No more than one test row fewer, in at most twice the passes."""
        counts = [self.fit_passes] + [self.newton_passes] * (self.n <= MOST_NEWTON)
        near = all(c is not None and c <= 2 * self.scipy_passes for c in counts)
        return near and self.right >= self.reference_right - 1


def bundled(name, most=None):
    """One of scikit-learn's own sets as a `datasets.Dataset`, constant columns left out.

    most: take only so many of the rows, the first.
    """
    from sklearn import datasets as sets

    bunch = getattr(sets, f"load_{name}")()
    names = [str(k) for k in range(bunch.data.shape[1])]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data.csv")
        with open(path, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*names, "class"])
            for row, target in list(zip(bunch.data, bunch.target, strict=True))[:most]:
                writer.writerow([*(repr(float(v)) for v in row), int(target)])
        return datasets.load(path, None, "class", True, drop_constant=True)


def classes(name, qp, most=None):
    """The `Classes` of one of SETS on a grid."""
    task = fitting.task(SETS[name], bundled(name, most), FRACTION, SEED, drop_constant=True)
    model = task.maker(qp)
    start = learned.describe(task, fitting.Fit(model, model.start(), 0, 0, 0, 0, "", 0))
    reference = Reference(task, start)
    best = reference.kind.loss(reference.kind.best)
    scipy_passes = _scipy_passes(reference.kind, NEAR * best)
    limit = 2 * scipy_passes - SCALING_PASSES - 1
    quasi = "compensated" if model.n <= MOST_DENSE else "limited"
    fit_passes, _ = _learnt(task.maker(qp), quasi, NEAR * best, limit)
    newton_passes = None
    if model.n <= MOST_NEWTON:
        newton_passes, _ = _learnt(task.maker(qp), "newton", NEAR * best, limit)
    _, o = _learnt(model, None, NEAR * best, limit)
    fit = fitting.Fit(model, list(o.x), o.cost, o.epochs, o.updates, model.passes, "", o.checksum)
    compared = reference.compare(learned.describe(task, fit))
    return Classes(
        name,
        model.n,
        len(task.training.columns[0].values),
        qp,
        scipy_passes,
        fit_passes,
        newton_passes,
        model.passes + SCALING_PASSES,
        compared.excess,
        len(task.test.columns[0].values),
        compared.reference_test,
        compared.test,
    )


def _learnt(model, mode, near, limit):
    """(passes, scaling included, until the loss was at `near` or None, the optimiser at its end).

    mode: None for the default.  limit: of epochs.
    """
    optimizer, passes = Optimizer(model, model.start(), mode=mode, max_epochs=limit), None
    going = True
    while going:
        if passes is None and optimizer.cost <= near * model.cost_scale:
            passes = model.passes + SCALING_PASSES
        going = optimizer.step()
    return passes, optimizer


def _scipy_passes(kind, near):
    """Evaluations of SciPy's BFGS, from zeros, until the loss is below `near`."""
    from scipy.optimize import minimize

    count, reached = 0, None

    def evaluate(w):
        nonlocal count, reached
        count += 1
        loss, slopes = kind.loss_and_slopes(w)
        if reached is None and loss <= near:
            reached = count
        return loss, slopes

    def stop(w):
        if reached is not None:
            raise StopIteration

    minimize(evaluate, np.zeros(kind.best.size), jac=True, method="BFGS", callback=stop)
    return reached


class Squares(NamedTuple):
    """A random set of n parameters. condition: of its columns; optimum, rounding: whether the fit
    is at the lattice optimum, and is no worse than the rounded minimizer; rounded: whether that is
    the optimum; excess: of the fit's cost over the real minimum's, relative to the lattice
    optimum's excess, minus 1."""

    n: int
    condition: int
    qp: int
    optimum: bool
    rounding: bool
    rounded: bool
    excess: float
    epochs: int


SIZES, CONDITIONS, GRIDS = (3, 5, 10), (1, 100), (16, 256, 4096)


def random_sets(count):
    """(seed, n, condition, qp) of `count` sets: sizes, conditions and grids in turn."""
    for seed in range(count):
        condition = CONDITIONS[seed % 2]
        yield seed, SIZES[seed // 2 % 3], condition, GRIDS[seed // 6 % 3]


def random_rows(seed, n, condition):
    """Rows of n - 1 inputs and a target with noise, ints of 20 bits a unit.

    condition: the singular values of the inputs fall geometrically from 1 to 1 / condition; 1 for
    those of normally distributed inputs.
    """
    rng = np.random.default_rng([seed, n])
    count, inputs = 4 * n + 8, n - 1
    x = rng.normal(size=(count, inputs))
    if condition > 1:
        u, _, v = np.linalg.svd(x, full_matrices=False)
        x = u * np.geomspace(1, 1 / condition, inputs) @ v * np.sqrt(count)
    y = x @ rng.uniform(-2, 2, inputs) + rng.normal(0, 0.3, count)
    return [[round(float(v) * 2**20) for v in row] for row in np.column_stack([x, y])]


def squares(seed, n, condition, qp, mode="newton"):
    """The `Squares` of a random set, by a run from zeros in a mode."""
    model = make("linear", Table(random_rows(seed, n, condition)), 0, qp)
    o = Optimizer(model, [0] * n, mode=mode, certify=True)
    while o.step():
        pass
    A, b = model.squares.normal_equations()
    b = [qp * v for v in b]
    minimizer = closest.minimizer(A, b)
    points = [
        model.parameters(o.x),
        closest.optimum(A, b),
        [round_half_up(v) for v in minimizer],
    ]
    least = closest.value(A, b, minimizer)
    ours, best, rounded = [closest.value(A, b, X) - least for X in points]
    excess = float(ours / best) - 1 if best else 0.0
    return Squares(
        n, condition, qp, ours == best, ours <= rounded, rounded == best, excess, o.epochs
    )
