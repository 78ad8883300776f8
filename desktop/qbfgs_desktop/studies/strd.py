"""Nonlinear regressions with certified values: NIST's StRD, "lower level of difficulty".

The files in `nist` are NIST's own (Statistical Reference Datasets, Information Technology
Laboratory): works of the United States' government, in the public domain.  Their sums of squares
are computed in decimal arithmetic of 50 digits, so an objective is exact but for its rounding to
integers; the curves that boards know are `qbfgs.models.curves`.
"""

import math
import re
from decimal import Decimal, localcontext
from pathlib import Path
from typing import NamedTuple

from qbfgs import Optimizer
from qbfgs.status import text as status_text

FOLDER = Path(__file__).parent / "nist"
DIGITS = 50
COST_DIGITS = 36  # costs count 1e-36
EDGE = 1 << 19
MAX_EPOCHS = 4000


class Problem(NamedTuple):
    """A file. starts: two tuples; certified: parameters; squares: their residual sum of squares;
    rows: (y, x) pairs. All Decimals."""

    name: str
    starts: tuple
    certified: tuple
    squares: Decimal
    rows: tuple


class Result(NamedTuple):
    """A run. digits: of the worst parameter that agree with the certified ones, -log10 of the
    relative error; held: how many are certain when the certified ones are rounded to the grid;
    steps: the distance to them in grid steps, of the worst; squares: the residual sum over the
    certified one, minus 1."""

    name: str
    start: int
    n: int
    digits: float
    held: float
    steps: float
    squares: float
    epochs: int
    updates: int
    ended: str

    @property
    def good(self):
        """Whether less than a digit of what the grid can hold was lost."""
        return self.digits > self.held - 1


def names():
    """The problems there are."""
    return sorted(path.stem for path in FOLDER.glob("*.dat"))


def load(name):
    """The `Problem` in a file."""
    lines = (FOLDER / f"{name}.dat").read_text().splitlines()
    rows = [line.split() for line in lines if re.match(r"\s*b\d+\s*=", line)]
    values = [[Decimal(word) for word in row[2:]] for row in rows]
    squares = next(line for line in lines if line.startswith("Residual Sum of Squares"))
    first = max(i for i, line in enumerate(lines) if line.startswith("Data:")) + 1
    data = [tuple(map(Decimal, line.split())) for line in lines[first:] if line.strip()]
    starts = tuple(tuple(row[k] for row in values) for k in (0, 1))
    certified = tuple(row[2] for row in values)
    return Problem(name, starts, certified, Decimal(squares.split()[-1]), tuple(data))


def _misra1a(b, x):
    e = (-b[1] * x).exp()
    return b[0] * (1 - e), (1 - e, b[0] * x * e)


def _misra1b(b, x):
    u = 1 / (1 + b[1] * x / 2)
    return b[0] * (1 - u * u), (1 - u * u, b[0] * x * u**3)


def _chwirut(b, x):
    u = 1 / (b[1] + b[2] * x)
    v = (-b[0] * x).exp() * u
    return v, (-x * v, -v * u, -x * v * u)


def _danwood(b, x):
    log = x.ln()
    power = (b[1] * log).exp()
    return b[0] * power, (power, b[0] * power * log)


def _lanczos(b, x):
    value, slopes = Decimal(0), []
    for k in (0, 2, 4):
        e = (-b[k + 1] * x).exp()
        value += b[k] * e
        slopes += [e, -b[k] * x * e]
    return value, slopes


def _gauss(b, x):
    e = (-b[1] * x).exp()
    value, slopes = b[0] * e, [e, -b[0] * x * e]
    for k in (2, 5):
        u = (x - b[k + 1]) / b[k + 2]
        bell = (-u * u).exp()
        value += b[k] * bell
        slope = 2 * b[k] * bell * u / b[k + 2]
        slopes += [bell, slope, slope * u]
    return value, slopes


CURVES = {"Misra1a": _misra1a, "Misra1b": _misra1b, "DanWood": _danwood, "Lanczos3": _lanczos}
CURVES |= dict.fromkeys(("Chwirut1", "Chwirut2"), _chwirut)
CURVES |= dict.fromkeys(("Gauss1", "Gauss2"), _gauss)


class Squares:
    """The residual sum of squares of a Problem at b_j = X_j / qp[j], an objective of integers.

    Real cost = cost / cost_scale. A point where the curve has no value costs more than any other.
    """

    cost_scale = 10**COST_DIGITS

    def __init__(self, problem, qp):
        self.n = len(qp)
        self.qp = list(qp)
        self._rows = problem.rows
        self._curve = CURVES[problem.name]

    def cost(self, X):
        """The cost at X, an int."""
        return self._at(X)[0]

    def gradient(self, X):
        """The change of the cost per grid step."""
        return self._at(X)[1]

    def _at(self, X):
        with localcontext(prec=DIGITS):
            b = [Decimal(v) / q for v, q in zip(X, self.qp, strict=True)]
            total, slopes = Decimal(0), [Decimal(0)] * self.n
            try:
                for y, x in self._rows:
                    value, derivatives = self._curve(b, x)
                    r = value - y
                    total += r * r
                    for j, d in enumerate(derivatives):
                        slopes[j] += 2 * r * d
                scale = Decimal(self.cost_scale)
                gradient = [
                    int((s * scale / q).to_integral_value())
                    for s, q in zip(slopes, self.qp, strict=True)
                ]
                return int((total * scale).to_integral_value()), gradient
            except ArithmeticError:  # a pole, or beyond the range
                return 1 << 4000, [0] * self.n


def scales(problem):
    """A Qp a parameter: the largest power of two that keeps starts and certified values below
    2^19 grid steps."""
    found = []
    for j, value in enumerate(problem.certified):
        top = max(abs(value), *(abs(start[j]) for start in problem.starts))
        found.append(1 << math.floor(math.log2((EDGE - 1) / top)))
    return found


def run(problem, start):
    """The `Result` from start 0 or 1, with a certificate; other settings are the defaults."""
    qp = scales(problem)
    objective = Squares(problem, qp)
    x0 = [int((v * q).to_integral_value()) for v, q in zip(problem.starts[start], qp, strict=True)]
    radius = max(map(abs, x0)) // 4
    o = Optimizer(objective, x0, max_epochs=MAX_EPOCHS, radius=radius, certify=True)
    while o.step():
        pass
    digits = [
        agreeing(Decimal(v) / q, c) for v, q, c in zip(o.x, qp, problem.certified, strict=True)
    ]
    held = min(math.log10(2 * abs(c) * q) for q, c in zip(qp, problem.certified, strict=True))
    excess = Decimal(o.cost) / o.objective.cost_scale / problem.squares - 1
    ended = status_text(o.status).split(":")[0]
    counts = (o.epochs, o.updates, ended)
    steps = max(abs(v - q * c) for v, q, c in zip(o.x, qp, problem.certified, strict=True))
    measured = min(digits), held, float(steps), float(excess)
    return Result(problem.name, start + 1, o.n, *measured, *counts)


def agreeing(value, certified):
    """-log10 of the relative error: the number of digits that agree; 11 is all certified."""
    error = abs(value - certified) / abs(certified)
    return 11.0 if error == 0 else min(11.0, -math.log10(error))
