"""Temperature of a thermistor: 1 / T = a + b ln R + c (ln R)^3, T in kelvin (Steinhart, Hart 1968).

Rows are (ohms, degrees Celsius).
"""

from ..functions import log
from ..numbers import number
from .guess import columns, linear, ones

NAMES = ("a", "b", "c")
FIXED = ()
ZERO_CELSIUS = "273.15"


def formula(ohms, a, b, c):
    """Degrees Celsius."""
    length = log(ohms)
    return 1 / (a + length * (b + c * length * length)) - ZERO_CELSIUS


def start(rows):
    """1 / T is linear in a, b and c."""
    ohms, celsius = columns(rows)
    if ohms[0] <= 0:
        raise ValueError("a resistance must be above 0 ohms, not %s" % ohms[0])
    logs = [log(v) for v in ohms]
    found = linear(
        [ones(logs), logs, [v * v * v for v in logs]],
        [1 / (number(v) + ZERO_CELSIUS) for v in celsius],
    )
    if found is None:
        raise ValueError("give at least three different resistances")
    return found
