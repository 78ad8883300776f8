"""The robust fit of an ellipsoid, epoch by epoch: which readings are believed, and how far.

Rounds of least squares, each from where the last ended (iteratively reweighted, after Holland and
Welsch 1977).  First a shape near a sphere, which no disturbed reading can bend; then with
weights that fall with the residual; then all readings within 3.5 deviations count alike, and the
others not at all, until none changes sides.  A deviation is taken from the median.
"""

from ..early_stopping import EarlyStopping
from ..grid.quantizer import round_div
from ..optimizer import Optimizer
from .ellipsoid import FAR, UNIT, WHOLE, Ellipsoid

ROBUST = 20  # of fewer readings none is left out
_ROUNDS = 8
_PATIENCE = 6  # epochs without a gain that end a round
_PRIOR = 12000  # a soft iron of 30 %, as stiffness: see `stiffness`


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
    """A fit of an Ellipsoid to readings; `step` makes an epoch of it.

    readings: a Readings of 6 or more.  centre, size: a scaled reading is (m - centre) UNIT / size.
    objective, optimizer: where it is, the second None at the end.  x, epochs: the best point and the
    epochs of the last round.  deviation: of the residuals, 2^-4 of a unit.
    Raises ValueError where all readings are the same.
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
        self.optimizer = Optimizer(self.objective, self.objective.start(), polls=9)
        self.round = 0
        self._begin()

    def step(self):
        """One epoch, and where a round has ended the weights of the next; False at the end."""
        o = self.optimizer
        if o.step() and (self.round > 1 or not self._stopping.reached()):
            return True
        self.x = list(o.x)
        self.epochs = o.epochs
        return self._next_round()

    def _begin(self):
        self._stopping = EarlyStopping(self.optimizer, _PATIENCE)

    def _next_round(self):
        changed = self._reweigh()
        self.round += 1
        if self.round == _ROUNDS or not changed and self.round > 2:
            self.optimizer = self._stopping = None  # an end needs room for what follows
            return False
        self.optimizer.renew()
        self._begin()
        return True

    def _reweigh(self):
        """Weights after the residuals; True where one changed."""
        objective = self.objective
        X = self.x
        count = len(self.near)
        sizes = [abs(objective.residual(X, k)) for k in range(count)]
        s = median([sizes[k] for k in range(count) if self.near[k]])
        self.deviation = s = max(1, s * 1518 >> 10)  # of the normal distribution 1.4826 times
        objective.stiffness = 1 + s * s // _PRIOR
        changed = False
        for k in range(count):
            weight = self.near[k]
            if count < ROBUST:
                pass
            elif self.round == 0:
                weight = weight * min(s * s, sizes[k] ** 2) // max(1, sizes[k] ** 2)
            elif 2 * sizes[k] > 7 * s:
                weight = 0
            if weight != objective.weights[k]:
                objective.weights[k] = weight
                changed = True
        return changed
