"""A compass: what iron nearby adds to the Earth's field (hard), and how it bends it (soft)."""

from .triaxial.base import Triaxial
from .triaxial.directions import QUARTERS
from .triaxial.readings import Readings

_SEEN = 14  # a cap of 30 % of the sphere touches 13


class Compass(Triaxial):
    """Finds offset and matrix of a magnetometer from readings while it is turned in all directions.

    most: readings kept, 24 or more; each takes 3 words.  field: the length that corrected readings
    are to have, counts; None for the mean length that they have, whose matrix is near 1.

    A result is trusted with 14 of the 24 directions on five of the six sides, an offset known to
    3 % of the field, lengths that scatter by less than 5 %, at most a fifth of the readings left
    out as disturbed, and a soft iron within three quarters.
    """

    KIND = 1
    LEAST = 12
    ENOUGH = 40
    DIRECTIONS = QUARTERS
    WANTED = 18
    SIDES = 5  # a belt about one axis touches 16 parts, but four sides alone

    def __init__(self, most=128, field=None):
        if most < 2 * self.LEAST:
            raise ValueError("a compass needs room for %d readings or more" % (2 * self.LEAST))
        if field is not None and field < 1:
            raise ValueError("the field must be 1 count or more, not %d" % field)
        self.field = field
        Triaxial.__init__(self, Readings(most))

    def centre(self, rows):
        """Where directions are seen from, a sphere's centre: 3 numerators and a denominator."""
        from .triaxial.sphere import centre

        return centre(rows)

    def judged(self, solving):
        """The Correction of a fit that has ended, with the reasons not to trust it."""
        from .triaxial.verdict import coverage, quality

        found = self.correction(solving)
        coverage(found, self, _SEEN, "turn it")
        quality(found, 300, 500, "keep it away from iron and currents")
        return found
