"""What residuals are multiplied by, so that they are in units of their standard deviation."""

from .functions import sqrt
from .numbers import ONE, number


def units_of(weights, sigma, count):
    """The factors of the residuals for weights of the squares, or for standard deviations of the
    rows: one number or one a row. One of them is None.

    Raises ValueError.
    """
    if weights is not None and sigma is not None:
        raise ValueError("give weights or sigma, not both: a weight is 1 / sigma^2")
    name = "sigma" if weights is None else "weights"
    given = sigma if weights is None else weights
    if not isinstance(given, (list, tuple)):
        given = [given] * count
    if len(given) != count:
        raise ValueError("there are %d %s for %d rows: one a row" % (len(given), name, count))
    given = [number(v) for v in given]
    if weights is None:
        if min(given) <= 0:
            raise ValueError("sigma must be above 0: it is the standard deviation of a row")
        return [ONE / v for v in given]
    if min(given) < 0:
        raise ValueError("weights must be 0 or more")
    return [sqrt(v) for v in given]
