"""What a calibration of three axes found, as integers, and what to think of it."""

from ...grid.quantizer import round_div
from ...models.bareiss import solution
from .ellipsoid import UNIT
from .solving import isqrt

_SPARE = 12  # fraction bits of the inverse of A
_PARTS = 10000  # of the field


class Correction:
    """corrected = matrix (m - offset) / 2^shift, of which the field has the length `field`.

    offset: 3 ints, counts.  matrix: 9 ints, row by row, symmetric; it counts 2^-shift.
    constants: 3 ints, added before the shift: the rounding, and what of the offset is no count.
    field: counts.  reach: for readings within so many counts of the offset `correct` takes no heap;
    beyond, the same formula in wider ints.
    In parts of 10000 of the field: residual, the standard deviation of a reading's length; error,
    the standard error of the offset (both None where no reading is to spare).
    strength: the mean length of readings about the offset, counts; without `field` it is that.
    readings: believed ones; rejected: the others.  open: whether they leave the offset open.
    missing: names of the directions without one; sides: of the six, how many have one.
    reasons: sentences, why not to trust it.
    """

    def __init__(self, solving, field=None):
        X = solving.x
        self.rejected = solving.objective.weights.count(0)
        self.readings = len(solving.near) - self.rejected
        self.reasons = []
        rows = (
            (UNIT + X[0], X[2], X[3]),
            (X[2], UNIT + X[1], X[4]),
            (X[3], X[4], UNIT - X[0] - X[1]),
        )
        adjugate, determinant = _inverse(rows)
        if determinant <= 0 or X[8] <= 0:
            raise ValueError("the readings lie on no ellipsoid: is a field seen from all sides?")
        size = solving.size
        # b = A^-1 g, in counts over the determinant
        b = [
            solving.centre[i] * determinant
            + size * sum([adjugate[i][j] * X[5 + j] for j in (0, 1, 2)])
            for i in (0, 1, 2)
        ]
        self.offset = [round_div(v, determinant) for v in b]
        self.strength = round_div(X[8] * size, UNIT)
        self.field = field or self.strength
        # what a row of A is to be multiplied by, as a fraction
        above, below = (1, UNIT) if field is None else (field, X[8] * size)
        self._choose_shift(solving, rows, above, below)
        one = above << self.shift
        self.matrix = [round_div(v * one, below) for row in rows for v in row]
        self.constants = [
            (1 << self.shift >> 1)
            + round_div(
                one * sum([row[j] * (self.offset[j] * determinant - b[j]) for j in (0, 1, 2)]),
                below * determinant,
            )
            for row in rows
        ]
        self.corrected = [0, 0, 0]
        self.open = False
        self.residual = self.error = None
        if self.readings > 9:
            try:
                self.residual, self.error = _errors(solving, X, adjugate, determinant)
            except ValueError:
                self.open = True

    def correct(self, x: int, y: int, z: int):
        """The corrected reading, half up: a list of 3 ints, the same one each time."""
        offset = self.offset
        m = self.matrix
        c = self.constants
        out = self.corrected
        shift = self.shift
        x -= offset[0]
        y -= offset[1]
        z -= offset[2]
        out[0] = m[0] * x + m[1] * y + m[2] * z + c[0] >> shift
        out[1] = m[3] * x + m[4] * y + m[5] * z + c[1] >> shift
        out[2] = m[6] * x + m[7] * y + m[8] * z + c[2] >> shift
        return out

    @property
    def trusted(self):
        """Whether nothing speaks against it."""
        return not self.reasons

    def __str__(self):
        from .texts import of_correction

        return of_correction(self)

    def module(self):
        """The text of a Python module with this `correct`, to be written to a file and imported."""
        from .exports import module

        return module(self)

    def header(self, name):
        """The text of a C header with `NAME_correct`. Raises ValueError for no name in C."""
        from .exports import header

        return header(self, name)

    def json(self):
        """All numbers of it, and the verdict, as the text of a JSON object."""
        from .exports import json

        return json(self)

    def _choose_shift(self, solving, rows, above, below):
        """The finest matrix with which readings twice as far as the farthest one stay in words."""
        farthest = 1
        values = solving.readings.values
        weights = solving.objective.weights
        for k in range(3 * len(weights)):
            if weights[k // 3]:
                farthest = max(farthest, abs(values[k] - self.offset[k % 3]))
        self.reach = 2 * farthest
        widest = max([sum([abs(v) for v in row]) for row in rows]) * above * self.reach
        self.shift = 0
        while widest << self.shift + 1 <= below << 28:
            self.shift += 1


def _inverse(a):
    """The adjugate of a symmetric matrix of 3 rows, and its determinant: ints of any width."""
    (p, s, t), (_, q, u), (_, _, r) = a
    adjugate = (
        (q * r - u * u, t * u - s * r, s * u - t * q),
        (t * u - s * r, p * r - t * t, s * t - p * u),
        (s * u - t * q, s * t - p * u, p * q - s * s),
    )
    return adjugate, p * adjugate[0][0] + s * adjugate[0][1] + t * adjugate[0][2]


def _errors(solving, X, adjugate, determinant):
    """(residual, error) in parts of 10000 of the field; needs more readings than 9.

    The covariance of X is s^2 (J'J)^-1, and b = A^-1 g moves by A^-1 (dg - dA b).
    Raises ValueError where the Hessian is not positive definite.
    """
    objective = solving.objective
    squares = count = 0
    for k in range(len(objective.weights)):
        if objective.weights[k]:
            count += 1
            squares += objective.residual(X, k) ** 2
    h = objective.hessian(X)
    rows = [h[k * (k + 1) // 2 : (k + 1) * (k + 2) // 2] for k in range(9)]
    b = [
        round_div(UNIT * sum([p * v for p, v in zip(row, X[5:8])]), determinant) for row in adjugate
    ]
    variance = below = 0
    for row in adjugate:
        p = [round_div(v << _SPARE + 13, determinant) for v in row]
        slopes = [p[2] * b[2] - p[0] * b[0], p[2] * b[2] - p[1] * b[1]]
        for i, j in ((0, 1), (0, 2), (1, 2)):
            slopes.append(-p[i] * b[j] - p[j] * b[i])
        lever = [round_div(v, UNIT) for v in slopes] + p + [0]
        solved, below = solution(rows + [lever], 9)
        variance += sum([v * w for v, w in zip(solved, lever)])
    # the cost counts cost_scale, the lever 2^_SPARE, and squares 2^-8: in squares of units then
    spare = (count - 9) << 8
    variance = (
        10000
        * 10000
        * squares
        * 2
        * objective.cost_scale
        * variance
        // (spare * below << 2 * _SPARE)
    )
    residual = 10000 * 10000 * squares // spare
    return isqrt(residual) // X[8], isqrt(variance) // X[8]
