"""Temperature of a thermistor: 1 / T = 1 / 298.15 + ln(R / r25) / beta, T in kelvin.

Rows are (ohms, degrees Celsius); r25 is the resistance at 25 degrees.
"""

from ..functions import exp, log
from ..numbers import Real
from .guess import columns, linear, ones
from .steinhart_hart import ZERO_CELSIUS

NAMES = ("r25", "beta")
FIXED = ()
ROOM = Real("298.15")


def formula(ohms, r25, beta):
    """Degrees Celsius."""
    return 1 / (1 / ROOM + log(ohms / r25) / beta) - ZERO_CELSIUS


def start(rows):
    """1 / T is linear in ln R."""
    ohms, celsius = columns(rows)
    if ohms[0] <= 0:
        raise ValueError("a resistance must be above 0 ohms, not %s" % ohms[0])
    logs = [log(v) for v in ohms]
    found = linear([ones(logs), logs], [1 / (v + ZERO_CELSIUS) for v in celsius])
    if found is None or not found[1]:
        raise ValueError("the temperatures are all the same: give rows of different ones")
    return [exp((1 / ROOM - found[0]) / found[1]), 1 / found[1]]
