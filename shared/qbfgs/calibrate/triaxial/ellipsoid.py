"""Readings on an ellipsoid: the objective that Compass and Accelerometer minimise.

A field of one length, seen from all sides by a sensor with offset and distortion, gives readings m
on an ellipsoid.  Sought are a symmetric A of trace 3 and an offset b so that |A (m - b)| is the
same for all: the distances that a calibrated sensor would be off, not those of an algebraic fit.
A rotation of A is left out: no length tells it.
"""

from ...words.sums import RowSums, Sum

UNIT = 8192  # the field, about, in scaled readings; and the grid: A counts 1 / UNIT
FAR = 3 * UNIT  # |m| of a scaled reading at most: squares of what A makes of it are words
WHOLE = 256  # the weight of a reading that is believed
_FINE = 4  # a residual counts 2^-4 of a unit
_SLOPE = 12  # a slope counts 2^-12


class Ellipsoid:
    """cost = sum of weight (|A m - g| - r)^2 + stiffness |A - 1|^2; b is the solution of A b = g.

    X = UNIT (a11, a22, a12, a13, a23), then g and r in scaled units; A = 1 + a, a33 = -a11 - a22.
    points: 3 ints a reading, the field about UNIT, |m| <= FAR.  weights: an int of 0 .. WHOLE for
    each.  stiffness: an int; sum is over a11^2 + a11 a22 + a22^2 + a12^2 + a13^2 + a23^2, in X.
    Without it readings that leave A open would have no minimum.

    A residual is within 1/8 of a unit; gradient and Hessian (Gauss and Newton's) are those of the
    curve at these residuals, with slopes within 2^-11.  A pass takes no heap but for its sums while
    |A m - g| < 4 UNIT.
    """

    n = 9
    qp = UNIT
    cost_scale = WHOLE << 2 * _FINE

    def __init__(self, points, weights, stiffness):
        self.points = points
        self.weights = weights
        self.stiffness = stiffness
        self._j = [0] * 9
        self._squares = Sum()
        self._sums = None  # of gradient and Hessian, made when they are asked for

    def start(self):
        """A sphere about the origin."""
        return [0] * 8 + [UNIT]

    def residual(self, X, k):
        """How much reading k is too long, counting 2^-4; leaves A m - g, cut, in u, v, w."""
        a, b, d, e, f = X[0], X[1], X[2], X[3], X[4]
        k *= 3
        x = self.points[k]
        y = self.points[k + 1]
        z = self.points[k + 2]
        u = (a * x + d * y + e * z >> 9) + (x - X[5] << _FINE)
        v = (d * x + b * y + f * z >> 9) + (y - X[6] << _FINE)
        w = (e * x + f * y - (a + b) * z >> 9) + (z - X[7] << _FINE)
        x = u & 15
        y = v & 15
        z = w & 15
        self.u = u = u >> _FINE
        self.v = v = v >> _FINE
        self.w = w = w >> _FINE
        square = u * u + v * v + w * w or 1
        root = (square // UNIT) + UNIT >> 1  # Newton's: from above it falls to the root
        while True:
            lower = (square // root) + root >> 1
            if lower >= root:
                break
            root = lower
        self.root = root
        # what the cut parts and the remainder of the root add: half of it over the root
        rest = (square - root * root << 3) + u * x + v * y + w * z
        return (root - X[8] << _FINE) + rest // root

    def cost(self, X):
        """The cost at X, an int; real cost = cost / cost_scale, in squares of scaled units."""
        squares = self._squares
        squares.clear()
        weights = self.weights
        for k in range(len(weights)):
            if weights[k]:
                r = self.residual(X, k)
                squares.add_product(weights[k] * r, r)
        a, b, d, e, f = X[0], X[1], X[2], X[3], X[4]
        return squares.value() + self.stiffness * (a * a + a * b + b * b + d * d + e * e + f * f)

    def gradient(self, X):
        """The change of the cost per grid step: 9 ints."""
        sums = RowSums(9)
        weights = self.weights
        for k in range(len(weights)):
            if weights[k]:
                r = self.residual(X, k)
                self._lean(k)
                sums.add(weights[k] * r, self._j, 9, 0)
                sums.end_row()
        # a slope in units is _j / 2^12, a residual counts 2^-4: so the cost's is 2 2^4 / 2^12
        g = [sums.value(k) >> _SLOPE - _FINE - 1 for k in range(9)]
        a, b = X[0], X[1]
        g[0] += self.stiffness * (2 * a + b)
        g[1] += self.stiffness * (a + 2 * b)
        for k in (2, 3, 4):
            g[k] += 2 * self.stiffness * X[k]
        return g

    def hessian(self, X):
        """Gauss and Newton's 2 J'WJ and the stiffness: 45 ints, the lower triangle row by row."""
        sums = RowSums(45)
        weights = self.weights
        j = self._j
        for k in range(len(weights)):
            if weights[k]:
                self.residual(X, k)
                self._lean(k)
                start = 0
                for i in range(9):
                    sums.add(weights[k] * j[i], j, i + 1, start)
                    start += i + 1
                sums.end_row()
        h = [sums.value(k) >> 2 * (_SLOPE - _FINE) - 1 for k in range(45)]
        h[1] += self.stiffness
        for k in (0, 2, 5, 9, 14):
            h[k] += 2 * self.stiffness
        return h

    def _lean(self, k):
        """The slopes of the residual of reading k, for which `residual` was asked last."""
        root = self.root
        u = (self.u << 13) // root
        v = (self.v << 13) // root
        w = (self.w << 13) // root
        k *= 3
        x = self.points[k]
        y = self.points[k + 1]
        z = self.points[k + 2]
        j = self._j
        j[0] = u * x - w * z >> 14
        j[1] = v * y - w * z >> 14
        j[2] = u * y + v * x >> 14
        j[3] = u * z + w * x >> 14
        j[4] = v * z + w * y >> 14
        j[5] = -u >> 1
        j[6] = -v >> 1
        j[7] = -w >> 1
        j[8] = -0x1000
