"""NIST's regressions on grids that a user would choose, and what SciPy makes of them in doubles.

The sums of squares are computed in decimal arithmetic of 50 digits, so an objective is exact but
for its rounding to integers; the curves that boards know are `qbfgs.models.curves`.
"""

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import NamedTuple

from qbfgs import Optimizer
from qbfgs.status import EPOCH_LIMIT
from qbfgs.status import text as status_text

from ...oracle import closest
from ...oracle.rational import round_half_up
from .duals import variables

DIGITS = 50
COST_DIGITS = 36  # costs count 1e-36
WORST = 1 << 4000  # the cost where the curve has no value
FIRST = 1 << 17  # starts are within so many grid steps
EDGE = (1 << 19) - 1  # the last grid integer
COARSER = 16  # times, for a parameter that reached it
MAX_EPOCHS = 2000
SOLVED = 1e-4  # above the certified sum, of it
SETTLED = 1e-6  # the same, above the final sum
_FINER = 1 << 14  # times, the grid that tells where in a cell the minimum is


class Squares:
    """The residual sum of squares of a `strd.Problem` at b_j = X_j / qp[j], in integers.

    Real cost = cost / cost_scale; the Hessian is Gauss-Newton's. A point where the curve has no
    value costs more than any other.
    """

    cost_scale = 10**COST_DIGITS

    def __init__(self, problem, qp):
        self.n = len(qp)
        self.qp = list(qp)
        self._problem = problem
        self._at = self._derivatives = None

    def cost(self, X):
        """The cost at X, an int."""
        with self._context():
            try:
                residuals = self._residuals(self._parameters(X))
                return self._rounded(sum(r * r for r in residuals))
            except ArithmeticError:  # a pole, or beyond the range
                return WORST

    def gradient(self, X):
        """The change of the cost per grid step: n ints."""
        return self._differentiated(X)[0]

    def hessian(self, X):
        """2 J'J, per grid step squared: n (n + 1) / 2 ints, the lower triangle row by row."""
        return self._differentiated(X)[1]

    def _differentiated(self, X):
        if self._at != list(X):
            with self._context():
                rows = self._residuals(variables(self._parameters(X)))
                gradient = [self._slope(rows, j) for j in range(self.n)]
                hessian = [
                    self._rounded(2 * sum(r.slopes[i] * r.slopes[j] for r in rows), i, j)
                    for i in range(self.n)
                    for j in range(i + 1)
                ]
                self._at, self._derivatives = list(X), (gradient, hessian)
        return self._derivatives

    def _slope(self, rows, j):
        return self._rounded(2 * sum(r.value * r.slopes[j] for r in rows), j)

    def _context(self):
        return localcontext(prec=DIGITS, Emax=500)  # whose squares are costs of less than 4096 bits

    def _parameters(self, X):
        return [Decimal(v) / q for v, q in zip(X, self.qp, strict=True)]

    def _residuals(self, b):
        curve = self._problem.formula
        return [curve(b, *x) - y for y, *x in self._problem.rows]

    def _rounded(self, value, *places):
        """A real number as an int on the cost's scale, per grid step of each of the places."""
        for j in places:
            value /= self.qp[j]
        return int((value * self.cost_scale).to_integral_value())


def start_grid(start):
    """A Qp a parameter from the start alone: the largest powers of two that keep it within FIRST
    grid steps; 1 where none does."""
    return [1 << max(0, math.floor(math.log2(FIRST / abs(v)))) for v in map(float, start)]


class Result(NamedTuple):
    """Where a run ended. digits: of the worst parameter that agree with the certified ones, -log10
    of the relative error; excess: the residual sum over the certified one, minus 1; grid: that of
    the best point of the grids until then; near: the epoch when the sum was within SOLVED of the
    larger of these two, certified and grid's, or None; settled: when it was within SETTLED of the
    last; epochs: in all; coarser, finer: how many times a parameter's grid was made so; ended:
    why."""

    digits: float
    excess: float
    grid: float
    near: int | None
    settled: int
    epochs: int
    coarser: int
    finer: int
    ended: str

    @property
    def solved(self):
        """Whether the sum is within SOLVED of the certified one, or of the grid's best."""
        return self.near is not None

    @property
    def certified(self):
        """Whether it is within SOLVED of the certified one."""
        return self.excess <= SOLVED


def run(problem, start, mode, **settings):
    """(coarser only, both ways): two `Result`s from start 0 or 1, with the defaults of a mode.

    Where a go reaches an edge, the grid of the parameters there is made COARSER, and it goes on
    from before that go. The first result is where it then ends by itself. From there the grids
    follow both ways: those of parameters below FIRST steps are made finer, as `finer_grid` has it,
    and it goes on until no grid changes, or one brought no more than SETTLED of the sum: the second
    result. The evaluation that a new grid takes counts as an epoch.
    """
    qp = start_grid(problem.starts[start])
    X = [int((v * q).to_integral_value()) for v, q in zip(problem.starts[start], qp, strict=True)]
    costs, least, ends = [], WORST, []
    coarser = finer = 0
    while True:
        least = min(least, best(problem, qp))
        o = Optimizer(
            Squares(problem, qp), X, mode=mode, max_epochs=MAX_EPOCHS - len(costs), **settings
        )
        costs.append(o.cost)
        left, X = _until_edge(o, costs)
        if left and len(costs) < MAX_EPOCHS:
            grid = [max(1, q // COARSER) if j in left else q for j, q in enumerate(qp)]
            coarser += len(left)
        else:
            X, grid = o.x, finer_grid(qp, o.x)
            ends.append(_result(problem, o, costs, least, coarser, finer))
            if grid == qp or len(costs) >= MAX_EPOCHS or _settled(ends):
                return ends[0], ends[-1]
            finer += sum(g != q for g, q in zip(grid, qp, strict=True))
        X = [round_half_up(Fraction(x * g, q)) for x, g, q in zip(X, grid, qp, strict=True)]
        qp = grid


def finer_grid(qp, X):
    """The grid as it follows X where a run ended: a parameter of less than FIRST steps has Qp times
    the power of two that makes it FIRST to 2 FIRST; one of 0 keeps it."""
    return [
        q << max(0, FIRST.bit_length() - abs(x).bit_length()) if x else q
        for q, x in zip(qp, X, strict=True)
    ]


def _until_edge(o, costs):
    """Steps until the run ends or a parameter is at an edge: (those parameters, X before that)."""
    left, going = [], True
    while going and not left:
        X, before = list(o.x), o.epochs
        going = o.step()
        costs += [o.cost] * (o.epochs - before)
        left = [j for j, x in enumerate(o.x) if abs(x) == EDGE and o.objective.qp[j] > 1]
    return left, X


def _settled(ends):
    """Whether the last grids brought no more than SETTLED of the sum."""
    return len(ends) > 1 and ends[-2].excess - ends[-1].excess <= SETTLED * (1 + ends[-2].excess)


def _result(problem, o, costs, least, coarser, finer):
    digits = min(
        agreeing(Decimal(v) / q, c)
        for v, q, c in zip(o.x, o.objective.qp, problem.certified, strict=True)
    )
    unit = problem.squares * o.objective.cost_scale
    excess = [float(Decimal(c) / unit - 1) for c in costs]
    grid = float(Decimal(least) / unit - 1)
    bound = (1 + SOLVED) * (1 + max(0, grid)) - 1
    near = next((i for i, e in enumerate(excess) if e <= bound), None)
    settled = next(i for i, e in enumerate(excess) if e <= excess[-1] + SETTLED)
    ended = status_text(o.status or EPOCH_LIMIT).split(":")[0]
    return Result(digits, excess[-1], grid, near, settled, len(costs) - 1, coarser, finer, ended)


def best(problem, qp):
    """The cost of the best point of a grid around the certified values; WORST where that is beyond
    the edge.

    The point is the proven optimum of the lattice for the cost's quadratic model there.
    """
    fine = Squares(problem, [q * _FINER for q in qp])
    X = [int((v * q).to_integral_value()) for v, q in zip(problem.certified, fine.qp, strict=True)]
    triangle = iter(fine.hessian(X))
    A = [[0] * len(qp) for _ in qp]
    for i in range(len(qp)):
        for j in range(i + 1):
            A[i][j] = A[j][i] = next(triangle) * _FINER**2
    b = [sum(a * x for a, x in zip(row, X, strict=True)) // _FINER for row in A]
    found = closest.optimum(A, b)
    return Squares(problem, qp).cost(found) if max(map(abs, found)) <= EDGE else WORST


def agreeing(value, certified):
    """-log10 of the relative error: the number of digits that agree; 11 is all certified."""
    error = abs(value - certified) / abs(certified)
    return 11.0 if error == 0 else min(11.0, -math.log10(error))
