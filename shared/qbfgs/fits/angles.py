"""sin, cos, atan and tanh of m 2^e, in integers of any width: as `elementary`, which see."""

from .elementary import ONE, arc, exp, length, shifted

_HALF_PI = 9860048348863269281198066682114134445731725432595044866280  # of 2^-192
_ATAN = (  # atan(j/4) of 2^-120
    0,
    325632497398189711498558351024711814,
    616293382062609834977843564869721415,
    855359689126668509457751099092336045,
    1043973226625944089706719114415889437,
)


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
    t = ONE
    for i in range(first + 22, first, -2):
        t = ONE + (t * q >> 80) // (i * (i - 1))
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
    m *= arc(-shifted(m * m, 2 * e + 80))
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
    t = (ONE - t << 80) // (ONE + t)
    return (t if m > 0 else -t), -80
