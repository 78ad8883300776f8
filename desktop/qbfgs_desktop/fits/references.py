"""What a fit is compared with: the same model in doubles, by NumPy, SciPy or scikit-learn.

The loss is what the model minimises, of the rows learnt from, in scaled units: the sum of squared
residuals, or the cross entropy with its penalty.  It is computed in doubles for both, from the data
as they are in the file, so that all that a fit rounds or cannot represent is in its loss.  What is
measured of a fit is what its written module says of the rows.
"""

import warnings
from typing import NamedTuple

import numpy as np

from qbfgs.models import curves, designs
from qbfgs.models.logistic import BITS as CLASSIFIER_BITS
from qbfgs.models.model import FINEST
from qbfgs.models.recipes import SHAPES, parse

from . import inference
from .learned import scaled

TARGET_BITS = curves.TARGET_BITS
# What a fit leaves of exact data, a row: parts of the target's range and of a sphere's size, which
# grids and scalings round to; and nats.
EXACT, EXACT_SHAPE, CERTAIN = 2.0**-16, 2.0**-13, 1e-4


class Comparison(NamedTuple):
    """A fit beside its reference. by: who made that. loss, reference_loss: see above. measure:
    what the others are: of the fit and of the reference, in training and in the test (None: no
    test); "accuracy" is a count of rows, the others are root mean squares in units. floor: the loss
    below which data are exact: no grid tells such losses apart. limit: "", or why the model cannot
    be what the reference is."""

    by: str
    loss: float
    reference_loss: float
    measure: str
    training: float
    reference_training: float
    test: float | None
    reference_test: float | None
    floor: float = 0.0
    limit: str = ""

    @property
    def excess(self):
        """The quantization loss: by how much of the reference's loss the fit's is larger; where the
        reference's is below the floor, of that."""
        return self.loss / max(self.reference_loss, self.floor) - 1

    @property
    def exact(self):
        """Whether the reference fits the data exactly, as far as grids can tell."""
        return self.reference_loss < self.floor


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
        pairs = []
        for rows, dataset in ((kind.training, self.task.training), (kind.test, self.task.test)):
            if dataset is None:
                pairs += [None, None]
            else:
                pairs += [kind.written(described, dataset, rows), kind.measure(kind.best, rows)]
        losses = kind.loss(ours), kind.loss(kind.best)
        found = (kind.by, *map(float, losses), kind.name, *pairs)
        return Comparison(*found, float(kind.floor()), kind.limit())

    def errors(self):
        """Of each parameter in scaled units the standard error that it has when the others are
        known, an array; of exact data that of data at the floor."""
        return self.kind.errors()


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
        values = [c.doubles for c in dataset.columns]
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

    def written(self, described, dataset, rows):
        """What is measured of the written module."""
        predict = inference.program(described)
        *columns, target = dataset.columns
        made = [predict(row) for row in zip(*(c.values for c in columns), strict=True)]
        if target.labels:
            return sum(p == y for p, y in zip(made, target.values, strict=True))
        answers = np.array(made) / 10.0 ** inference.answer_decimals(described)
        given = target.doubles / 10.0**target.decimals
        return float(np.sqrt(np.mean((answers - given) ** 2)))

    def floor(self):
        """The loss of exact data."""
        return len(self.training[1]) * (EXACT * np.ptp(self.training[1])) ** 2

    def limit(self):
        """See `Comparison`."""
        return ""

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

    def slopes(self):
        """Of the residuals, at the best parameters."""
        return self.design(self.training)[0]

    def errors(self):
        slopes = self.slopes()
        count, n = slopes.shape
        variance = max(self.loss(self.best), self.floor()) / max(1, count - n)
        return np.sqrt(variance / np.maximum(1e-300, np.sum(slopes**2, axis=0)))

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

    def written(self, described, dataset, rows):
        """Of the parameters: the module answers places, not residuals."""
        return self.measure(self.weights(described), rows)

    def floor(self):
        return len(self.training[0]) * EXACT_SHAPE**2

    def unit(self):
        return 1.0


class _Curve(_Squares):
    """Curves, by SciPy's least_squares from the best of many rates of either sign."""

    by = "SciPy least_squares"
    bits, target_bits = curves.BITS, curves.TARGET_BITS

    def fit(self):
        from scipy.optimize import least_squares, minimize_scalar

        x, y = self.training

        def at(k):
            """Parameters with that rate and the best of the others."""
            design = np.stack([self.shape(k, x[:, 0]), np.ones(len(y))], axis=1)
            return np.array([k, *np.linalg.lstsq(design, y, rcond=None)[0]])

        rates = self.rates()
        i = int(np.argmin([self.loss(at(k)) for k in rates]))
        ends = (rates[max(0, i - 1)], rates[min(len(rates) - 1, i + 1)])
        k = minimize_scalar(lambda k: self.loss(at(k)), bounds=ends, method="bounded").x
        start = min((at(k), at(rates[i])), key=self.loss)
        settings = {"xtol": 1e-14, "ftol": 1e-14, "x_scale": np.maximum(1e-9, abs(start))}
        found = least_squares(self.residuals, start, args=(self.training,), **settings)
        self.best = min((found.x, start), key=self.loss)

    def rates(self):
        """Rates to try, rising: inputs are below 8, so k x reaches 2^-7 .. 2^10."""
        up = 2.0 ** np.arange(-10, 8)
        if parse(self.recipe)[0] == "exp":
            return [*-up[up <= 4][::-1], *up]
        pole = 1 / self.training[0].max()
        return [*-pole * (1 - 2.0 ** -np.arange(8, 0, -1)), *up]

    def shape(self, k, x):
        """What a is multiplied by."""
        if parse(self.recipe)[0] == "exp":
            return np.exp(-np.clip(k * x, -700, 700))
        return k * x / (1 + k * x)

    def residuals(self, w, rows):
        (x, y), (k, a, c) = rows, w
        return c + a * self.shape(k, x[:, 0]) - y

    def slopes(self):
        (x, _), (k, a, _) = self.training, self.best
        x, g = x[:, 0], self.shape(k, x[:, 0])
        by_k = -x * g if parse(self.recipe)[0] == "exp" else x / (1 + k * x) ** 2
        return np.stack([a * by_k, g, np.ones(len(x))], axis=1)

    def limit(self):
        if self.best[0] >= 0:
            return ""
        name = parse(self.recipe)[0]
        what = "the values change ever faster" if name == "exp" else "the curve bends the other way"
        return f"{what} (the reference's k is below 0), and {name} takes k of 0 and more"


class _Classes(_Kind):
    """Logistic regression, by scikit-learn on columns of standard deviation 1."""

    by = "scikit-learn LogisticRegression"
    name = "accuracy"
    bits = CLASSIFIER_BITS

    def fit(self):
        from sklearn.linear_model import LogisticRegression

        x, y = self.training
        # Softmax of two classes is logistic regression with weights -w/2 and w/2.
        classes = len(self.described["target"]["labels"])
        halves = classes == 2 and parse(self.recipe)[0] == "softmax"
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

    def errors(self):
        x, w = self.training[0], self.best
        z = self.scores(w, self.training)
        p = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])[:, -len(w) :]
        ones = np.hstack([x, np.ones((len(x), 1))])
        curvature = (p * (1 - p)).T @ ones**2
        curvature[:, :-1] += self.l2
        return 1 / np.sqrt(np.maximum(1e-300, curvature)).ravel()

    def floor(self):
        return CERTAIN * len(self.training[1])

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
        self.start = np.array(task.maker(FINEST).start()) / FINEST

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

    def errors(self):
        n, h = len(self.best), 1e-4
        slopes = [
            self.loss_and_slopes(self.best + s)[1] for s in h * np.vstack([np.eye(n), -np.eye(n)])
        ]
        curvature = np.array([(slopes[i][i] - slopes[n + i][i]) / (2 * h) for i in range(n)])
        variance = 1.0
        if not self.classes:
            variance = 2 * max(self.loss(self.best), self.floor()) / len(self.training[1])
        return np.sqrt(variance / np.maximum(1e-300, curvature))

    def floor(self):
        return CERTAIN * len(self.training[1]) if self.classes else super().floor() / 2

    def measure(self, w, rows):
        x, y = rows
        z = self.forward(w, x)[1]
        if self.classes:
            return int(np.sum(np.argmax(z, axis=1) == y))
        return float(np.sqrt(np.mean((z[:, 0] - y) ** 2)) * self.unit())


_KINDS = {"linear": _Squares, "poly": _Squares, "exp": _Curve, "saturation": _Curve}
_KINDS |= {"logistic": _Classes, "softmax": _Classes, "mlp": _Network}
_KINDS |= dict.fromkeys(SHAPES, _Shape)
