"""Temperatures of a thermistor as a table of ints, 16 to each doubling of the resistance."""

from ...words.scalars import bits
from .judged import Judged

_FIT = 4  # bits of the place within a doubling
_REST = 14 - _FIT
_MARGIN = 4  # entries beyond what was read


class TemperatureTable(Judged):
    """`correct(ohms)`: the temperature, in units of 10^-decimals degrees Celsius, in words.

    table: the temperatures at (16 + k) 2^j / 16 ohms, straight between them, within 0.02 degrees of
    the curve for usual thermistors; first: the place of the first, 16 j + k.
    low, high: ohms that it is for, a quarter of a doubling beyond what was read.
    """

    def __init__(self, fit, readings, decimals):
        Judged.__init__(self, fit, decimals)
        self.first = max(0, self._place(min(readings)) - _MARGIN)
        last = self._place(max(readings)) + _MARGIN
        one = 10**decimals
        self.table = []
        for at in range(self.first, last + 2):
            ohms = _ohms(at)
            self.table.append(fit.predict(ohms).scaled(one))
        self.low = -(-(16 + (self.first & 15) << (self.first >> 4)) // 16)
        self.high = (16 + (last & 15) << (last >> 4)) // 16

    def correct(self, ohms: int) -> int:
        """The temperature at so many ohms, in units of 10^-decimals degrees, half up.

        Raises ValueError outside low .. high, where nothing was learnt.
        """
        if not self.low <= ohms <= self.high:
            raise ValueError("%d ohms are not within %d .. %d" % (ohms, self.low, self.high))
        e = bits(ohms) - 1
        scaled = ohms >> e - 14 if e > 14 else ohms << 14 - e
        at = (e << _FIT) + (scaled >> _REST & 15) - self.first
        left = self.table[at]
        rise = (self.table[at + 1] - left) * (scaled & (1 << _REST) - 1)
        return left + (rise + (1 << _REST - 1) >> _REST)

    def _exports(self):
        from .table_exports import header, json, module

        return module, header, json

    @staticmethod
    def _place(ohms):
        e = bits(ohms) - 1
        return (e << _FIT) + ((ohms << 14 - e if e < 14 else ohms >> e - 14) >> _REST & 15)


def _ohms(at):
    """The resistance at a place, a Real."""
    from ...real import Real

    return Real((16 + (at & 15)) << (at >> 4)) / 16
