"""The elimination order: which coordinate is rounded first.

Stiffest first, by the smallest conditional D_k: with that the successive rounding loses least.
"""

from ..words.blocks import axpy, clear, put
from ..words.scalars import add, bits, div, exponent, mantissa, mul, pack


def sort(factor):
    """One backward pass of exchanges of adjacent places; H itself stays the same.

    With stale places from earlier passes one pass a go is enough.
    """
    for k in range(factor.n - 2, -1, -1):
        _exchange(factor, k)


def _exchange(factor: object, k: int):
    """Exchanges places k and k + 1 if that makes D_k smaller."""
    n = factor.n
    columns = factor.columns
    a = columns[k]
    b = columns[k + 1]
    if factor.powers[k] < factor.powers[k + 1]:
        return
    link = a[k + 1]
    if a[n] + bits(link if link > 0 else -link) > 0:  # 1 or more
        return
    link = pack(link, a[n])
    upper = factor.pivot(k)
    lower = factor.pivot(k + 1)
    new = add(lower, mul(mul(link, link), upper))
    if new >= upper:
        return
    back = div(mul(link, upper), new)
    rest = div(lower, new)
    # Column k becomes back a + rest b, and column k + 1 becomes a - link b.
    column = factor.spare
    clear(column, n)
    if link:
        axpy(column, mantissa(back), exponent(back), a, k + 2, n)
    axpy(column, mantissa(rest), exponent(rest), b, k + 2, n)
    if link:
        put(column, k + 1, mantissa(back), exponent(back), n)
        axpy(a, -mantissa(link), exponent(link), b, k + 2, n)
    if k + 2 == n:
        a[-1] = 0  # the last column is empty
    columns[k] = column
    columns[k + 1] = a
    factor.spare = b
    factor.set_pivot(k, new)
    factor.set_pivot(k + 1, mul(upper, rest))
    for j in range(k):
        column = columns[j]
        column[k], column[k + 1] = column[k + 1], column[k]
    order = factor.order
    order[k], order[k + 1] = order[k + 1], order[k]
