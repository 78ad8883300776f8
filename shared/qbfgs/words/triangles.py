"""Lower triangles of symmetric matrices, and gradients, cut to words in scaled coordinates.

Like `wide` it takes ints of any width; with answers inside a word nothing is allocated.  A scale k
of a coordinate x says that it is counted as 2^k x: entry (i, j) of a matrix then is 2^-(k_i + k_j)
of what it was, and of a gradient 2^-k_i.
"""

from .blocks import measure
from .compat import const
from .scalars import bits

_MOST = const(0xFFFFFFF)
_FARTHER = const(3)


def _length(v):
    """The number of binary digits of v >= 0, of any width."""
    e = 0
    while v >= 0x20000000:
        v >>= 15
        e += 15
    return bits(v) + e


def grow(values, n, old, reach, scales):
    """scales = the old ones, or what makes the diagonal of the triangle 1/16 to 1/4, if more; True
    where any is more.

    A step of 2^reach is at least 1/8 of the longest of such steps, scaled.
    """
    top = 0
    k = -1
    for i in range(n):
        k += i + 1
        v = values[k]
        scale = (_length(v) + 3) >> 1 if v > 0 else 0
        if scale < old[i]:
            scale = old[i]
        scales[i] = scale
        if scale + reach[i] > top:
            top = scale + reach[i]
    top -= _FARTHER
    more = False
    for i in range(n):
        if scales[i] < top - reach[i]:
            scales[i] = top - reach[i]
        if scales[i] > old[i]:
            more = True
    return more


def cut(values, n, scales, high, low):
    """high, low: the scaled triangle, rows of words: high / 2^28 + low / 2^42, 0 <= low < 2^14.

    What is 1 or more in magnitude becomes the largest number below.
    """
    k = 0
    for i in range(n):
        row = high[i]
        tail = low[i]
        for j in range(i + 1):
            v = values[k]
            k += 1
            shift = scales[i] + scales[j] - 28
            if shift <= 0:
                # scaled by less than 28 bits: nothing is cut, and it must not leave the word
                limit = _MOST >> -shift
                h = limit if v > limit else -limit if v < -limit else v
                row[j] = h << -shift
                tail[j] = 0
                continue
            h = v >> shift
            if h > _MOST or h < -_MOST:
                row[j] = _MOST if h > 0 else -_MOST
                tail[j] = 0
                continue
            row[j] = h
            if shift >= 14:
                tail[j] = (v >> (shift - 14)) & 0x3FFF
            else:
                tail[j] = (v & ((1 << shift) - 1)) << (14 - shift)


def narrow_scaled(values, n, scales, block):
    """Sets the block to the scaled gradient, cut to 27 bits under one exponent."""
    top = -0x4000
    for i in range(n):
        v = values[i]
        if v:
            length = _length(v if v > 0 else -v) - scales[i]
            if length > top:
                top = length
    top -= 27
    for i in range(n):
        v = values[i]
        if v:
            shift = top + scales[i]
            v = v >> shift if shift >= 0 else v << -shift
        block[i] = v
    block[n] = top
    measure(block, n)
