"""What the starts of formulas share: rows as columns, and linear least squares of few terms."""

from ..functions import sqrt
from ..linear import backward, factor, forward, inner
from ..numbers import ZERO, number


def columns(rows):
    """(inputs, readings) of rows of two numbers, in the order of the inputs: lists of Reals.

    Raises ValueError for rows of more numbers, and for fewer than two different inputs.
    """
    if len(rows[0]) != 2:
        raise ValueError("this formula takes rows of one input and a reading")
    pairs = [(number(row[0]), number(row[1])) for row in rows]
    pairs.sort(key=_input)
    if pairs[0][0] == pairs[-1][0]:
        raise ValueError("all inputs are the same: give rows of different ones")
    return [p[0] for p in pairs], [p[1] for p in pairs]


def _input(pair):
    return pair[0]


def linear(terms, y):
    """The factors of the terms, lists of Reals as long as y, in least squares; None where the
    terms depend on each other."""
    n, m = len(terms), len(y)
    sizes = [sqrt(inner(t, t, m)) for t in terms]
    if not min(sizes):
        return None
    matrix = [
        [inner(terms[i], terms[j], m) / (sizes[i] * sizes[j]) for j in range(i + 1)]
        for i in range(n)
    ]
    rows = factor(matrix)
    if rows is None:
        return None
    right = [inner(terms[i], y, m) / sizes[i] for i in range(n)]
    found = backward(rows, forward(rows, right))
    return [found[i] / sizes[i] for i in range(n)]


def integral(x, y):
    """The integral of y from the first x to each, by trapezoids."""
    out = [ZERO]
    for k in range(1, len(x)):
        out.append(out[-1] + (y[k] + y[k - 1]) * (x[k] - x[k - 1]) / 2)
    return out


def ones(y):
    """A term that is 1."""
    return [number(1) for _ in y]
