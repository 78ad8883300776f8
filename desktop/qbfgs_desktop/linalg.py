"""Textbook quasi-Newton algebra on exact matrices: the oracle of the core's factored updates.

H is the inverse Hessian in lattice units (grid steps^2 per cost unit) as a `rational.Matrix`;
s, y, d are vectors of n ints: a step, the change of the gradient over it, a trial step.
"""

import numpy as np

from .rational import Matrix, dot, vector


def bfgs_update(H, s, y):
    """H+ = (I - s y'/a) H (I - y s'/a) + s s'/a with a = s'y, so that H+ y = s (secant equation).

    Raises ValueError unless s'y > 0.
    """
    a = int(dot(s, y))
    if a <= 0:
        raise ValueError("BFGS needs s'y > 0")
    s, y = vector(s), vector(y)
    left = -np.outer(s, y)
    for i in range(H.n):
        left[i, i] += a
    N = left.dot(H.N).dot(left.T) + np.outer(s, s) * (a * H.d)
    return Matrix(N, a * a * H.d).reduced()
