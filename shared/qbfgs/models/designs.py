"""Designs: which columns a linear least squares problem has, for a row of inputs and target.

A design has `n`, the columns; BITS, so that the number 1 is 2^BITS in its columns; and
`write(x, y, row)`, which fills in a row of n columns and the target after them, words of at most
2^28.  Inputs must have |x| <= 2^WIDTH.
"""

from ..words.functions import times


class Affine:
    """y = w.x + b: columns x_1 .. x_m, 1. Exact."""

    BITS = WIDTH = 26

    def __init__(self, inputs):
        self.n = inputs + 1

    def write(self, x, y, row):
        """Fills in a row."""
        last = self.n - 1
        for j in range(last):
            row[j] = x[j]
        row[last] = 1 << 26
        row[self.n] = y


class Polynomial:
    """y = c_1 t + c_2 t^2 + .. + c_K t^K + c_0 for one input t within +-1; columns in that order.

    t^k is within (k - 1) 2^-27 of its value; exact up to K = 1.
    """

    BITS = WIDTH = 26

    def __init__(self, degree):
        if degree < 1:
            raise ValueError("the degree must be 1 or more, not %r" % (degree,))
        self.n = degree + 1

    def write(self, x, y, row):
        """Fills in a row."""
        t = x[0]
        size = t if t >= 0 else -t
        power = 1 << 26
        for k in range(self.n - 1):
            power = times(power << 1, size << 1)
            row[k] = power if t >= 0 or k & 1 else -power
        row[self.n - 1] = 1 << 26
        row[self.n] = y


class Sphere:
    """|x - c|^2 = r^2 as 2 c.x + d = |x|^2, d = r^2 - |c|^2: columns 2x, 2y, 2z, 1. Exact.

    An algebraic fit; the target is |x|^2 (y is not used). Three inputs, scaled alike.
    """

    BITS, WIDTH, n = 26, 13, 4

    def write(self, x, y, row):
        """Fills in a row."""
        total = 0
        for j in range(3):
            row[j] = x[j] << 14
            total += x[j] * x[j]
        row[3] = 1 << 26
        row[4] = total

    @staticmethod
    def shape(X, qp):
        """The centre, 3 numerators over qp, and r^2, a numerator over qp^2, in scaled units."""
        return list(X[:3]), X[3] * qp + sum([c * c for c in X[:3]])


class Ellipsoid:
    """x'A x + 2 g.x = 1: columns x^2, y^2, z^2, 2x, 2y, 2z; tilted: then 2xy, 2xz, 2yz. Exact.

    An algebraic fit (y is not used); A is diagonal unless tilted. Three inputs, scaled alike.
    """

    BITS, WIDTH = 26, 13

    def __init__(self, tilted=False):
        self.n = 9 if tilted else 6

    def write(self, x, y, row):
        """Fills in a row."""
        for j in range(3):
            row[j] = x[j] * x[j]
            row[3 + j] = x[j] << 14
        if self.n == 9:
            row[6] = x[0] * x[1] << 1
            row[7] = x[0] * x[2] << 1
            row[8] = x[1] * x[2] << 1
        row[self.n] = 1 << 26

    def shape(self, X):
        """The centre -A^-1 g by Cramer's rule: 3 numerators and their denominator, det A.

        In scaled units; the numerators are wide ints. A determinant of 0 or less is no ellipsoid.
        """
        a, b, c, g, h, k = X[:6]
        d, e, f = X[6:9] if self.n == 9 else (0, 0, 0)
        minors = (
            (b * c - f * f, e * f - c * d, d * f - b * e),
            (e * f - c * d, a * c - e * e, d * e - a * f),
            (d * f - b * e, d * e - a * f, a * b - d * d),
        )
        det = a * minors[0][0] + d * minors[0][1] + e * minors[0][2]
        return [-(p * g + q * h + r * k) for p, q, r in minors], det
