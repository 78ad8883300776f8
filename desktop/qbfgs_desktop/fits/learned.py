"""A fitted model as plain data: what JSON keeps, what `inference` writes as a module.

It holds the integers of the model alone; `parameters` folds the scalings back, exactly.
"""

import json
import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from qbfgs.models import curves, designs
from qbfgs.models.logistic import BITS as CLASSIFIER_BITS
from qbfgs.models.recipes import SHAPES, parse

from ..files import write_whole
from . import schema
from .datasets import plain

AXES = "xyz"
FLATTEST = 1e-12  # square of the ratio of an ellipsoid's semi-axes, well above doubles' rounding
NO_ELLIPSOID = "the fit found no ellipsoid: turn the sensor through more directions"


class Parameter(NamedTuple):
    """A parameter as a person sees it: value: a Fraction or a float; unit: text, "" for none."""

    name: str
    value: object
    unit: str


def describe(task, fit):
    """A fitted model as a dict of texts, numbers and lists. task, fit: see `fitting`."""
    return scalings(task, fit.model) | {"x": parameters_of(fit.model, fit.x)}


def scalings(task, model):
    """What there is to describe before a fit: "x" is empty."""
    samples = model.samples
    columns = task.training.columns
    inputs = columns if task.name in SHAPES else columns[:-1]
    described = {
        "format": schema.FORMAT,
        "recipe": task.recipe,
        "qp": model.qp,
        "x": [],
        "inputs": [_column(c, samples.scaling, j) for j, c in enumerate(inputs)],
        "target": None,
    }
    if len(inputs) < len(columns):
        described["target"] = _column(columns[-1], samples.target_scaling, 0)
    return described


def parameters_of(model, x):
    """The grid integers of a model where it was fitted in another basis."""
    return model.parameters(x) if hasattr(model, "parameters") else list(x)


def _column(column, scaling, j):
    numbers = {key: getattr(scaling, key)[j] for key in ("shift", "factor", "drop", "most")}
    return {
        "name": column.name,
        "decimals": column.decimals,
        "origin": plain(column.origin),
        "labels": list(column.labels),
        **numbers,
    }


def save(described, path):
    """Writes a model as JSON, whole or not at all."""
    write_whole(path, json.dumps(described, indent=1) + "\n")


def load(path):
    """The model in a JSON file. Raises OSError, and ValueError for what is none."""
    return schema.read(path)


def unit_of(column):
    """How many integers of a column make one unit of its own: 10^decimals."""
    return Fraction(10) ** column["decimals"]


def parameters(described):
    """The parameters with the scalings folded back, `Parameter`s.

    Of the weights of mlp there is no such form: it has none.
    """
    name = parse(described["recipe"])[0]
    return _FOLDED[name](described)


def scaled(column, bits):
    """(gain, offset): what a person's value v is to the model: gain v + offset, Fractions."""
    gain = Fraction(column["factor"], 1 << column["drop"] + bits) * unit_of(column)
    return gain, -gain * shift_of(column)


def shift_of(column):
    """The person's value that is 0 to the model, a Fraction."""
    return Fraction(column["origin"]) + column["shift"] / unit_of(column)


def _weights(described, start, bits):
    """Slopes by person's units and intercept of the linear function at x[start ..], Fractions."""
    qp, slopes = described["qp"], []
    columns = described["inputs"]
    intercept = Fraction(described["x"][start + len(columns)], qp)
    for j, column in enumerate(columns):
        weight = Fraction(described["x"][start + j], qp)
        gain, offset = scaled(column, bits)
        slopes.append(weight * gain)
        intercept += weight * offset
    return slopes, intercept


def _per(unit, column, power=1):
    return f"{unit} / {column['name']}" + (f"^{power}" if power > 1 else "")


def _linear(described):
    slopes, intercept = _weights(described, 0, designs.Affine.BITS)
    target = described["target"]
    gain, offset = scaled(target, designs.Affine.BITS)
    unit = target["name"]
    found = [
        Parameter(c["name"], slope / gain, _per(unit, c))
        for c, slope in zip(described["inputs"], slopes, strict=True)
    ]
    return [*found, Parameter("intercept", (intercept - offset) / gain, unit)]


def powers(described):
    """The coefficients of a fitted polynomial by powers of the input, in units, from 0 up."""
    bits = designs.Polynomial.BITS
    *slopes, constant = [Fraction(v, described["qp"]) for v in described["x"]]
    gain, offset = scaled(described["inputs"][0], bits)
    total = [constant]
    for k, slope in enumerate(slopes, 1):
        total.append(Fraction(0))
        for i in range(k + 1):
            total[i] += slope * math.comb(k, i) * gain**i * offset ** (k - i)
    gain, offset = scaled(described["target"], bits)
    total[0] -= offset
    return [c / gain for c in total]


def _poly(described):
    column, unit = described["inputs"][0], described["target"]["name"]
    found = powers(described)
    named = [
        Parameter(f"{column['name']}^{k}" if k > 1 else column["name"], c, _per(unit, column, k))
        for k, c in enumerate(found[1:], 1)
    ]
    return [*named, Parameter("intercept", found[0], unit)]


def _classes(described):
    labels = described["target"]["labels"]
    width = len(described["inputs"]) + 1
    count = len(described["x"]) // width
    found = []
    for k in range(count):
        slopes, intercept = _weights(described, k * width, CLASSIFIER_BITS)
        label = labels[k if count > 1 else 1]
        for column, slope in zip(described["inputs"], slopes, strict=True):
            found.append(Parameter(f"{label}: {column['name']}", slope, _per("log odds", column)))
        found.append(Parameter(f"{label}: intercept", intercept, "log odds"))
    return found


def _place(described, values):
    """The Parameters of a place in scaled units, as the centre in those of the columns."""
    found = []
    for axis, column, value in zip(AXES, described["inputs"], values, strict=True):
        gain, offset = scaled(column, designs.Sphere.WIDTH)
        found.append(Parameter(f"centre {axis}", (value - offset) / gain, column["name"]))
    return found


def length_unit(described):
    """What a length in scaled units is in those of the first column, a Fraction."""
    return 1 / scaled(described["inputs"][0], designs.Sphere.WIDTH)[0]


def sphere(described):
    """(centre, square of the radius) of a fitted sphere in scaled units, Fractions."""
    qp = described["qp"]
    centre, square = designs.Sphere.shape(described["x"], qp)
    return [Fraction(c, qp) for c in centre], Fraction(square, qp * qp)


def ellipsoid(described):
    """(centre, matrix) of a fitted ellipsoid (x - centre)'M(x - centre) = 1 in scaled units.

    centre: Fractions; matrix: a NumPy array of doubles, positive definite.
    Raises ValueError where the fitted quadric is no ellipsoid.
    """
    tilted = parse(described["recipe"])[0] == "tilted"
    numerators, determinant = designs.Ellipsoid(tilted).shape(described["x"])
    if determinant <= 0:
        raise ValueError(NO_ELLIPSOID)
    centre = [Fraction(v, determinant) for v in numerators]
    a, b, c, *rest = [Fraction(v, described["qp"]) for v in described["x"]]
    d, e, f = rest[3:] if tilted else (0, 0, 0)
    rows = ((a, d, e), (d, b, f), (e, f, c))
    # x'Ax + 2 g.x = 1 is (x - centre)'A(x - centre) = 1 + centre'A centre
    level = 1 + sum(rows[i][j] * centre[i] * centre[j] for i in range(3) for j in range(3))
    if level <= 0:
        raise ValueError(NO_ELLIPSOID)
    matrix = np.array(rows, dtype=float) / float(level)
    least, *_, most = np.linalg.eigvalsh(matrix)
    if least <= FLATTEST * most:
        raise ValueError(NO_ELLIPSOID)
    return centre, matrix


def _axes(described, matrix):
    """The semi-axes in scaled units: along x, y, z, or of a tilted one from the longest."""
    if parse(described["recipe"])[0] == "ellipsoid":
        return 1 / np.sqrt(np.diag(matrix))
    return 1 / np.sqrt(np.linalg.eigvalsh(matrix))


def to_sphere(described):
    """The symmetric 3 x 3 matrix, rows of floats, that makes a fitted ellipsoid the sphere of its
    mean semi-axis."""
    _, matrix = ellipsoid(described)
    values, vectors = np.linalg.eigh(matrix)
    root = vectors * np.sqrt(values) @ vectors.T
    return (root * np.mean(_axes(described, matrix))).tolist()


def _sphere(described):
    centre, square = sphere(described)
    unit = described["inputs"][0]["name"]
    radius = float(length_unit(described)) * math.sqrt(max(0, square))
    return [*_place(described, centre), Parameter("radius", radius, unit)]


def _ellipsoid(described):
    centre, matrix = ellipsoid(described)
    unit = float(length_unit(described))
    names = AXES if parse(described["recipe"])[0] == "ellipsoid" else "123"
    axes = [
        Parameter(f"semi-axis {axis}", unit * float(value), described["inputs"][0]["name"])
        for axis, value in zip(names, _axes(described, matrix), strict=True)
    ]
    return _place(described, centre) + axes


def curve(described):
    """(k, a, c) of a fitted curve in units, Fractions; exp has t - clock() for t."""
    k, a, c = [Fraction(v, described["qp"]) for v in described["x"]]
    gain, offset = scaled(described["target"], curves.TARGET_BITS)
    k = max(Fraction(0), k) * scaled(described["inputs"][0], curves.BITS)[0]
    return k, a / gain, (c - offset) / gain


def clock(described):
    """The time from which exp counts t, a Fraction; 0 for other models."""
    if parse(described["recipe"])[0] != "exp":
        return Fraction(0)
    return shift_of(described["inputs"][0])


def _curve(described):
    column, unit = described["inputs"][0], described["target"]["name"]
    k, a, c = curve(described)
    found = [
        Parameter("k", k, f"1 / {column['name']}"),
        Parameter("a", a, unit),
        Parameter("c", c, unit),
    ]
    if clock(described):
        found.append(Parameter("t0", clock(described), column["name"]))
    if parse(described["recipe"])[0] == "saturation" and k > 0:
        found.append(Parameter("half of a at", 1 / k, column["name"]))
    return found


def _no_form(described):
    return []


_FOLDED = {
    "linear": _linear,
    "poly": _poly,
    "logistic": _classes,
    "softmax": _classes,
    "sphere": _sphere,
    "ellipsoid": _ellipsoid,
    "tilted": _ellipsoid,
    "exp": _curve,
    "saturation": _curve,
    "mlp": _no_form,
}
