"""An accelerometer: offsets, scales and crossed axes, from gravity while it lies still."""

from .triaxial.base import Triaxial
from .triaxial.directions import SIDES
from .triaxial.positions import Positions


class Accelerometer(Triaxial):
    """Finds offset and matrix of an accelerometer from readings at rest, in six positions or more.

    one_g: counts that the data sheet gives for 1 g, 64 or more; corrected readings have that
    length.  most: positions kept, 6 or more.

    Any positions serve, not those along the axes alone: with each axis once up and once down,
    about, offsets and scales are found; ten positions, leaning ones among them, tell the crossed
    axes too, and how far the result is known (`error`, `residual`: None before).
    A result is trusted with all six sides, 1 g within a tenth of the data sheet's, and, where they
    are known, an offset known to 1 % of g and lengths that scatter by less than 2 %.
    """

    KIND = 2
    LEAST = 6
    ENOUGH = 6
    DIRECTIONS = SIDES
    WANTED = SIDES
    SIDES = SIDES

    def __init__(self, one_g, most=32):
        if one_g < 64 or most < self.LEAST:
            raise ValueError("an accelerometer has 64 counts a g or more, and 6 positions or more")
        self.field = one_g
        Triaxial.__init__(self, Positions(most, one_g >> 5, one_g >> 2))

    def centre(self, rows):
        """Where directions are seen from: an offset is small beside g."""
        return [0, 0, 0], 1

    def judged(self, solving):
        """The Correction of a fit that has ended, with the reasons not to trust it."""
        from .triaxial.verdict import coverage, quality

        found = self.correction(solving)
        coverage(found, self, SIDES, "lay it")
        if abs(found.strength - self.field) * 10 > self.field:
            found.reasons.append(
                "1 g came out as %d counts, not as %d: is that the range that is set?"
                % (found.strength, self.field)
            )
        quality(found, 100, 200, "hold it still while it is read")
        return found
