"""y = offset + amplitude sin(2 pi frequency (t - origin) + phase), phase in radians."""

from ..functions import atan, cos, sin, sqrt
from ..numbers import ZERO, Real
from .guess import columns, linear, ones

NAMES = ("offset", "amplitude", "frequency", "phase", "origin")
FIXED = ("origin",)
TURN = Real("6.28318530717958647692528676655900577")
FINER = 4  # frequencies a turn in all of the time
UNIT = 1 << 20  # of the whole numbers that look for the frequency


def formula(t, offset, amplitude, frequency, phase, origin):
    """The reading at time t."""
    return offset + amplitude * sin(TURN * frequency * (t - origin) + phase)


def start(rows):
    """The frequency with the largest sum of a periodogram, from half a turn in all to half a turn
    from row to row; then the rest is linear."""
    t, y = columns(rows)
    step = 1 / ((t[-1] - t[0]) * FINER)
    frequency = step * _strongest([TURN * step * (v - t[0]) for v in t], y)
    angles = [TURN * frequency * (v - t[0]) for v in t]
    found = linear([ones(t), [sin(a) for a in angles], [cos(a) for a in angles]], y)
    if found is None:
        found = [ZERO, y[0], ZERO]
    offset, a, b = found
    amplitude = sqrt(a * a + b * b)
    if not amplitude:
        return [offset, Real(1), frequency, ZERO, t[0]]
    phase = 2 * atan(b / (amplitude + a)) if amplitude + a else TURN / 2
    return [offset, amplitude, frequency, phase, t[0]]


def _strongest(angles, y):
    """The multiple of the angles that y follows most, in ints: each is turned on by its own."""
    m = len(y)
    mean = ZERO
    for v in y:
        mean = mean + v
    mean = mean / m
    top = max([abs(v - mean) for v in y])
    if not top:
        return FINER
    heights = [((v - mean) / top).scaled(UNIT) for v in y]
    turns = [(cos(a).scaled(UNIT), sin(a).scaled(UNIT)) for a in angles]
    now = list(turns)
    best, place = -1, FINER
    for k in range(2, FINER // 2 * m + 1):
        along = across = 0
        for i in range(m):
            a, b = now[i]
            c, s = turns[i]
            a, b = (a * c - b * s) // UNIT, (a * s + b * c) // UNIT
            now[i] = (a, b)
            along += heights[i] * a
            across += heights[i] * b
        power = along * along + across * across
        if power > best:
            best, place = power, k
    return place
