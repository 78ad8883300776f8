"""Rounding to the lattice in the metric of the model.

Rounding each coordinate by itself throws away what H knows of how they hang together.  Here one
coordinate is rounded, and those that follow in the elimination order are corrected by its error,
which is compensation of the quantization error where it arises (successive cancellation, Babai's
nearest plane).
"""

from .blocks import words
from .compat import const
from .scalars import bits

FINE = const(10)  # targets are integers of 2^-10 grid steps
_HALF = const(512)


class MetricRounding:
    """Rounds targets with a Factor; allocates only when made."""

    def __init__(self, factor):
        self.factor = factor
        self.left = words(factor.n)

    def round(self, d: list, target: list):
        """d = the lattice step near the target, a block with exponent -FINE, below 2^19 steps."""
        factor = self.factor
        n = factor.n
        order = factor.order
        columns = factor.columns
        left = self.left
        # Corrections are errors of 9 bits times links of 14 bits; links so large that n of them
        # could leave the word (2^17 for n = 2) are taken as the largest that cannot.
        most = 5 - bits(n - 1)
        for k in range(n):
            left[k] = target[order[k]]
        for k in range(n):
            t = left[k]
            rounded = (t + _HALF) >> FINE
            d[order[k]] = rounded
            column = columns[k]
            error = (rounded << FINE) - t
            if error and column[-1]:
                cut = column[-1] - 14 if column[-1] > 14 else 0
                shift = column[n] + cut
                if shift > most:
                    shift = most
                if shift > 0:
                    for i in range(k + 1, n):
                        left[i] += error * (column[i] >> cut) << shift
                else:
                    shift = -shift if shift > -30 else 30
                    for i in range(k + 1, n):
                        left[i] += error * (column[i] >> cut) >> shift
