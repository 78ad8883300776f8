"""`qbfgs.search.compensation` on arrays: eq. 23-35, whose products fit in 64 bits."""

import numpy as np


def round_div(a, b):
    """[a / b], half up, for integers b > 0."""
    return (2 * a + b) // (2 * b)


def turn(h, qp):
    """The basic compensation vectors z_t^Q = (z_t)^Q / Qp of eq. 35, rounded to the grid.

    h: (n, lanes) integers below 2^19; qp: up to 2^14. h = 0 gives 0.
    """
    m = np.abs(h).argmax(axis=0)
    lanes = np.arange(h.shape[1])
    largest = h[m, lanes]
    square = np.maximum(largest * largest, 1)
    coefficient = round_div(qp * (h * h).sum(axis=0), square)  # eq. 35's bracket
    z = h.copy()
    z[m, lanes] = round_div((qp - coefficient) * largest, qp)
    return z
