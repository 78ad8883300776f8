"""`qbfgs.model.pivoting` on arrays: the elimination order, stiffest first."""

import numpy as np

from ..words.blocks import axpy, block, put
from ..words.scalars import add, bits, div, exponent, mantissa, mul, pack
from .triangle import number, scalar


def sort(factor):
    """One backward pass of exchanges of adjacent places; H itself stays the same."""
    for k in range(factor.n - 2, -1, -1):
        column = factor.columns[k]
        short = column.e + bits(np.abs(column.m[0])) <= 0  # a link of less than 1/2
        lanes = np.flatnonzero(short & (factor.powers[k] >= factor.powers[k + 1]))
        link = pack(column.m[0].take(lanes), column.e.take(lanes))
        upper = scalar(factor.pivots[k].take(lanes), factor.powers[k].take(lanes))
        lower = scalar(factor.pivots[k + 1].take(lanes), factor.powers[k + 1].take(lanes))
        new = add(lower, mul(mul(link, link), upper))
        chosen = np.flatnonzero(new < upper)
        if len(chosen):
            part = factor.at(lanes.take(chosen))
            _exchange(part, k, *(a.take(chosen) for a in (link, upper, lower, new)))
            factor.put(lanes.take(chosen), part)


def _exchange(factor, k, link, upper, lower, new):
    """Exchanges places k and k + 1; new: what D_k becomes."""
    n = factor.n
    back = div(mul(link, upper), new)
    rest = div(lower, new)
    # Column k becomes back a + rest b, and column k + 1 becomes a - link b.
    a = factor.columns[k].rest()
    column = block(n - 2 - k, len(new))
    if k < n - 2:
        b = factor.columns[k + 1]
        column = axpy(column, mantissa(back), exponent(back), a)
        column = axpy(column, mantissa(rest), exponent(rest), b)
        factor.columns[k + 1] = axpy(a, -mantissa(link), exponent(link), b)
    factor.columns[k] = put(column, mantissa(back), exponent(back))
    swapped = np.stack((new, mul(upper, rest)))
    factor.pivots[k : k + 2], factor.powers[k : k + 2] = number(swapped)
    for j in range(k):
        _swap(factor.columns[j].m, k - j - 1)
    _swap(factor.order, k)


def _swap(rows, k):
    rows[k : k + 2] = rows[k + 1], rows[k].copy()
