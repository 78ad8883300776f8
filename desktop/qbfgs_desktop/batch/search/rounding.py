"""`qbfgs.search.rounding` on arrays: rounding to the lattice in the metric of the model."""

import numpy as np

from ..words.arrays import at_least, at_most
from ..words.scalars import shifted

FINE = 10
_HALF = 512


def metric_round(factor, target):
    """The lattice steps near the targets, (n, lanes) each; targets in 2^-10 grid steps."""
    n, lanes = target.shape
    places = factor.order * lanes + np.arange(lanes)
    left = target.reshape(-1).take(places)
    d = np.empty_like(left)
    most = 5 - (n - 1).bit_length()
    for k in range(n):
        rounded = left[k] + _HALF >> FINE
        d.reshape(-1)[places[k]] = rounded
        if k < n - 1:
            column = factor.columns[k]
            cut = at_least(column.size - 14, 0)
            error = (rounded << FINE) - left[k]
            shift = at_most(column.e + cut, most)
            left[k + 1 :] += shifted(error * (column.m >> cut), shift)
    return d
