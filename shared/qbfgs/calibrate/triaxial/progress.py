"""How far a collecting of readings is, and which directions are missing."""

from .directions import missing, part, sides


class Progress:
    """readings: kept; seen: of all `parts` of the directions, each as large; missing: names of the
    others.  ready: whether there are readings enough, from enough sides.

    A name such as -z+x+y: z, the largest, below the centre, x and y above it.  The centre of a
    compass is that of a sphere through the readings, for what distorts it is not known yet.
    """

    def __init__(self, calibrator):
        readings = calibrator.readings
        self.parts = calibrator.DIRECTIONS
        self.readings = readings.count
        rows = [readings.values[3 * k : 3 * k + 3] for k in range(readings.count)]
        centre, below = calibrator.centre(rows)
        mask = 0
        for row in rows:
            x, y, z = [v * below - c for v, c in zip(row, centre)]
            mask |= 1 << part(x, y, z, self.parts)
        self.missing = missing(mask, self.parts)
        self.seen = self.parts - len(self.missing)
        self.ready = (
            readings.count >= calibrator.ENOUGH
            and self.seen >= calibrator.WANTED
            and sides(mask, self.parts) >= calibrator.SIDES
        )

    def __str__(self):
        text = "%d readings, %d of %d directions" % (self.readings, self.seen, self.parts)
        if self.missing:
            text += "; missing: " + " ".join(self.missing)
        return text
