"""Stands in for the driver of a sensor, so that the examples run where there is none.

Made-up readings, the same ones each time: a magnetometer (field 480 counts), an accelerometer
(1 g is 4096 counts) that lies in one position for 8 readings.
"""

_state = [11, 0]
_POSITIONS = ((9, 1, 0), (-9, 0, 1), (1, 9, 0), (0, -9, 1), (0, 1, 9), (1, 0, -9))
_POSITIONS += ((6, 6, 1), (-6, 5, 3), (5, -6, 4), (4, 5, -6), (-5, -4, -6), (1, 6, 6))


def _random(below):
    _state[0] = (_state[0] * 0x5D65 + 0x3039) & 0xFFFFFF
    return (_state[0] >> 8) % below


def _of_length(v, length):
    """v made so long, in parts of 256."""
    square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2] << 16
    root = square
    while root * root > square:
        root = (root + square // root) // 2
    return [(c * length << 16) // root for c in v]


def read_compass():
    """Three ints: a field of 480 counts, bent by iron, about (120, -61, 33), and noise."""
    v = (0, 0, 0)
    while not 40000 < v[0] * v[0] + v[1] * v[1] + v[2] * v[2] < 1000000:
        v = (_random(2001) - 1000, _random(2001) - 1000, _random(2001) - 1000)
    x, y, z = _of_length(v, 480)
    return (
        (x + x // 10 + y // 20 + 128 >> 8) + 120 + _random(9) - 4,
        (y + x // 20 - y // 8 + 128 >> 8) - 61 + _random(9) - 4,
        (z + y // 16 + 128 >> 8) + 33 + _random(9) - 4,
    )


def read_accelerometer():
    """Three ints: gravity, 4096 counts, in one position after the other; offsets, and noise."""
    x, y, z = _of_length(_POSITIONS[_state[1] // 8 % 12], 4096)
    _state[1] += 1
    return (
        (x + x // 50 + 128 >> 8) + 70 + _random(33) - 16,
        (y - y // 40 + 128 >> 8) - 130 + _random(33) - 16,
        (z + x // 100 + 128 >> 8) + 25 + _random(33) - 16,
    )
