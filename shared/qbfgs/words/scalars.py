"""Floating numbers inside one machine word: the scalars of the optimiser.

A scalar is an int: its sign, then the binary exponent plus 2^14 above 14 fraction bits with a
hidden leading one; 0 is 0.  So |a| < 2^29, scalars compare as plain ints, -a is the negative, and
a carry out of rounding moves into the exponent by itself.  Range 2^-16383 .. 2^16383 with 15
significant bits; beyond it the exponent stays at the end: a positive scalar stays positive.

Error of one operation: mul, div, sqrt, pack and add at most 2^-14 of the result, add another 2^-16
of the larger operand.  No operator leaves -2^30 .. 2^30-1; nothing is allocated; interrupt-safe.
"""

from .compat import const

_HIDDEN = const(0x4000)
_FRACTION = const(0x3FFF)
_BIAS = const(0x4000)
_TOP = const(0x7FFF)
_LAST = const(0x401C)  # _BIAS + 28
_BELOW = const(0x3FFE)  # what `pack` adds to an exponent, whose field the leading one raises by 1
_MOST = const(0x7FFD)

ONE = 0x4000 << 14

_LENGTHS = bytes([0, 1, 2, 2] + [3] * 4 + [4] * 8 + [5] * 16 + [6] * 32)


def bits(m: int) -> int:
    """The number of binary digits of m, 0 <= m < 2^30."""
    if m >= 0x1000000:  # most are
        return 24 + _LENGTHS[m >> 24]
    if m >= 0x1000:
        return 12 + _LENGTHS[m >> 12] if m < 0x40000 else 18 + _LENGTHS[m >> 18]
    return _LENGTHS[m] if m < 0x40 else 6 + _LENGTHS[m >> 6]


def pack(m: int, e: int) -> int:
    """The scalar m * 2^e, |m| < 2^30, |e| < 2^15, cut to 15 bits."""
    if m == 0:
        return 0
    size = m if m > 0 else -m
    length = bits(size)
    e += length + _BELOW
    length -= 15
    size = size >> length if length > 0 else size << -length
    if not 0 <= e <= _MOST:
        e = 0 if e < 0 else _MOST
    size += e << 14
    return size if m > 0 else -size


def mantissa(a: int) -> int:
    """The signed 15-bit integer M of a = M * 2^(exponent(a) - 14), a not 0."""
    return (a & _FRACTION) | _HIDDEN if a > 0 else -((-a & _FRACTION) | _HIDDEN)


def exponent(a: int) -> int:
    """The exponent that belongs to `mantissa`, the floor of log2 |a|, a not 0."""
    return ((a if a > 0 else -a) >> 14) - _BIAS


def mul(a: int, b: int) -> int:
    """a * b."""
    if a == 0 or b == 0:
        return 0
    negative = (a ^ b) < 0
    if a < 0:
        a = -a
    if b < 0:
        b = -b
    m = ((a & _FRACTION) | _HIDDEN) * ((b & _FRACTION) | _HIDDEN)
    e = (a >> 14) + (b >> 14) - _BIAS
    if m < 0x20000000:
        m = (m + 0x2000) >> 14
    else:
        m = (m + 0x4000) >> 15
        e += 1
    # The end of `div` too: shared, it would cost every product of an epoch a call.
    if not 0 < e < _TOP:
        e = 1 if e < 1 else _TOP - 1
    m += (e - 1) << 14
    return -m if negative else m


def div(a: int, b: int) -> int:
    """a / b, b not 0 (ZeroDivisionError)."""
    if b == 0:
        raise ZeroDivisionError("scalar divided by zero")
    if a == 0:
        return 0
    negative = (a ^ b) < 0
    if a < 0:
        a = -a
    if b < 0:
        b = -b
    d = (b & _FRACTION) | _HIDDEN
    m = ((((a & _FRACTION) | _HIDDEN) << 15) + (d >> 1)) // d
    e = (a >> 14) - (b >> 14) + _BIAS
    if m >= 0x8000:
        m = (m + 1) >> 1
    else:
        e -= 1
    # As in `mul`.
    if not 0 < e < _TOP:
        e = 1 if e < 1 else _TOP - 1
    m += (e - 1) << 14
    return -m if negative else m


def add(a: int, b: int) -> int:
    """a + b."""
    if b == 0:
        return a
    if a == 0:
        return b
    e = (a if a > 0 else -a) >> 14
    shift = e - ((b if b > 0 else -b) >> 14)
    if shift < 0:
        a, b = b, a
        e -= shift
        shift = -shift
    if shift > 16:
        return a
    m = (mantissa(a) << 14) + ((mantissa(b) << 14) >> shift)
    size = m if m > 0 else -m
    if size < 0x10000000:
        return pack(m, e - _LAST)
    # nothing was lost: as `pack` does it
    if size < 0x20000000:
        size >>= 14
        e -= 1
    else:
        size >>= 15
        if e > _MOST:
            e = _MOST
    size += e << 14
    return size if m > 0 else -size


def scaled(a: int, k: int) -> int:
    """a * 2^k, |k| < 2^14."""
    if a == 0:
        return 0
    size = a if a > 0 else -a
    e = (size >> 14) + k
    if not 0 < e < _TOP:
        e = 1 if e < 1 else _TOP - 1
    size = (size & _FRACTION) + (e << 14)
    return size if a > 0 else -size


def sqrt(a: int) -> int:
    """The square root of a >= 0."""
    if a == 0:
        return 0
    e = (a >> 14) - _BIAS
    m = ((a & _FRACTION) | _HIDDEN) << (14 + (e & 1))
    # 2^28 <= m < 2^30: Newton's steps, from a line that is 6 % off at most, end at the root or one
    # above it.
    root = ((m >> 16) * 0x5555 >> 14) + 0x2AAB
    root = (m // root + root) >> 1
    root = (m // root + root) >> 1
    if root * root > m:
        root -= 1
    return root + (((e >> 1) + (_BIAS - 1)) << 14)


def fixed(a: int, e: int) -> int:
    """The integer nearest to a / 2^e, half up; at most 2^29 - 1 in magnitude."""
    if a == 0:
        return 0
    shift = exponent(a) - 14 - e
    if shift > 14:
        return 0x1FFFFFFF if a > 0 else -0x1FFFFFFF
    m = mantissa(a)
    if shift >= 0:
        return m << shift
    if shift < -16:
        return 0
    return ((m >> (-1 - shift)) + 1) >> 1
