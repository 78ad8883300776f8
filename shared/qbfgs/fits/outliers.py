"""Losses with which outliers count less than by their squares: Huber's and Cauchy's."""

from .functions import log
from .numbers import ONE, Real

HUBER = Real("1.345")  # 95 % of the efficiency of least squares where there are no outliers
CAUCHY = Real("2.385")
NORMAL = Real("1.4826")  # a standard deviation over the median of absolute residuals


def weighed(residual, loss, limit):
    """(rho, weight) of a residual: the weight of its square that has the same slope.

    loss: "huber" or "cauchy"; limit: the residual from which a row counts less. All are Reals.
    """
    square = residual * residual
    bound = limit * limit
    if loss == "cauchy":
        part = square / bound + 1
        return bound * log(part), ONE / part
    if square <= bound:
        return square, ONE
    size = abs(residual)
    return limit * (size + size - limit), limit / size


def limit_of(median, loss):
    """The limit for the median of the sizes of all residuals."""
    return median * NORMAL * (CAUCHY if loss == "cauchy" else HUBER)
