"""What the vectors of compensation.txt call; runs on MicroPython."""

from qbfgs.search.compensation import Orthogonal


def turned(h, qp):
    """The compensation vector of eq. 35."""
    z = [0] * len(h)
    Orthogonal(len(h)).turn(z, h, qp)
    return z
