"""A scale: a load cell behind an amplifier such as the HX711."""

from .line import Line


class LoadCell(Line):
    """Finds what a count weighs from pairs (counts, weight), with 0 for the empty scale.

    decimals: of the weights that `correct` answers.

    A result is trusted with three different readings or more that scatter by less than a thousandth
    of the largest weight, where the empty scale came back to within as much.  `tare(counts)` of the
    result sets its zero anew.
    """

    SCATTER = 1000

    def __init__(self, decimals=1, most=64):
        Line.__init__(self, decimals, most)

    def _judge(self, found):
        Line._judge(self, found)
        from ..real import Real

        empty = [x for x, y in self.rows if not Real(y)]
        if not empty:
            found.reasons.append("the empty scale was not read: add (counts, 0)")
            return
        moved = max(empty) - min(empty)
        counts = [x for x, _ in self.rows]
        if moved * self.SCATTER > max(counts) - min(counts):
            found.reasons.append(
                "the empty scale moved by %d counts: let it warm up, and load it evenly" % moved
            )
