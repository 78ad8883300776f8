"""`qbfgs.scalars` on arrays: the same words, the same roundings.

Where the core's words leave no room, 64 bits do: shifts to either side become one to the left and
one to the right.  A lane that does not need a result may hold anything: then the result means
nothing, but no operator raises or warns.
"""

import numpy as np

HIDDEN = 0x4000
FRACTION = 0x3FFF
BIAS = 0x4000
TOP = 0x7FFF

ONE = BIAS << 14


def bits(m):
    """The number of binary digits of m, 0 <= m < 2^30."""
    m = m.astype(np.uint32)
    for shift in (1, 2, 4, 8, 16):
        m |= m >> shift
    return np.bitwise_count(m).astype(np.int64)


def shifted(m, k):
    """floor(m * 2^k) for |m| < 2^32 and k <= 30 of either sign."""
    return m << 30 >> np.minimum(30 - k, 63)


def compose(m, e, sign):
    """The scalar of the sign with magnitude m * 2^(e - BIAS - 14), m of 15 bits or just 2^15.

    e beyond the range is taken as its end. 0 where the sign is.
    """
    return (m + (np.minimum(np.maximum(e, 1), TOP - 1) - 1 << 14)) * sign


def pack(m, e):
    """The scalar m * 2^e, |m| < 2^30, |e| < 2^15, cut to 15 bits."""
    size = np.abs(m)
    length = bits(size)
    return compose(size << 15 >> length, e + length + (BIAS - 1), np.sign(m))


def mantissa(a):
    """The signed 15-bit integer M of a = M * 2^(exponent(a) - 14); 0 for 0."""
    return (np.abs(a) & FRACTION | HIDDEN) * np.sign(a)


def exponent(a):
    """The exponent that belongs to `mantissa`: the floor of log2 |a|."""
    return (np.abs(a) >> 14) - BIAS


def mul(a, b):
    """a * b."""
    x = np.abs(a)
    y = np.abs(b)
    m = (x & FRACTION | HIDDEN) * (y & FRACTION | HIDDEN)
    carry = m >> 29
    m = (m >> 13 + carry) + 1 >> 1
    return compose(m, (x >> 14) + (y >> 14) + (carry - BIAS), np.sign(a) * np.sign(b))


def div(a, b):
    """a / b, b not 0."""
    x = np.abs(a)
    y = np.abs(b)
    d = y & FRACTION | HIDDEN
    m = (((x & FRACTION | HIDDEN) << 15) + (d >> 1)) // d
    carry = m >> 15
    m = m + carry >> carry
    return compose(m, (x >> 14) - (y >> 14) + (carry + (BIAS - 1)), np.sign(a) * np.sign(b))


def add(a, b):
    """a + b."""
    e_a = np.abs(a) >> 14
    e_b = np.abs(b) >> 14
    swap = e_a < e_b
    large = np.where(swap, b, a)
    small = np.where(swap, a, b)
    e = np.maximum(e_a, e_b)
    shift = e - np.minimum(e_a, e_b)
    total = (mantissa(large) << 14) + (mantissa(small) << 14 >> np.minimum(shift, 30))
    return np.where(shift > 16, large, pack(total, e - (BIAS + 28)))


def scaled(a, k):
    """a * 2^k, |k| < 2^14."""
    size = np.abs(a)
    return compose(size & FRACTION | HIDDEN, (size >> 14) + k, np.sign(a))


def sqrt(a):
    """The square root of a >= 0."""
    e = (a >> 14) - BIAS
    m = (a & FRACTION | HIDDEN) << 14 + (e & 1)
    root = np.full_like(a, HIDDEN)
    bit = HIDDEN >> 1
    while bit:
        root += bit * ((root + bit) ** 2 <= m)
        bit >>= 1
    return compose(root, (e >> 1) + BIAS, np.sign(a))


def fixed(a, e):
    """The integer nearest to a / 2^e, half up; at most 2^29 - 1 in magnitude."""
    shift = exponent(a) - (e + 14)
    m = mantissa(a)
    whole = shifted(m, np.minimum(shift, 14) + 1) + 1 >> 1
    whole = np.where(shift < -16, 0, whole)
    return np.where(shift > 14, 0x1FFFFFFF * np.sign(a), whole)
