"""A straight line as integers, and what to think of it."""

from ...words.functions import signed_times
from ...words.scalars import bits
from .judged import Judged


class Scale(Judged):
    """y = slope x + offset; `correct(x)` gives y in units of 10^-decimals, in words.

    slope, offset: Reals.
    middle, up, gain, constant, drop: ints, y = times(x - middle << up, gain) + constant >> drop,
    where times is `qbfgs.words.functions.signed_times`.  reach: for readings within so many of the
    middle `correct` takes no heap; beyond, the same formula in wider ints.
    Raises ValueError for more decimals than a word holds.
    """

    def __init__(self, fit, readings, decimals):
        Judged.__init__(self, fit, decimals)
        self.slope, self.offset = fit.parameters
        low, high = min(readings), max(readings)
        self.middle = low + high >> 1
        self.reach = high - low  # twice what was seen, from the middle
        self.up = 29 - bits(self.reach)
        one = 10**decimals
        rise = abs(self.slope.scaled(one * self.reach)) + 1
        level = self.slope * self.middle + self.offset
        most = rise + abs(level.scaled(one)) + 1
        if most >= 1 << 28:
            raise ValueError("%d decimals are too many for these values: ask for fewer" % decimals)
        self.drop = 28 - bits(most)
        while True:
            self.gain = self.slope.scaled(one << 28 + self.drop - self.up)
            if -(1 << 28) <= self.gain <= 1 << 28:
                break
            self.drop -= 1
        self.constant = level.scaled(one << self.drop) + (1 << self.drop >> 1)

    def correct(self, x: int) -> int:
        """What a raw reading stands for, in units of 10^-decimals, half up."""
        return signed_times(x - self.middle << self.up, self.gain) + self.constant >> self.drop

    def tare(self, x):
        """Makes a raw reading the zero."""
        self.constant -= signed_times(x - self.middle << self.up, self.gain) + self.constant
        self.constant += 1 << self.drop >> 1

    def _exports(self):
        from .scale_exports import header, json, module

        return module, header, json
