"""Nonlinear regressions with certified values: the 27 of NIST's Statistical Reference Datasets.

The files are NIST's own (StRD, Information Technology Laboratory): works of the United
States' government, in the public domain.  A formula takes the parameters and the predictors as
floats, `Decimal`s, or either with slopes (`duals.Dual`).
"""

import re
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from .duals import atan, cos, exp, log, pi, sin

FOLDER = Path(__file__).parent
LEVELS = ("lower", "average", "higher")  # of difficulty, as NIST has them, a folder each


class Problem(NamedTuple):
    """A file. level: one of LEVELS; starts: two tuples; certified: parameters; squares: their
    residual sum of squares; rows: (y, x, ..) tuples, y as the formula gives it; errors: the
    certified standard errors. All Decimals."""

    name: str
    level: str
    starts: tuple
    certified: tuple
    squares: Decimal
    rows: tuple
    errors: tuple

    @property
    def formula(self):
        """The curve, a function of the parameters and of x."""
        return FORMULAS[self.name]


def names():
    """The problems there are, the easiest level first."""
    return [path.stem for level in LEVELS for path in sorted((FOLDER / level).glob("*.dat"))]


def load(name):
    """The `Problem` in a file."""
    (path,) = FOLDER.glob(f"*/{name}.dat")
    lines = path.read_text().splitlines()
    rows = [line.split() for line in lines if re.match(r"\s*b\d+\s*=", line)]
    values = [[Decimal(word) for word in row[2:]] for row in rows]
    squares = next(line for line in lines if line.startswith("Residual Sum of Squares"))
    first = max(i for i, line in enumerate(lines) if line.startswith("Data:")) + 1
    data = [tuple(map(Decimal, line.split())) for line in lines[first:] if line.strip()]
    if name == "Nelson":  # its model is one of log y
        data = [(row[0].ln(), *row[1:]) for row in data]
    starts = tuple(tuple(row[k] for row in values) for k in (0, 1))
    certified = tuple(row[2] for row in values)
    errors = tuple(row[3] for row in values)
    squares = Decimal(squares.split()[-1])
    return Problem(name, path.parent.name, starts, certified, squares, tuple(data), errors)


def _saturating(b, x):
    return b[0] * (1 - exp(-b[1] * x))


def _chwirut(b, x):
    return exp(-b[0] * x) / (b[1] + b[2] * x)


def _lanczos(b, x):
    return b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x)


def _bell(x, middle, width):
    u = (x - middle) / width
    return exp(-u * u)


def _gauss(b, x):
    peaks = b[2] * _bell(x, b[3], b[4]) + b[5] * _bell(x, b[6], b[7])
    return b[0] * exp(-b[1] * x) + peaks


def _cubics(b, x):
    above = b[0] + x * (b[1] + x * (b[2] + x * b[3]))
    return above / (1 + x * (b[4] + x * (b[5] + x * b[6])))


def _enso(b, x):
    t = 2 * pi(x) * x
    year = b[1] * cos(t / 12) + b[2] * sin(t / 12)
    first = b[4] * cos(t / b[3]) + b[5] * sin(t / b[3])
    return b[0] + year + first + b[7] * cos(t / b[6]) + b[8] * sin(t / b[6])


def _misra1b(b, x):
    u = 1 + b[1] * x / 2
    return b[0] * (1 - 1 / (u * u))


def _kirby2(b, x):
    return (b[0] + x * (b[1] + x * b[2])) / (1 + x * (b[3] + x * b[4]))


def _eckerle4(b, x):
    u = (x - b[2]) / b[1]
    return b[0] / b[1] * exp(-u * u / 2)


FORMULAS = {
    "Misra1a": _saturating,
    "Misra1b": _misra1b,
    "Misra1c": lambda b, x: b[0] * (1 - exp(-log(1 + 2 * b[1] * x) / 2)),
    "Misra1d": lambda b, x: b[0] * b[1] * x / (1 + b[1] * x),
    "BoxBOD": _saturating,
    "Chwirut1": _chwirut,
    "Chwirut2": _chwirut,
    "DanWood": lambda b, x: b[0] * exp(b[1] * log(x)),
    "Lanczos1": _lanczos,
    "Lanczos2": _lanczos,
    "Lanczos3": _lanczos,
    "Gauss1": _gauss,
    "Gauss2": _gauss,
    "Gauss3": _gauss,
    "Kirby2": _kirby2,
    "Hahn1": _cubics,
    "Thurber": _cubics,
    "Nelson": lambda b, x, z: b[0] - b[1] * x * exp(-b[2] * z),
    "MGH09": lambda b, x: b[0] * x * (x + b[1]) / (x * (x + b[2]) + b[3]),
    "MGH10": lambda b, x: b[0] * exp(b[1] / (x + b[2])),
    "MGH17": lambda b, x: b[0] + b[1] * exp(-x * b[3]) + b[2] * exp(-x * b[4]),
    "Roszman1": lambda b, x: b[0] - b[1] * x - atan(b[2] / (x - b[3])) / pi(x),
    "ENSO": _enso,
    "Rat42": lambda b, x: b[0] / (1 + exp(b[1] - b[2] * x)),
    "Rat43": lambda b, x: b[0] * exp(-log(1 + exp(b[1] - b[2] * x)) / b[3]),
    "Eckerle4": _eckerle4,
    "Bennett5": lambda b, x: b[0] * exp(-log(b[1] + x) / b[2]),
}
