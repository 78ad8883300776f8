"""exp, log, powers, sqrt, sin, cos, atan and tanh of m 2^e, in integers of any width.

Each takes ints (m, e) and gives such a pair, which errs by less than 2^-70 of the result (powers:
see there).  Series run in fixed point of 80 binary digits; their arguments are reduced first, by
constants of so many digits that what cancels was there to lose (Muller, "Elementary Functions").
The bounds are derived in docs/real.md.
"""

from ..words.scalars import bits

_ONE = 1 << 80
_LN2 = 921350637599661305226344307672478455  # of 2^-120
_HALF_PI = 9860048348863269281198066682114134445731725432595044866280  # of 2^-192
_ATAN = (  # atan(j/4) of 2^-120
    0,
    325632497398189711498558351024711814,
    616293382062609834977843564869721415,
    855359689126668509457751099092336045,
    1043973226625944089706719114415889437,
)


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
    t = _ONE
    for i in range(10, 0, -1):
        t = _ONE + (t * r >> 80) // i
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
    y = s * _arc(shifted(s * s, 80 - 2 * shift))
    if k == 0:
        return y, -shift - 79
    return shifted(y, 41 - shift) + k * _LN2, -120


def _arc(q):
    """The sum of q^i / (2 i + 1): atanh(s) / s for q = s^2, atan(s) / s for q = -s^2."""
    t = 0
    for i in range(31, 0, -2):
        t = _ONE // i + (t * q >> 80)
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


def _quarter(m, e):
    """(k, r, f): x = k pi/2 + r 2^f, |r 2^f| <= pi/4."""
    if length(abs(m)) + e < 0:
        return 0, m, e
    if length(abs(m)) + e > 59:
        raise ValueError("an angle of 2^59 or more is not known to a radian")
    x = shifted(m, e + 192)
    k = (x + (_HALF_PI >> 1)) // _HALF_PI
    return k, x - k * _HALF_PI, -192


def _even(q, first):
    """1 + q / ((first + 1)(first + 2)) (1 + q / ((first + 3)(first + 4)) (1 + .. )): for q = -r^2
    cos r (first = 0) and sin(r) / r (1), for q = r^2 cosh r and sinh(r) / r."""
    t = _ONE
    for i in range(first + 22, first, -2):
        t = _ONE + (t * q >> 80) // (i * (i - 1))
    return t


def _wave(k, r, f):
    """sin(k pi/2 + r 2^f)."""
    q = -shifted(r * r, 2 * f + 80)
    if k & 1:
        m, f = _even(q, 0), -80
    else:
        m, f = r * _even(q, 1), f - 80
    return -m if k & 2 else m, f


def sin(m, e):
    """sin x. Raises ValueError for |x| >= 2^59."""
    k, r, f = _quarter(m, e)
    return _wave(k, r, f)


def cos(m, e):
    """cos x. Raises ValueError for |x| >= 2^59."""
    k, r, f = _quarter(m, e)
    return _wave(k + 1, r, f)


def atan(m, e):
    """atan x."""
    if m < 0:
        m, e = atan_of_positive(-m, e)
        return -m, e
    return atan_of_positive(m, e)


def atan_of_positive(m, e):
    """atan x for x >= 0."""
    turned = length(m) + e > 0
    if turned:  # pi/2 - atan(1/x)
        e = -e - 100 - length(m)
        m = (1 << 100 + length(m)) // m
    j = shifted(m, e + 3) + 1 >> 1
    if j:  # atan x = atan(j/4) + atan((4 x - j) / (4 + j x))
        x = shifted(m, e + 100)
        m, e = ((4 * x - (j << 100)) << 100) // ((4 << 100) + j * x), -100
    m *= _arc(-shifted(m * m, 2 * e + 80))
    e -= 80
    if j or turned:
        m, e = shifted(m, e + 120) + _ATAN[j], -120
    return ((_HALF_PI >> 72) - m, -120) if turned else (m, e)


def tanh(m, e):
    """tanh x."""
    top = length(abs(m)) + e
    if top < 0:  # sinh x / cosh x below 1/2
        q = shifted(m * m, 2 * e + 80)
        return (m * _even(q, 1) << 20) // _even(q, 0), e - 20
    if top > 6:
        return (1 if m > 0 else -1), 0
    t, f = exp(-2 * abs(m), e)
    t = shifted(t, f + 80)
    t = (_ONE - t << 80) // (_ONE + t)
    return (t if m > 0 else -t), -80
