"""Exponential, logarithm, sigmoid and reciprocal of fixed-point words.

Formats: an argument z counts 2^-24 (a word then reaches 32, where e^-z is far below the smallest
result); a fraction counts 2^-28, so that 1 is ONE = 2^28.  Errors are given in units of a result's
last place, and hold over the whole range.  No operator leaves -2^30 .. 2^30-1; nothing is
allocated; interrupt-safe.

`exp` splits its argument into k ln 2, two table entries and a rest below 2^-9; `log` is
2 atanh of a quotient below 2^-6 beside one of 16 nodes (Muller, "Elementary Functions", table-based
methods).  Both tables are rounded to nearest.
"""

from .compat import const
from .scalars import bits

ONE = 0x10000000
TOP = 0x1FFFFFFF  # the largest score

_ONE = const(0x10000000)
_LN2 = const(11629080)  # of 2^-24; 0.032 too large, which 131/256 of 2^-28 makes good
_LOW = const(0x3FFF)
# fmt: off
_COARSE = (  # e^-(j/16)
    268435456, 252171774, 236893458, 222540809, 209057743, 196391575, 184492811, 173314957,
    162814334, 152949912, 143683146, 134977824)
_MIDDLE = (  # e^-((2 i + 1)/512)
    267911680, 266867191, 265826774, 264790414, 263758094, 262729799, 261705512, 260685219,
    259668904, 258656551, 257648144, 256643669, 255643111, 254646453, 253653680, 252664778)
_LOG = (  # ln((2 j + 33)/32)
    8260204, 24055081, 38971999, 53103444, 66528014, 79313071, 91516784, 103189730,
    114376159, 125115009, 135440723, 145383913, 154971913, 164229226, 173177903, 181837862)
# fmt: on


def times(a: int, b: int) -> int:
    """a b / 2^28 within 1/2 + 2^-14 of a unit, for 0 <= a < 2^29 and 0 <= b <= 2^28."""
    high = a >> 14
    a &= _LOW
    top = b >> 14
    b &= _LOW
    return high * top + (high * b + a * top + (a * b >> 14) + 0x2000 >> 14)


def signed_times(a: int, b: int) -> int:
    """`times` for |a| < 2^29 and |b| <= 2^28 of either sign; odd in both."""
    if a < 0:
        return -times(-a, b) if b >= 0 else times(-a, -b)
    return times(a, b) if b >= 0 else -times(a, -b)


def quotient(a: int, b: int) -> int:
    """floor(2^28 a / b), exactly, for 0 <= a <= b and 2^28 <= b <= 2^29."""
    high = b >> 14
    low = b & _LOW
    first = a // high
    a = (a - first * high << 14) - first * low
    if a < 0:
        first -= 1
        a += b
    second = a // high
    if (a - second * high << 14) < second * low:
        second -= 1
    return (first << 14) + second


def exp(z: int) -> int:
    """e^-z as a fraction of at most ONE, 0 <= z <= 2^29; error below 3 units."""
    k = z // _LN2
    if k > 28:
        return 0
    r = (z - k * _LN2 << 4) + (k * 131 >> 8)
    rest = (r & 0xFFFFF) - 0x80000
    half = rest >> 5
    power = _ONE - rest + (half * half + 0x40000 >> 19)
    return times(times(power, _COARSE[r >> 24]), _MIDDLE[r >> 20 & 15]) >> k


def log(y: int) -> int:
    """ln y as a fraction, for y in 1 .. 2 as a fraction; error below 3 units."""
    j = (y >> 24) - 16
    if j > 15:
        j = 15
    node = 2 * j + 33 << 23
    middle = y + node + 1 >> 1
    if y >= node:
        u = quotient(y - node, middle)
    else:
        u = -quotient(node - y, middle)
    cut = u >> 9
    return _LOG[j] + u + (cut * cut >> 14) * cut // 0x60000


def log1p_exp(z: int) -> int:
    """ln(1 + e^-z) as a fraction, 0 <= z <= 2^29; error below 5 units.

    The tail of the softplus: ln(1 + e^z) = max(z, 0) + log1p_exp(|z|).
    """
    return log(_ONE + exp(z))


def sigmoid(z: int) -> int:
    """1 / (1 + e^-z) as a fraction, |z| <= 2^29; error below 3 units."""
    e = exp(z if z >= 0 else -z)
    return quotient(_ONE if z >= 0 else e, _ONE + e)


def tanh(z: int) -> int:
    """tanh z as a fraction, |z| <= 2^29; error below 4 units; odd."""
    size = z if z >= 0 else -z
    if size >= 0x10000000:
        return _ONE if z > 0 else -_ONE
    e = exp(size << 1)
    t = quotient(_ONE - e, _ONE + e)
    return t if z >= 0 else -t


def reciprocal(y: int) -> int:
    """2^52 / y: for y in 1 .. 32 counting 2^-24 the fraction 1 / y; error below 1 unit.

    2^24 <= y < 2^29.
    """
    shift = 29 - bits(y)
    return quotient(_ONE, y << shift) >> 4 - shift
