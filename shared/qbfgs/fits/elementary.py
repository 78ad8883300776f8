"""exp, log, powers and sqrt of m 2^e, in integers of any width; see `angles` for the others.

Each takes ints (m, e) and gives such a pair, which errs by less than 2^-70 of the result (powers:
see there).  Series run in fixed point of 80 binary digits; their arguments are reduced first, by
constants of so many digits that what cancels was there to lose (Muller, "Elementary Functions").
The bounds are derived in docs/real.md.
"""

from ..words.scalars import bits

ONE = 1 << 80
_LN2 = 921350637599661305226344307672478455  # of 2^-120


def length(size):
    """The number of binary digits of an int of 0 or more, of any width."""
    n = 0
    while size >= 1 << 60:
        size >>= 60
        n += 60
    while size >= 0x20000000:
        size >>= 15
        n += 15
    return n + bits(size)


def shifted(m, e):
    """floor(m 2^e)."""
    return m << e if e >= 0 else m >> -e


def exp(m, e):
    """e^x; 0 for x <= -2^31. Raises OverflowError for x >= 2^31."""
    if length(abs(m)) + e > 31:
        if m > 0:
            raise OverflowError("exp of a number of 2^31 or more")
        return 0, 0
    x = shifted(m, e + 120)
    k = x // _LN2
    # e^(x - k ln 2) = (e^r)^32, r below 2^-5.5
    r = x - k * _LN2 >> 45
    t = ONE
    for i in range(10, 0, -1):
        t = ONE + (t * r >> 80) // i
    for _ in range(5):
        t = t * t >> 80
    return t, k - 80


def log(m, e):
    """ln x. Raises ValueError for x <= 0."""
    if m <= 0:
        raise ValueError("log takes numbers above 0 alone")
    n = length(m)
    one = 1 << n
    if m * 3 < one << 1:  # so that y = m / one is in 2/3 .. 4/3
        one >>= 1
    k = e + length(one) - 1
    # ln y = 2 atanh(s), s = (y - 1) / (y + 1), |s| <= 1/5; y - 1 is exact, however small
    difference = m - one
    shift = 84 + n - length(abs(difference))
    s = (difference << shift) // (m + one)
    y = s * arc(shifted(s * s, 80 - 2 * shift))
    if k == 0:
        return y, -shift - 79
    return shifted(y, 41 - shift) + k * _LN2, -120


def arc(q):
    """The sum of q^i / (2 i + 1): atanh(s) / s for q = s^2, atan(s) / s for q = -s^2."""
    t = 0
    for i in range(31, 0, -2):
        t = ONE // i + (t * q >> 80)
    return t


def power(m, e, n, f):
    """x^y for the pairs x > 0 and y: errs by 2^-70 (1 + |y ln x|) of it. Raises as exp and log."""
    m, e = log(m, e)
    return exp(m * n, e + f)


def sqrt(m, e):
    """The root, to be rounded to 60 digits. Raises ValueError for x < 0."""
    if m < 0:
        raise ValueError("sqrt takes no numbers below 0")
    if m == 0:
        return 0, 0
    shift = max(0, 124 - length(m))
    shift += e - shift & 1
    m <<= shift
    root = 1 << (length(m) + 1 >> 1)
    while True:  # Newton's steps fall until the floor of the root is reached
        better = root + m // root >> 1
        if better >= root:
            break
        root = better
    # The last digit says that there is a rest.
    return (root << 1) + (root * root != m), (e - shift >> 1) - 1
