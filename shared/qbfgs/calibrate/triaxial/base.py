"""What Compass and Accelerometer share: they keep readings, say what is missing, and solve."""

from ...words.integers import IntReader, write_int


class Triaxial:
    """Readings of a field of one length, from all sides: what Compass and Accelerometer are."""

    def __init__(self, readings):
        self.readings = readings

    def add(self, reading):
        """Takes a reading, three ints, raw counts; False where one near it is kept already.

        Raises TypeError, ValueError for what is no reading.
        """
        return self.readings.add(reading)

    def progress(self):
        """How far the collecting is, a Progress; to be asked now and then, for it takes a while."""
        from .progress import Progress

        return Progress(self)

    def result(self):
        """The Correction that the readings tell. Raises ValueError for too few, and for none."""
        solving = self.solving()
        while solving.step():
            pass
        return self.judged(solving)

    def solving(self):
        """The fit by steps, for a control loop: `step()` until it is False, then `judged`."""
        from .solving import Solving

        if self.readings.count < self.LEAST:
            raise ValueError(
                "%d readings are too few: take %d or more, from all sides"
                % (self.readings.count, self.LEAST)
            )
        return Solving(self.readings)

    def correction(self, solving):
        """The Correction of a fit that has ended, with the directions that are `missing`."""
        from .correction import Correction
        from .directions import missing, part, sides

        found = Correction(solving, self.field)
        objective = solving.objective
        mask = 0
        for k in range(len(objective.weights)):
            if objective.weights[k]:
                objective.residual(solving.x, k)
                mask |= 1 << part(objective.u, objective.v, objective.w, self.DIRECTIONS)
        found.missing = missing(mask, self.DIRECTIONS)
        found.sides = sides(mask, self.DIRECTIONS)
        return found

    def dump(self):
        """What was collected, as bytes, for `load` of a new one after a reset."""
        out = bytearray()
        write_int(out, self.KIND)
        for v in self.readings.state():
            write_int(out, v)
        return bytes(out)

    def load(self, data):
        """Takes up what `dump` of one made alike gave; returns itself. Raises ValueError else."""
        reader = IntReader(data, 0, len(data))
        state = []
        while reader.place < len(data):
            state.append(reader.read())
        if not state or state.pop(0) != self.KIND:
            raise ValueError("these are no readings of such a calibrator")
        self.readings.restore(state)
        return self
