"""Readings of a sensor of three axes, thinned: no two that are kept are near each other."""

from ...words.wide import is_int

FARTHEST = 0xFFFFFF  # of a reading, in counts


class Readings:
    """At most `most` readings, none nearer to another than `spacing` counts in all three axes.

    Once full, the spacing grows by a quarter, again and again, until an eighth is free: a sensor
    that lay still, or was long turned about one axis, gives room back for other directions.
    values: 3 ints a reading, the first 3 count are in use.
    """

    def __init__(self, most):
        self.most = most
        self.clear()

    def clear(self):
        """Forgets all."""
        self.count = 0
        self.spacing = 1
        self.values = [0] * (3 * self.most)

    def add(self, reading):
        """Keeps a reading, three ints, unless one near it is kept: then False.

        Raises TypeError, ValueError for what is no reading.
        """
        check(reading)
        if self._near(reading[0], reading[1], reading[2], self.count):
            return False
        self._keep(reading[0], reading[1], reading[2])
        while self.count == self.most:
            self._thin()
        return True

    def state(self):
        """What is kept, as a list of ints for `restore`."""
        return [self.most, self.spacing] + self.values[: 3 * self.count]

    def restore(self, state):
        """Takes up what `state` of one made alike gave. Raises ValueError for anything else."""
        count = (len(state) - 2) // 3
        if len(state) != 3 * count + 2 or state[0] != self.most or not 0 <= count < self.most:
            raise ValueError("the readings that were saved are of another calibrator")
        self.clear()
        self.spacing = state[1]
        self.count = count
        self.values[: 3 * count] = state[2:]

    def _keep(self, x, y, z):
        k = 3 * self.count
        self.values[k] = x
        self.values[k + 1] = y
        self.values[k + 2] = z
        self.count += 1

    def _near(self, x, y, z, count):
        """Whether one of the first so many readings is nearer than the spacing."""
        values = self.values
        spacing = self.spacing
        for k in range(0, 3 * count, 3):
            if (
                -spacing < values[k] - x < spacing
                and -spacing < values[k + 1] - y < spacing
                and -spacing < values[k + 2] - z < spacing
            ):
                return True
        return False

    def _thin(self):
        before = self.count
        values = self.values
        while self.count > self.most - (self.most >> 3) - 1:
            self.spacing += (self.spacing >> 2) + 1
            before, self.count = self.count, 0
            for k in range(0, 3 * before, 3):
                x = values[k]
                y = values[k + 1]
                z = values[k + 2]
                if not self._near(x, y, z, self.count):
                    self._keep(x, y, z)


def check(reading):
    """Raises TypeError or ValueError unless a reading is three ints of 24 bits and their sign."""
    if len(reading) != 3:
        raise ValueError("a reading is x, y, z, not %r" % (reading,))
    for v in reading:
        if not is_int(v):
            raise TypeError("a reading is three ints, raw counts, not %r" % (reading,))
        if not -FARTHEST <= v <= FARTHEST:
            raise ValueError("a reading must be within +-2^24, not %r" % (reading,))
