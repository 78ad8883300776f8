"""Scaling of columns: it makes the parameters of a model alike in size, so one grid serves all.

A column's value v becomes a = [(v - shift) factor / 2^drop], half up, which stands for a / 2^bits;
the number of bits is the model's.  Where drop is 0 nothing is rounded.  Values further from the
shift than `most` are taken as that far, so that a stays a short word whatever a sensor says.
"""

from ..grid.quantizer import round_div
from ..words.scalars import bits, div, exponent, mantissa, pack, sqrt
from ..words.sums import Sum
from ..words.wide import difference

WORD = 0x1FFFFFFF


class Scaling:
    """Lists shift, factor, drop and most, an int a column; when made, m columns are left alone."""

    def __init__(self, m):
        self.shift = [0] * m
        self.factor = [1] * m
        self.drop = [0] * m
        self.most = [WORD] * m

    def apply(self, j: int, value: int) -> int:
        """The scaled value of column j."""
        value -= self.shift[j]
        most = self.most[j]
        if value > most:
            value = most
        elif value < -most:
            value = -most
        drop = self.drop[j]
        value *= self.factor[j]
        return value + (1 << drop >> 1) >> drop if drop else value

    def measure(self, source, columns, width, one=None, together=False, centred=True):
        """Chooses the scaling from a source, in one pass, or two where `one` is given.

        columns: the places of the m columns in a row of the source.  Each is shifted to its mean;
        where centred is False none is shifted.
        one None: the factors are powers of two, the largest that keep |a| < 2^width; together: the
        same for all columns.  Else a standard deviation becomes 2^one (within 2^-11; 2^(b - 29)
        for deviations of b > 18 bits), or what keeps |a| < 2^width, if that is less.
        Raises ValueError, naming the place, for a column whose values are all the same or too wide.
        """
        count = self._measure_range(source, columns, centred)
        m = len(columns)
        if together:
            self.most = [max(self.most)] * m
        if one is None:
            for j in range(m):
                power = width - bits(self.most[j])
                self.factor[j] = 1 << max(0, power)
                self.drop[j] = max(0, -power)
            return
        sums = [Sum() for _ in range(m)]
        row = [0] * source.columns
        source.rewind()
        while source.read(row):
            for j in range(m):
                v = row[columns[j]] - self.shift[j]
                sums[j].add_product(v, v)
        for j in range(m):
            deviation = sqrt(div(difference(sums[j].value(), 0), pack(count, 0)))
            ratio = div(pack(1, one), deviation)
            self.factor[j] = mantissa(ratio)
            self.drop[j] = 14 - exponent(ratio)
            self._fit(j, width)

    def _measure_range(self, source, columns, centred):
        """Sets shift and the largest distance from it; returns the number of rows."""
        m = len(columns)
        row = [0] * source.columns
        sums = [Sum() for _ in range(m)]
        low, high = [WORD] * m, [-WORD] * m
        count = 0
        source.rewind()
        while source.read(row):
            for j in range(m):
                v = row[columns[j]]
                sums[j].add(v)
                low[j] = min(low[j], v)
                high[j] = max(high[j], v)
            count += 1
        if count == 0:
            raise ValueError("there are no samples")
        for j in range(m):
            if low[j] == high[j]:
                raise ValueError("column %d is constant: all values are %d" % (columns[j], low[j]))
            self.shift[j] = round_div(sums[j].value(), count) if centred else 0
            self.most[j] = max(high[j] - self.shift[j], self.shift[j] - low[j])
            if self.most[j] >= 0x10000000:
                raise ValueError("column %d spans more than 2^28: pack it coarser" % columns[j])
        return count

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
        self.factor[j], self.drop[j] = factor, drop

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
