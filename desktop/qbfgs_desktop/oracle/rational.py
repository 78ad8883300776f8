"""Exact numbers: rounding half up, products, and a matrix N / d of integers over one denominator.

Vectors are sequences of ints or Fractions, matrices NumPy object arrays.  With one denominator
the integers of a BFGS run grow only linearly, and no greatest common divisors are needed.
"""

from fractions import Fraction
from math import gcd

import numpy as np


def round_half_up(value):
    """[v] = floor(v + 1/2) (eq. 2) of an int or a Fraction, as an int."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def dot(a, b):
    """a'b, exactly, of two vectors of equal length."""
    return sum((u * v for u, v in zip(a, b, strict=True)), 0)


def sign(value):
    """-1, 0 or 1."""
    return (value > 0) - (value < 0)


def log2_by_lines(value):
    """log2 of a positive int or Fraction where that is an int, and straight lines between.

    Mitchell, "Computer multiplication and division using binary logarithms", 1962; 0.09 too small
    at most.
    """
    value = Fraction(value)
    e = value.numerator.bit_length() - value.denominator.bit_length()
    mantissa = value / Fraction(2) ** e
    if mantissa < 1:
        e, mantissa = e - 1, 2 * mantissa
    return e + mantissa - 1


def vector(values):
    """A NumPy object array of one dimension, so that big integers stay exact."""
    out = np.empty(len(values), dtype=object)
    out[:] = list(values)
    return out


class Matrix:
    """A symmetric n x n matrix of rationals N / d.

    N: NumPy object array (n, n) of ints; d: positive int.  `bits`, where given, bounds the growth:
    `trimmed` rounds to that many significant bits of the largest entry.
    """

    def __init__(self, N, d=1):
        self.N, self.d = N, int(d)

    @classmethod
    def identity(cls, n, scale=1):
        """scale * I for an int or Fraction scale."""
        scale = Fraction(scale)
        N = np.zeros((n, n), dtype=object)
        for i in range(n):
            N[i, i] = scale.numerator
        return cls(N, scale.denominator)

    @classmethod
    def of(cls, rows):
        """From rows of ints or Fractions."""
        rows = [[Fraction(v) for v in row] for row in rows]
        d = 1
        for row in rows:
            for v in row:
                d = d * v.denominator // gcd(d, v.denominator)
        N = np.array([[int(v * d) for v in row] for row in rows], dtype=object)
        return cls(N, d)

    @property
    def n(self):
        return len(self.N)

    def rows(self):
        """The entries as lists of Fractions."""
        return [[Fraction(v, self.d) for v in row] for row in self.N]

    def apply(self, v):
        """M v as a list of Fractions, for a vector of ints."""
        return [Fraction(int(a), self.d) for a in self.N.dot(vector(v))]

    def form(self, u, v):
        """u'M v as a Fraction, for vectors of ints."""
        return Fraction(int(vector(u).dot(self.N.dot(vector(v)))), self.d)

    def scaled(self, factor):
        """factor * M."""
        factor = Fraction(factor)
        return Matrix(self.N * factor.numerator, self.d * factor.denominator).reduced()

    def plus_outer(self, c, v):
        """M + c v v' for a rational c and a vector of ints."""
        c, v = Fraction(c), vector(v)
        N = self.N * c.denominator + np.outer(v, v) * (c.numerator * self.d)
        return Matrix(N, self.d * c.denominator).reduced()

    def permuted(self, order):
        """The matrix with rows and columns taken in that order (a list of indices)."""
        return Matrix(self.N[np.ix_(order, order)], self.d)

    def reduced(self):
        """The same matrix with the common factor of N and d removed."""
        common = self.d
        for v in self.N.flat:
            common = gcd(common, v)
            if common == 1:
                return self
        return Matrix(self.N // common, self.d // common)

    def trimmed(self, bits):
        """Rounded to `bits` significant bits of the largest entry; the matrix itself for None."""
        if bits is None:
            return self
        size = max(abs(v) for v in self.N.flat).bit_length()
        # Value = N / d: keep the integers at `bits` bits, the denominator a power of two.
        shift = bits - size + self.d.bit_length()
        if self.d.bit_length() + size <= 2 * bits:
            return self
        up, down = (shift, 0) if shift >= 0 else (0, -shift)
        half, d = self.d << down, 2 * self.d << down
        N = np.array([[((2 * v << up) + half) // d for v in row] for row in self.N], dtype=object)
        return Matrix(N << down, 1) if down else Matrix(N, 1 << up)
