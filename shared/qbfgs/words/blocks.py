"""Blocks: vectors of integers under one common exponent, the vectors of the optimiser.

A block of n numbers is n + 2 words: the mantissas, then the exponent e at [n] (the i-th number is
block[i] * 2^e) and the size at [-1]: every |mantissa| < 2^size, and a size of 0 means that all
are zero.  Mantissas have at most 29 bits.  `lo` leaves out the
entries before it: a column of a triangle has none there, and their contents mean nothing.
No operator leaves -2^30 .. 2^30-1; nothing is allocated but by `block` and `blocks`.
"""

from .compat import const
from .scalars import bits, exponent, mantissa, pack

SHORT = const(14)


def words(n):
    """n zeros, each of which can hold a word: a list; an array where kernels are viper."""
    return [0] * n


def block(n):
    """A new block of n zeros."""
    return words(n + 2)


def blocks(count, n):
    """A list of `count` blocks of n zeros."""
    made = [None] * count
    for k in range(count):
        made[k] = words(n + 2)
    return made


def clear(y: list, n: int):
    """y = 0."""
    for i in range(n + 2):
        y[i] = 0


def copy(y: list, x: list, n: int):
    """y = x."""
    for i in range(n + 2):
        y[i] = x[i]


def measure(y: list, n: int):
    """Sets the size of y after its mantissas were written one by one."""
    size = 0
    for i in range(n):
        v = y[i]
        size |= v if v >= 0 else -v
    y[-1] = bits(size)


def largest(x: list, n: int) -> int:
    """The largest |mantissa| of x."""
    top = 0
    for i in range(n):
        v = x[i]
        if v < 0:
            v = -v
        if v > top:
            top = v
    return top


def _align(y: list, e: int, lo: int, n: int):
    """Gives y the exponent e; the caller sees to it that the mantissas fit, and sets the size."""
    e = y[n] - e  # what to shift by; a local more would take heap
    y[n] -= e
    if e >= 0:
        for i in range(lo, n):
            y[i] <<= e
    else:
        e = -e
        if e > 30:
            e = 30
        for i in range(lo, n):
            y[i] >>= e


def dot(x: list, y: list, n: int) -> int:
    """The scalar x.y.

    Exact but for the last rounding while the sizes of x and y and the bits of n add up to 30 or
    less; beyond, the longer one is cut first, so that short lattice steps see all of a gradient.
    """
    a = x[-1]
    b = y[-1]
    if a == 0 or b == 0:
        return 0
    room = 30 - bits(n - 1)
    excess = a + b - room
    cut_x = 0
    cut_y = 0
    if excess > 0:
        half = room >> 1
        if a <= half:
            cut_y = excess
        elif b <= half:
            cut_x = excess
        else:
            # Cut factors can be as large as 2^size: one more bit keeps the sum inside the word.
            cut_x = a - half + 1
            cut_y = b - (room - half)
    total = 0
    for i in range(n):
        total += (x[i] >> cut_x) * (y[i] >> cut_y)
    return pack(total, x[n] + cut_x + y[n] + cut_y)


def axpy(y: list, m: int, e: int, x: list, lo: int, n: int):
    """y += m * 2^(e - 14) * x from entry lo on, |m| < 2^15.

    Error: 2^-13 of the product (x is cut to 14 bits), and 2^-19 of the larger of the two.
    """
    cut = x[-1]
    if m == 0 or cut == 0:
        return
    e += x[n]
    top = e + cut - 26
    if cut > SHORT:
        cut -= SHORT
        e += cut
    else:
        cut = 0
    at = y[n]
    size = y[-1]
    if size == 0:
        y[n] = at = top
    else:
        size += at - 27
        if size > top:
            top = size
        # Coarser when the sum would not fit, finer when more than 8 bits would be given away.
        if not top <= at <= top + 8:
            _align(y, top, lo, n)
            at = top
    shift = at - e + 14
    if shift < 0:
        m <<= -shift
        shift = 0
    elif shift > 30:
        shift = 30
    size = 0
    for i in range(lo, n):
        v = y[i] + (m * (x[i] >> cut) >> shift)
        y[i] = v
        size |= v if v >= 0 else -v
    y[-1] = bits(size)


def put(y: list, j: int, m: int, e: int, n: int):
    """Entry j = m * 2^(e - 14), |m| < 2^15, where the entries after j are all that y has yet."""
    e -= 26
    if y[-1] == 0:
        y[n] = e
    elif y[n] < e:
        _align(y, e, j + 1, n)  # the size that y had stays an upper bound
    e = y[n] - e
    m = m << 12 >> (e if e < 30 else 30)
    y[j] = m
    m = bits(m if m >= 0 else -m)
    if m > y[-1]:
        y[-1] = m


def stretch(y: list, x: list, a: int, n: int):
    """y = x * a for a scalar a, at the exponent that y has, half up; it must stay below 2^30.

    x is cut to 14 bits. Sets the size.
    """
    cut = x[-1] - SHORT
    if cut < 0:
        cut = 0
    m = mantissa(a) if a else 0
    shift = y[n] - x[n] - cut - exponent(a) + 14
    if shift < 0:
        # Where the range of scalars was left, what could leave the word is taken smaller.
        m <<= min(-shift, 15 + cut - x[-1])
        shift = 0
    elif shift > 29:  # everything is below half a unit
        m = shift = 0
    half = (1 << shift) >> 1
    for i in range(n):
        y[i] = (x[i] >> cut) * m + half >> shift
    measure(y, n)


def subtract(y: list, a: list, b: list, n: int):
    """y = a - b at the larger exponent of the two. Sets the size."""
    e = max(a[n], b[n])
    cut_a = min(30, e - a[n])
    cut_b = min(30, e - b[n])
    for i in range(n):
        y[i] = (a[i] >> cut_a) - (b[i] >> cut_b)
    y[n] = e
    measure(y, n)
