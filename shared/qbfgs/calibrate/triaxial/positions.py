"""Readings of a sensor at rest: one position is the mean of all that were read in it."""

from ...grid.quantizer import round_div
from .readings import Readings, check

_MOST = 0xFFF  # readings of a position


class Positions(Readings):
    """At most `most` positions, and further ones are not taken.

    A reading less than `still` counts from the mean of a position, in all axes, is one of it; one
    that is farther, but not by `spacing`, was on the way, and is left out.
    """

    def __init__(self, most, still, spacing):
        self.still = still
        self.apart = spacing
        Readings.__init__(self, most)

    def clear(self):
        """Forgets all."""
        Readings.clear(self)
        self.spacing = self.apart
        self.sums = [0] * (3 * self.most)
        self.counts = [0] * self.most

    def add(self, reading):
        """Takes a reading, three ints; True where it begins a position, False for all others.

        Raises TypeError, ValueError for what is no reading.
        """
        check(reading)
        x, y, z = reading
        values = self.values
        still = self.still
        for k in range(self.count):
            at = 3 * k
            if (
                -still < values[at] - x < still
                and -still < values[at + 1] - y < still
                and -still < values[at + 2] - z < still
            ):
                self._average(k, reading)
                return False
        if self.count == self.most or self._near(x, y, z, self.count):
            return False
        self._keep(x, y, z)
        self._average(self.count - 1, reading)
        return True

    def state(self):
        """What is kept, as a list of ints for `restore`."""
        return (
            [self.most, self.apart, self.still]
            + self.counts[: self.count]
            + self.sums[: 3 * self.count]
        )

    def restore(self, state):
        """Takes up what `state` of one made alike gave. Raises ValueError for anything else."""
        count = (len(state) - 3) // 4
        if len(state) != 4 * count + 3 or state[:3] != [self.most, self.apart, self.still]:
            raise ValueError("the positions that were saved are of another calibrator")
        if count > self.most or (count and min(state[3 : 3 + count]) < 1):
            raise ValueError("the positions that were saved are damaged")
        self.clear()
        self.count = count
        self.counts[:count] = state[3 : 3 + count]
        self.sums[: 3 * count] = state[3 + count :]
        for k in range(3 * count):
            self.values[k] = round_div(self.sums[k], self.counts[k // 3])

    def _average(self, k, reading):
        if self.counts[k] < _MOST:
            self.counts[k] += 1
            for i in range(3):
                self.sums[3 * k + i] += reading[i]
                self.values[3 * k + i] = round_div(self.sums[3 * k + i], self.counts[k])
