"""What the calibrators of one quantity share: pairs of a raw reading and what it stands for."""

from ...words.wide import is_int

WORD = 1 << 28


class Pairs:
    """Rows (x, y): x a raw reading, an int; y what a reference says, an int or decimal text.

    most: rows kept; further ones are not taken.
    """

    def __init__(self, most=64):
        self.most = most
        self.rows = []

    def add(self, reading):
        """Takes a pair (x, y); False where it is kept already, or there is no more room.

        Raises TypeError, ValueError for what is no such pair.
        """
        from ...real import Real

        if len(reading) != 2:
            raise ValueError("a reading is a pair (raw, true), not %r" % (reading,))
        x, y = reading
        if not is_int(x):
            raise TypeError("a raw reading is an int, not %r" % (x,))
        if not self._least() <= x < WORD:
            raise ValueError("a raw reading must be in %d .. 2^28, not %d" % (self._least(), x))
        row = (x, str(y))
        Real(row[1])  # raises for what is no number
        if row in self.rows or len(self.rows) == self.most:
            return False
        self.rows.append(row)
        return True

    def progress(self):
        """How far the collecting is, a PairsProgress."""
        return PairsProgress(len(self.rows), len({x for x, _ in self.rows}), self.ENOUGH)

    def dump(self):
        """What was collected, as bytes, for `load` of a new one after a reset."""
        return "\n".join(["%d %s" % row for row in self.rows]).encode()

    def load(self, data):
        """Takes up what `dump` of one like this gave; returns itself. Raises ValueError else."""
        rows = [line.split() for line in data.decode().split("\n") if line]
        if len(rows) > self.most:
            raise ValueError("%d readings were saved, but %d are kept" % (len(rows), self.most))
        self.rows = []
        for row in rows:
            if len(row) != 2:
                raise ValueError("these are no readings of such a calibrator")
            self.add((int(row[0]), row[1]))
        return self

    def _least(self):
        return -WORD


class PairsProgress:
    """readings: kept; different: raw readings among them; ready: whether there are enough."""

    def __init__(self, readings, different, enough):
        self.readings = readings
        self.different = different
        self.enough = enough
        self.ready = different >= enough

    def __str__(self):
        text = "%d readings, %d different ones" % (self.readings, self.different)
        if not self.ready:
            text += "; missing: %d more" % (self.enough - self.different)
        return text
