"""What the vectors of armijo.txt call; runs on MicroPython. Costs are ints."""

from qbfgs.search.armijo import curvature, shrink, sufficient
from qbfgs.words.scalars import pack


def goes(change, slope):
    return sufficient(pack(change, 0), pack(slope, 0))


def measured(change, slope):
    return curvature(pack(change, 0), pack(slope, 0))


def shorter(fraction, slope, measured):
    return shrink(pack(fraction, -10), pack(slope, 0), pack(measured, 0))
