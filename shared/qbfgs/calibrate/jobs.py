"""A calibration as the problem of a job: `problem compass@readings.qbfd`, `qp 8192`.

The readings are solved while the job is made, which tells how far each is believed; the run that is
watched then goes from a sphere to the ellipsoid of the readings that are.
"""

from ..data.samples import Samples
from .triaxial.ellipsoid import UNIT, Ellipsoid
from .triaxial.readings import Readings
from .triaxial.solving import Solving

NAMES = ("compass", "accelerometer")
_MOST = 256  # readings


class Calibration(Ellipsoid):
    """The Ellipsoid of the readings of a source with three columns; see `qbfgs.data`.

    samples: where they came from.  solved: the Solving, at its end.
    Raises ValueError for another qp than UNIT, for other columns, and as Solving does.
    """

    def __init__(self, source, qp):
        if qp != UNIT:
            raise ValueError("a calibration has the grid %d: write qp %d" % (UNIT, UNIT))
        if source.columns != 3:
            raise ValueError("a reading has 3 columns, x, y and z, not %d" % source.columns)
        self.samples = Samples(source, [0, 1, 2])
        readings = Readings(_MOST)
        self.samples.rewind()
        while self.samples.next():
            readings.add(self.samples.x)
        if readings.count < 6:
            raise ValueError("%d readings are too few: give 6 or more" % readings.count)
        solved = self.solved = Solving(readings)
        while solved.step():
            pass
        found = solved.objective
        Ellipsoid.__init__(self, found.points, found.weights, found.stiffness)
