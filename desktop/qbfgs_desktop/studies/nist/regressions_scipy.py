"""NIST's regressions in doubles: SciPy's Levenberg-Marquardt (MINPACK) and BFGS."""

from typing import NamedTuple

import numpy as np

from .duals import variables
from .regressions import SOLVED

BEYOND = 1e100  # a residual where the curve has no value


class Reference(NamedTuple):
    """near: evaluations after that of the start until the sum was within SOLVED of the certified
    one, or None; evaluations: of the residuals, in all; excess: of the last, as in `Result`."""

    near: int | None
    evaluations: int
    excess: float


class _Doubles:
    """A `strd.Problem` in doubles, from a start; remembers the sums of squares it was asked for."""

    def __init__(self, problem, start):
        self.problem = problem
        self.rows = [tuple(map(float, row)) for row in problem.rows]
        self.start = np.array([float(v) for v in problem.starts[start]])
        self.sums = []

    def residuals(self, b):
        """An array; its sum of squares is remembered."""
        try:
            found = np.array([r for r in self._each([float(v) for v in b])])
            found = np.where(np.isfinite(found), found, BEYOND)
        except (ArithmeticError, ValueError):
            found = np.full(len(self.rows), BEYOND)
        self.sums.append(float(found @ found))
        return found

    def slopes(self, b):
        """An array of a row a residual; zeros where the curve has no value."""
        try:
            return np.array([r.slopes for r in self._each(variables([float(v) for v in b]))])
        except (ArithmeticError, ValueError):
            return np.zeros((len(self.rows), len(b)))

    def _each(self, b):
        return (self.problem.formula(b, *x) - y for y, *x in self.rows)

    def reference(self):
        """The `Reference` of what was asked for so far."""
        certified = float(self.problem.squares)
        excess = [s / certified - 1 for s in self.sums]
        near = next((i for i, e in enumerate(excess) if e <= SOLVED), None)
        return Reference(near, len(self.sums), min(excess))


def minpack(problem, start):
    """SciPy's `least_squares`, method "lm", with its defaults and exact slopes."""
    from scipy.optimize import least_squares

    doubles = _Doubles(problem, start)
    with np.errstate(all="ignore"):
        least_squares(doubles.residuals, doubles.start, jac=doubles.slopes, method="lm")
    return doubles.reference()


def bfgs(problem, start):
    """SciPy's BFGS on the sum of squares, each parameter in units of its start and the sum in units
    of that there, which serves it best; the tolerance far below what solving takes."""
    from scipy.optimize import minimize

    doubles = _Doubles(problem, start)
    unit = np.abs(doubles.start)
    scale = sum(r * r for r in doubles.residuals(doubles.start))
    doubles.sums.clear()

    def cost(u):
        r = doubles.residuals(u * unit)
        return r @ r / scale, 2 * doubles.slopes(u * unit).T @ r * unit / scale

    with np.errstate(all="ignore"):
        minimize(cost, doubles.start / unit, jac=True, method="BFGS", options={"gtol": 1e-10})
    return doubles.reference()
