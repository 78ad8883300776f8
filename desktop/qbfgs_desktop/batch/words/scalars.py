"""`qbfgs.words.scalars` on arrays: the same words, the same roundings.

Branches of the core become masks, and a shift to either side one to the left and one to the right.
NumPy shifts by as much as is asked: by more than the word has bits, nothing but the sign is left.
A lane that does not need a result may hold anything: then the result means nothing, but no operator
raises or warns.
"""

import numpy as np

from .arrays import WORD, at_least, at_most, negative, select

HIDDEN = 0x4000
FRACTION = 0x3FFF
BIAS = 0x4000
TOP = 0x7FFF

ONE = BIAS << 14


def bits(m):
    """The number of binary digits of m, 0 <= m < 2^30."""
    m = m | m >> 1
    for shift in (2, 4, 8, 16):
        m |= m >> shift
    return np.bitwise_count(m).astype(WORD)


def shifted(m, k):
    """floor(m * 2^k) for k of either sign."""
    up = at_least(k, 0)
    return m << up >> up - k


def leading(m, length):
    """m, |m| < 2^length, cut or brought to 15 bits."""
    return m << 30 - length >> 15


def compose(m, e, sign):
    """The scalar of the sign with magnitude m * 2^(e - BIAS - 14), m of 15 bits or just 2^15.

    e beyond the range is taken as its end. 0 where the sign is.
    """
    return (m + (at_most(at_least(e, 1), TOP - 1) - 1 << 14)) * sign


def pack(m, e):
    """The scalar m * 2^e, |m| < 2^30, |e| < 2^15, cut to 15 bits."""
    size = np.abs(m)
    length = bits(size)
    return compose(leading(size, length), e + length + (BIAS - 1), np.sign(m))


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
    shift = (np.abs(a) >> 14) - (np.abs(b) >> 14)
    large = select(negative(shift), b, a)
    small = a ^ b ^ large
    shift = np.abs(shift)
    total = (mantissa(large) << 14) + (mantissa(small) << 14 >> shift)
    return select(negative(16 - shift), large, pack(total, exponent(large) - 28))


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
        longer = root + bit
        root = select(negative(m - longer * longer), root, longer)
        bit >>= 1
    return compose(root, (e >> 1) + BIAS, np.sign(a))


def fixed(a, e):
    """The integer nearest to a / 2^e, half up; at most 2^29 - 1 in magnitude."""
    shift = exponent(a) - (e + 14)
    whole = shifted(mantissa(a), at_most(shift, 14) + 1) + 1 >> 1
    return select(negative(14 - shift), 0x1FFFFFFF * np.sign(a), whole)
