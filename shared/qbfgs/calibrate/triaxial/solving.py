"""The robust fit of an ellipsoid, pass by pass: which readings are believed, and how far.

Rounds of least squares, each from where the last ended (iteratively reweighted, after Holland and
Welsch 1977).  First a shape near a sphere, which no disturbed reading can bend; then with
weights that fall with the residual; then all readings within 3.5 deviations count alike, and the
others not at all, until none changes sides.  A deviation is taken from the median.

A round is Levenberg's and Marquardt's method, its equations solved exactly, on the grid of the
Ellipsoid.An Optimizer in mode "newton" ends at the same points, and certifies
them; nine parameters of one problem need no such care, and a board of 64 KB has no room for both it
and the readings.
"""

from ...grid.quantizer import round_div
from ...models.bareiss import solution
from .ellipsoid import FAR, UNIT, WHOLE, Ellipsoid

ROBUST = 20  # of fewer readings none is left out
_ROUNDS = 10
_SOFT = 2  # rounds with weights that fall
_PRIOR = 12000  # a soft iron of 30 %, as stiffness: see `_reweigh`
_DAMPING = 8  # damping counts 2^-8 of the diagonal
_MOST = 1 << 16  # no step is sought beyond
_SETTLED = 12  # a gain of 2^-12 of the cost ends a round
_PASSES = 40  # and so many passes do: readings that need more leave the offset open


def isqrt(square):
    """The integer square root of an int of any width."""
    root = 1
    while root * root < square:
        root <<= 1
    while root * root > square:
        root = (square // root) + root >> 1
    return root


def median(values):
    """The upper median of a list, which is sorted."""
    values.sort()
    return values[len(values) >> 1]


class Solving:
    """A fit of an Ellipsoid to readings; `step` makes a pass over them.

    readings: a Readings of 6 or more.  centre, size: a scaled reading is (m - centre) UNIT / size.
    objective: the Ellipsoid; x, cost: the best point so far, and what it costs.  epochs: points
    that were tried; round: of weights.  deviation: of the residuals, 2^-4 of a unit.
    Raises ValueError where most readings are the same.
    """

    def __init__(self, readings):
        self.readings = readings
        count = readings.count
        values = readings.values
        self.centre = [median([values[3 * k + i] for k in range(count)]) for i in range(3)]
        points = [values[k] - self.centre[k % 3] for k in range(3 * count)]
        squares = [sum([points[3 * k + i] ** 2 for i in range(3)]) for k in range(count)]
        self.size = isqrt(median(squares[:]))
        if self.size == 0:
            raise ValueError("most readings are the same: turn the sensor while it is read")
        # Those too far for a word are disturbed: no field is seen at three times its length.
        far = (FAR * self.size) ** 2
        self.near = [WHOLE if square * UNIT * UNIT < far else 0 for square in squares]
        for k in range(3 * count):
            points[k] = round_div(points[k] * UNIT, self.size) if self.near[k // 3] else 0
        self.objective = Ellipsoid(points, self.near[:], WHOLE * WHOLE * count)
        self.x = self.objective.start()
        self.epochs = self.round = 0
        self._begin()

    def step(self):
        """One pass, and where a round has ended the weights of the next; False at the end."""
        self.epochs += 1
        trial = self._trial()
        if trial is not None and trial != self.x and self.epochs < self._end:
            cost = self.objective.cost(trial)
            gain = self.cost - cost
            if gain <= 0:
                self._damping = max(1, 4 * self._damping)
                return True
            self.x = trial
            self.cost = cost
            self._slopes = None
            self._damping >>= 2
            if gain > cost >> _SETTLED:
                return True
        return self._next_round()

    def _begin(self):
        self.cost = self.objective.cost(self.x)
        self._slopes = None
        self._damping = 0
        self._end = self.epochs + _PASSES

    def _trial(self):
        """Where the next step leads; None where no damping makes the equations definite."""
        if self._slopes is None:
            self._slopes = self.objective.gradient(self.x)
            self._hessian = self.objective.hessian(self.x)
        n = len(self.x)
        while self._damping < _MOST:
            rows = [self._hessian[k * (k + 1) // 2 : (k + 1) * (k + 2) // 2] for k in range(n)]
            for k in range(n):
                rows[k][k] += rows[k][k] * self._damping >> _DAMPING
            try:
                numerators, below = solution(rows + [self._slopes], n)
            except ValueError:
                self._damping = max(1, 4 * self._damping)
            else:
                return [v - round_div(d, below) for v, d in zip(self.x, numerators)]
        return None

    def _next_round(self):
        changed = self._reweigh()
        self.round += 1
        if self.round == _ROUNDS or not changed and self.round > _SOFT:
            self._hessian = self._slopes = None  # what follows needs the room
            return False
        self._begin()
        return True

    def _reweigh(self):
        """Weights after the residuals; True where one changed."""
        objective = self.objective
        count = len(self.near)
        sizes = [abs(objective.residual(self.x, k)) for k in range(count)]
        s = median([sizes[k] for k in range(count) if self.near[k]])
        self.deviation = s = max(1, s * 1518 >> 10)  # of the normal distribution 1.4826 times
        objective.stiffness = 1 + s * s // _PRIOR
        changed = False
        for k in range(count):
            weight = self.near[k]
            if count < ROBUST:
                pass
            elif self.round < _SOFT:
                weight = weight * min(s * s, sizes[k] ** 2) // max(1, sizes[k] ** 2)
            elif 2 * sizes[k] > 7 * s:
                weight = 0
            if weight != objective.weights[k]:
                objective.weights[k] = weight
                changed = True
        return changed
