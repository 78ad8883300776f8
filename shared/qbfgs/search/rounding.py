"""Rounding to the lattice in the metric of the model.

Rounding each coordinate by itself throws away what H knows of how they hang together.  Here one
coordinate is rounded, and those that follow in the elimination order are corrected by its error,
which is compensation of the quantization error where it arises (successive cancellation, Babai's
nearest plane).
"""

from ..words.blocks import SHORT, words
from ..words.compat import const
from ..words.scalars import bits

FINE = const(10)  # targets are integers of 2^-10 grid steps
_HALF = const(512)


class MetricRounding:
    """Rounds targets with a Factor; allocates only when made."""

    def __init__(self, factor):
        self.factor = factor
        self._due = words(factor.n)  # corrections of what follows; all 0 after each call
        # Corrections are errors of 9 bits times links of 14 bits; links so large that n of them
        # could leave the word (2^17 for n = 2) are taken as the largest that cannot.
        self._most = 5 - bits(factor.n - 1)

    def round(self, d: list, target: list):
        """d = the lattice step near the target, a block with exponent -FINE, below 2^19 steps."""
        self.round_multiple(d, target, target, 0)

    def round_multiple(self, d: list, target: list, x: list, a: int):
        """The same for the target -a x, which it sets as `blocks.stretch` does, but for the size.

        a is a positive scalar, or 0 for a target that is there.
        """
        factor = self.factor
        n = factor.n
        order = factor.order
        columns = factor.columns
        due = self._due
        m = 1
        cut = 0
        shift = 0
        if a:
            size = x[-1]
            if size > SHORT:
                cut = size - SHORT
            m = -(a & 0x3FFF | 0x4000)  # a's mantissa; its exponent is that field less 2^14
            shift = 0x400E - FINE - x[n] - cut - (a >> 14)
            if shift < 0:
                # Where the range of scalars was left, what could leave the word is taken smaller.
                m <<= min(-shift, 15 + cut - size)
                shift = 0
            elif shift > 29:  # everything is below half a unit
                m = shift = 0
        half = (1 << shift) >> 1
        for k in range(n):
            i = order[k]
            t = (x[i] >> cut) * m + half >> shift
            target[i] = t
            t += due[k]
            due[k] = 0
            rounded = (t + _HALF) >> FINE
            d[i] = rounded
            column = columns[k]
            size = column[-1]
            error = (rounded << FINE) - t
            if error and size:
                size = size - 14 if size > 14 else 0
                e = column[n] + size
                if e > self._most:
                    e = self._most
                if e > 0:
                    for i in range(k + 1, n):
                        due[i] += error * (column[i] >> size) << e
                else:
                    e = -e if e > -30 else 30
                    for i in range(k + 1, n):
                        due[i] += error * (column[i] >> size) >> e
