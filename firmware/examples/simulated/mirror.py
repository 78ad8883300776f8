"""A mirror on two servos that is not there: it throws a lamp's spot on a light sensor."""


def light(pan, tilt):
    """The sensor's counts, 0 .. 4095, with the servos at 500 .. 2500 microseconds.

    The axes are not square: each servo moves the spot a little along the other's way."""
    x = (pan - 1730) + (tilt - 1210) // 4
    y = (tilt - 1210) - (pan - 1730) // 3
    return 4095 * 90000 // (90000 + x * x + 2 * y * y)
