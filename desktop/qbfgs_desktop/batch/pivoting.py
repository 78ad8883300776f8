"""`qbfgs.pivoting` on arrays: the elimination order, stiffest first."""

import numpy as np

from .blocks import Block, axpy, block, put
from .scalars import add, div, exponent, mantissa, mul, pack


def sort(factor):
    """One backward pass of exchanges of adjacent places; H itself stays the same."""
    for k in range(factor.n - 2, -1, -1):
        column = factor.columns[k]
        link = pack(column.m[0], column.e)
        new = add(factor.diagonal[k + 1], mul(mul(link, link), factor.diagonal[k]))
        lanes = np.flatnonzero(new < factor.diagonal[k])
        if len(lanes):
            part = factor.at(lanes)
            _exchange(part, k, link.take(lanes), new.take(lanes))
            factor.put(lanes, part)


def _exchange(factor, k, link, new):
    """Exchanges places k and k + 1; new: what D_k becomes."""
    n = factor.n
    upper = factor.diagonal[k]
    back = div(mul(link, upper), new)
    rest = div(factor.diagonal[k + 1], new)
    # Column k becomes back a + rest b, and column k + 1 becomes a - link b.
    a = factor.columns[k]
    a = Block(a.m[1:], a.e, a.size)
    column = block(n - 1 - k, len(new))
    if k < n - 2:
        b = factor.columns[k + 1]
        column = axpy(column, mantissa(back), exponent(back), a)
        column = axpy(column, mantissa(rest), exponent(rest), b)
        factor.columns[k + 1] = axpy(a, -mantissa(link), exponent(link), b)
    factor.columns[k] = put(column, 0, mantissa(back), exponent(back))
    factor.diagonal[k + 1] = mul(upper, rest)
    factor.diagonal[k] = new
    for j in range(k):
        _swap(factor.columns[j].m, k - j - 1)
    _swap(factor.order, k)


def _swap(rows, k):
    rows[k : k + 2] = rows[k + 1], rows[k].copy()
