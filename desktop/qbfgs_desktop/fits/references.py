"""What a fit is compared with: the same model in doubles, by NumPy, SciPy or scikit-learn.

The loss is what the model minimises, of the rows learnt from, in scaled units: the sum of squared
residuals, or the cross entropy with its penalty.  It is computed in doubles for both, from the data
as they are in the file, so that all that a fit rounds is in its loss.
"""

import warnings
from typing import NamedTuple

import numpy as np

from qbfgs.models import curves, designs
from qbfgs.models.logistic import BITS as CLASSIFIER_BITS
from qbfgs.models.recipes import SHAPES, parse

from .learned import scaled

TARGET_BITS = curves.TARGET_BITS


class Comparison(NamedTuple):
    """A fit beside its reference. by: who made that. loss, reference_loss: see above. measure:
    what the others are: of the fit and of the reference, in training and in the test (None: no
    test); "accuracy" is a count of rows, the others are root mean squares in units."""

    by: str
    loss: float
    reference_loss: float
    measure: str
    training: float
    reference_training: float
    test: float | None
    reference_test: float | None

    @property
    def excess(self):
        """The quantization loss: by how much of the reference's loss the fit's is larger."""
        if self.reference_loss == 0:
            return 0.0 if self.loss == 0 else float("inf")
        return self.loss / self.reference_loss - 1


class Reference:
    """The reference for a task, made once and then compared with fits on any grid.

    task: a `fitting.Task`; described: any `learned.describe` of it, for its scalings.
    """

    def __init__(self, task, described):
        self.task = task
        self.kind = _KINDS[task.name](task, described)
        self.kind.fit()

    def compare(self, described):
        """The `Comparison` with a fitted model."""
        kind, ours = self.kind, self.kind.weights(described)
        pairs = [
            (kind.measure(w, rows) if rows is not None else None)
            for rows in (kind.training, kind.test)
            for w in (ours, kind.best)
        ]
        losses = kind.loss(ours), kind.loss(kind.best)
        return Comparison(kind.by, *map(float, losses), kind.name, *pairs)


class _Kind:
    """A model in doubles: `weights(described)` of a fit, `best` of its own."""

    name = "root mean square"
    l2 = 0.0

    def __init__(self, task, described):
        self.recipe = task.recipe
        self.l2 = parse(task.recipe)[2] / 1024
        self.described = described
        self.training = self.rows(task.training)
        self.test = None if task.test is None else self.rows(task.test)

    def rows(self, dataset):
        """(inputs, target) of a Dataset: scaled without rounding, as arrays."""
        columns = self.described["inputs"]
        values = [np.array(c.values, dtype=float) for c in dataset.columns]
        x = np.stack(
            [_unrounded(v, c, self.bits) for v, c in zip(values, columns, strict=False)], axis=1
        )
        target = self.described["target"]
        if target is None:
            return x, None
        if target["labels"]:
            return x, np.array(dataset.columns[-1].values)
        return x, _unrounded(values[-1], target, self.target_bits)

    def weights(self, described):
        return np.array(described["x"]) / described["qp"]

    def unit(self):
        """Units of the target's column per scaled unit."""
        return 1 / float(scaled(self.described["target"], self.target_bits)[0])


def _unrounded(values, column, bits):
    return (values - column["shift"]) * (column["factor"] / 2.0 ** (column["drop"] + bits))


class _Squares(_Kind):
    """Linear least squares, by NumPy's lstsq."""

    by = "NumPy lstsq"
    bits = target_bits = designs.Affine.BITS

    def fit(self):
        design, target = self.design(self.training)
        self.best = np.linalg.lstsq(design, target, rcond=None)[0]

    def design(self, rows):
        x, y = rows
        degree = parse(self.recipe)[1]
        columns = x.T if degree == 0 else [x[:, 0] ** k for k in range(1, degree + 1)]
        return np.stack([*columns, np.ones(len(y))], axis=1), y

    def residuals(self, w, rows):
        design, target = self.design(rows)
        return design @ w - target

    def loss(self, w):
        return np.sum(self.residuals(w, self.training) ** 2)

    def measure(self, w, rows):
        return float(np.sqrt(np.mean(self.residuals(w, rows) ** 2)) * self.unit())


class _Shape(_Squares):
    """Sphere and ellipsoids: the same algebraic residual, in units of the squared scale."""

    name = "root mean square of the algebraic residual"
    bits = designs.Sphere.WIDTH

    def design(self, rows):
        x, _ = rows
        one, squares = np.ones((len(x), 1)), x**2
        if parse(self.recipe)[0] == "sphere":
            return np.hstack([2 * x, one]), squares.sum(axis=1)
        columns = [squares, 2 * x]
        if parse(self.recipe)[0] == "tilted":
            columns.append(
                2 * np.stack([x[:, 0] * x[:, 1], x[:, 0] * x[:, 2], x[:, 1] * x[:, 2]], 1)
            )
        return np.hstack(columns), one[:, 0]

    def unit(self):
        return 1.0


class _Curve(_Kind):
    """Curves, by SciPy's least_squares from the same start."""

    by = "SciPy least_squares"
    bits, target_bits = curves.BITS, curves.TARGET_BITS

    def __init__(self, task, described):
        super().__init__(task, described)
        self.start = np.array(task.maker(described["qp"]).start()) / described["qp"]

    def fit(self):
        from scipy.optimize import least_squares

        found = least_squares(self.residuals, self.start, args=(self.training,), xtol=1e-14)
        self.best = found.x

    def residuals(self, w, rows):
        (x, y), (k, a, c) = rows, w
        z = np.maximum(0, k * x[:, 0])
        if parse(self.recipe)[0] == "exp":
            return c + a * np.exp(-z) - y
        return c + a * z / (1 + z) - y

    loss = _Squares.loss
    measure = _Squares.measure


class _Classes(_Kind):
    """Logistic regression, by scikit-learn on columns of standard deviation 1."""

    by = "scikit-learn LogisticRegression"
    name = "accuracy"
    bits = CLASSIFIER_BITS

    def fit(self):
        from sklearn.linear_model import LogisticRegression

        x, y = self.training
        # Softmax of two classes is logistic regression with weights -w/2 and w/2.
        halves = len(self.weights(self.described)) == 2
        c = (1 + halves) / self.l2 if self.l2 else np.inf
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of convergence: of the last digits
            made = LogisticRegression(C=c, tol=1e-8, max_iter=10000).fit(x, y)
        best = np.hstack([made.coef_, made.intercept_[:, None]])
        self.best = np.vstack([-best, best]) / 2 if halves else best

    def weights(self, described):
        return super().weights(described).reshape(-1, len(described["inputs"]) + 1)

    def scores(self, w, rows):
        z = rows[0] @ w[:, :-1].T + w[:, -1]
        return np.hstack([np.zeros_like(z), z]) if len(w) == 1 else z

    def loss(self, w):
        return self.loss_and_slopes(w.ravel())[0]

    def loss_and_slopes(self, w):
        """The loss and its gradient at weights in one row."""
        (x, y), w = self.training, w.reshape(self.best.shape)
        z = self.scores(w, self.training)
        total = np.logaddexp.reduce(z, axis=1)
        loss = np.sum(total - z[np.arange(len(y)), y]) + self.l2 / 2 * np.sum(w[:, :-1] ** 2)
        errors = np.exp(z - total[:, None])
        errors[np.arange(len(y)), y] -= 1
        errors = errors[:, -len(w) :]
        slopes = np.hstack([errors.T @ x + self.l2 * w[:, :-1], errors.sum(axis=0)[:, None]])
        return loss, slopes.ravel()

    def measure(self, w, rows):
        return int(np.sum(np.argmax(self.scores(w, rows), axis=1) == rows[1]))


class _Network(_Kind):
    """The same network from the same start, by SciPy's BFGS; it may find another minimum."""

    by = "SciPy BFGS"
    bits, target_bits = CLASSIFIER_BITS, TARGET_BITS

    def __init__(self, task, described):
        super().__init__(task, described)
        self.classes = len(described["target"]["labels"])
        self.name = "accuracy" if self.classes else "root mean square"
        self.start = np.array(task.maker(described["qp"]).start()) / described["qp"]

    def fit(self):
        from scipy.optimize import minimize

        self.best = minimize(self.loss_and_slopes, self.start, jac=True, method="BFGS").x

    def split(self, w):
        m, hidden = len(self.described["inputs"]) + 1, parse(self.recipe)[1]
        return w[: hidden * m].reshape(hidden, m), w[hidden * m :].reshape(-1, hidden + 1)

    def forward(self, w, x):
        inner, outer = self.split(w)
        h = np.tanh(x @ inner[:, :-1].T + inner[:, -1])
        return h, h @ outer[:, :-1].T + outer[:, -1]

    def loss_and_slopes(self, w):
        (x, y), (inner, outer) = self.training, self.split(w)
        h, z = self.forward(w, x)
        if self.classes:
            total = np.logaddexp.reduce(z, axis=1)
            loss = np.sum(total - z[np.arange(len(y)), y])
            errors = np.exp(z - total[:, None])
            errors[np.arange(len(y)), y] -= 1
        else:
            errors = z - y[:, None]
            loss = np.sum(errors**2) / 2
        back = (errors @ outer[:, :-1]) * (1 - h**2)
        slopes = [np.hstack([e.T @ a, e.sum(axis=0)[:, None]]) for e, a in ((back, x), (errors, h))]
        for part, slope in ((inner, slopes[0]), (outer, slopes[1])):
            loss += self.l2 / 2 * np.sum(part[:, :-1] ** 2)
            slope[:, :-1] += self.l2 * part[:, :-1]
        return loss, np.concatenate([s.ravel() for s in slopes])

    def loss(self, w):
        return self.loss_and_slopes(w)[0]

    def measure(self, w, rows):
        x, y = rows
        z = self.forward(w, x)[1]
        if self.classes:
            return int(np.sum(np.argmax(z, axis=1) == y))
        return float(np.sqrt(np.mean((z[:, 0] - y) ** 2)) * self.unit())


_KINDS = {"linear": _Squares, "poly": _Squares, "exp": _Curve, "saturation": _Curve}
_KINDS |= {"logistic": _Classes, "softmax": _Classes, "mlp": _Network}
_KINDS |= dict.fromkeys(SHAPES, _Shape)
