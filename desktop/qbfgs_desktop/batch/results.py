"""What a batch of runs ends with."""

from typing import NamedTuple

import numpy as np


class Results(NamedTuple):
    """B runs in the order of their starts, each field as the attribute of `qbfgs.Optimizer`.

    x: (B, n) grid integers, the best points accepted.  cost: (B,) their costs, int64, or Python
    ints in an object array when one of them does not fit.  epochs, updates, idles, compensations,
    status, checksum: (B,) int64.
    """

    x: np.ndarray
    cost: np.ndarray
    epochs: np.ndarray
    updates: np.ndarray
    idles: np.ndarray
    compensations: np.ndarray
    status: np.ndarray
    checksum: np.ndarray
