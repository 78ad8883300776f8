"""Scaling of columns: it makes the parameters of a model alike in size, so one grid serves all.

A column's value v becomes a = [(v - shift) factor / 2^drop], half up, which stands for a / 2^bits;
the number of bits is the model's.  Where drop is 0 nothing is rounded.  `most` is the largest
distance from the shift that was measured; values up to `reach` away are taken as well, for there a
is a short word still, and those beyond are refused.
"""

from ..grid.quantizer import round_div
from ..words.scalars import bits, div, exponent, mantissa, pack, sqrt
from ..words.sums import MOST_FACTOR, Sum
from ..words.wide import difference, moved_squares

WORD = 0x1FFFFFFF


class Moments:
    """Exact sums and the range of a column's values, as distances from its first."""

    def __init__(self, first):
        self.first = self.low = self.high = first
        self.count = 0
        self._sum = Sum()
        self._squares = Sum()

    def add(self, v, squares):
        """Takes a value; False for one too far from the first. squares: whether to sum them."""
        d = v - self.first
        if d > MOST_FACTOR or d < -MOST_FACTOR:
            return False
        self.low = min(self.low, v)
        self.high = max(self.high, v)
        self.count += 1
        self._sum.add(d)
        if squares:
            self._squares.add_product(d, d)
        return True

    def mean(self):
        """The mean, half up."""
        return self.first + round_div(self._sum.value(), self.count)

    def squares_about(self, shift):
        """The sum of (v - shift)^2, a wide int."""
        squares, total = self._squares.value(), self._sum.value()
        return moved_squares(squares, total, self.count, self.first - shift)


def _too_wide(column):
    return ValueError("column %d spans more than 2^28: use a larger unit" % column)


class Scaling:
    """Lists shift, factor, drop, most and reach, an int a column; when made, m columns are left
    alone."""

    def __init__(self, m):
        self.shift = [0] * m
        self.factor = [1] * m
        self.drop = [0] * m
        self.most = [WORD] * m
        self.reach = [WORD] * m

    def apply(self, j: int, value: int) -> int:
        """The scaled value of column j. Raises ValueError for one out of reach."""
        value -= self.shift[j]
        reach = self.reach[j]
        if value > reach or value < -reach:
            raise ValueError(
                "the value %d of input %d is too far from those that were measured: within %d"
                % (value + self.shift[j], j, reach)
            )
        drop = self.drop[j]
        value *= self.factor[j]
        return value + (1 << drop >> 1) >> drop if drop else value

    def measure(self, source, columns, width, one=None, together=False, shift="mean"):
        """Chooses the scaling from a source, in one pass.

        columns: the places of the m columns in a row of the source.  shift: each is shifted by its
        "mean"; or by "none", where values below 0 are refused; or as a "clock": by its least value
        where that is below 0, or further from 0 than an eighth of what the column spans.
        one None: the factors are powers of two, the largest that keep |a| < 2^width; together: the
        same for all columns.  Else a standard deviation becomes 2^one (within 2^-11; 2^(b - 29)
        for deviations of b > 18 bits), or what keeps |a| < 2^width, if that is less.
        Raises ValueError, naming the place, for a column whose values are all the same or too wide.
        """
        found = self._measure_range(source, columns, shift, one is not None)
        m = len(columns)
        if together:
            self.most = [max(self.most)] * m
        for j in range(m):
            if one is None:
                power = width - bits(self.most[j])
                self.factor[j] = 1 << max(0, power)
                self.drop[j] = max(0, -power)
            else:
                squares = found[j].squares_about(self.shift[j])
                deviation = sqrt(div(difference(squares, 0), pack(found[j].count, 0)))
                ratio = div(pack(1, one), deviation)
                self.factor[j] = mantissa(ratio)
                self.drop[j] = 14 - exponent(ratio)
                self._fit(j, width)
            self._set_reach(j, width)

    def _measure_range(self, source, columns, shift, squares):
        """Sets shift and the largest distance from it; returns the columns' Moments."""
        m = len(columns)
        row = [0] * source.columns
        found = [None] * m
        source.rewind()
        while source.read(row):
            for j in range(m):
                v = row[columns[j]]
                if found[j] is None:
                    found[j] = Moments(v)
                if not found[j].add(v, squares):
                    raise _too_wide(columns[j])
        for j in range(m):
            moments = found[j]
            if moments is None:
                raise ValueError("there are no samples")
            low, high = moments.low, moments.high
            if low == high:
                raise ValueError("column %d is constant: all values are %d" % (columns[j], low))
            self.shift[j] = 0
            if shift == "mean":
                self.shift[j] = moments.mean()
            elif shift == "none" and low < 0:
                text = "column %d has values below 0, such as %d: the model takes 0 and more"
                raise ValueError(text % (columns[j], low))
            elif shift == "clock" and (low < 0 or low > high - low >> 3):
                self.shift[j] = low
            self.most[j] = max(high - self.shift[j], self.shift[j] - low)
            if self.most[j] >= 0x10000000:
                raise _too_wide(columns[j])
        return found

    def _fit(self, j, width):
        """Shortens the factor of column j until products are words and |a| < 2^width."""
        factor, drop, most = self.factor[j], self.drop[j], self.most[j]
        while drop > 0 and (bits(most) + bits(factor) > 29 or drop > 28):
            factor = factor + 1 >> 1
            drop -= 1
        if drop < 0:
            factor <<= -drop
            drop = 0
        half = 1 << drop >> 1
        top = (1 << width) - 1
        reached = most * factor + half >> drop
        if reached > top:
            factor = factor * top // reached
            while most * factor + half >> drop > top:
                factor -= 1
            if factor == 0:  # 1 was too much by a little
                factor, drop = 1, drop + 1
        self.factor[j], self.drop[j] = factor, drop

    def _set_reach(self, j, width):
        """How far from the shift |a| stays within 2^width, and products stay words."""
        drop = self.drop[j]
        limit = 0x1FFFFFFF
        if width + drop < 30:
            limit = (1 << width + drop) - (1 << drop >> 1) - 1
        self.reach[j] = max(self.most[j], limit // self.factor[j])

    def undo(self, weights, intercept, bits):
        """The weights on raw values: m + 1 numerators, the intercept's last, and their denominator.

        weights, intercept: ints of one scale, of sum weights[j] a_j / 2^bits + intercept.  Exact,
        in wide ints; each a_j is taken before its rounding.
        """
        drop = max(self.drop)
        out = [w * f << drop - d for w, f, d in zip(weights, self.factor, self.drop)]
        shifted = sum([w * s for w, s in zip(out, self.shift)])
        out.append((intercept << drop + bits) - shifted)
        return out, 1 << drop + bits

    def undo_target(self, numerators, denominator, bits):
        """The same of what predicts a raw target, from what predicts a / 2^bits of it.

        For a Scaling of one column; the last numerator is the intercept's.
        """
        out = [n << self.drop[0] + bits for n in numerators]
        denominator *= self.factor[0]
        out[-1] += self.shift[0] * denominator
        return out, denominator
