"""A sensor on a straight line: a pressure from counts, a length from a voltage."""

from .scalar.pairs import Pairs

_ROBUST = 8  # of fewer rows none is doubted


def straight(x, slope, at_zero):
    """y = slope x + y at x = 0."""
    return slope * x + at_zero


class Line(Pairs):
    """Finds slope and offset from pairs (raw, true).

    decimals: of what `correct` of the result answers.

    Of eight readings or more those that are off count less (Huber).  A result is trusted with three
    different readings or more that scatter by less than 2 % of what they span.
    """

    ENOUGH = 3
    SCATTER = 50  # of the span, as scatter

    def __init__(self, decimals=3, most=64):
        self.decimals = decimals
        Pairs.__init__(self, most)

    def result(self):
        """The Scale that the readings tell. Raises ValueError for too few."""
        from .scalar.scale import Scale

        if self.progress().different < 2:
            raise ValueError("a line needs two different readings or more")
        found = Scale(self._fit(), [x for x, _ in self.rows], self.decimals)
        self._judge(found)
        return found

    def _fit(self):
        from ..fits.fit import fit
        from ..real import Real

        first, last = min(self.rows), max(self.rows)
        slope = (Real(last[1]) - first[1]) / (last[0] - first[0])
        start = (slope, Real(first[1]) - slope * first[0])
        loss = "huber" if len(self.rows) >= _ROBUST else None
        return fit(straight, self.rows, start, names=("slope", "at 0"), loss=loss)

    def _judge(self, found):
        from ..real import Real

        reasons = found.reasons
        if not found.fit.success:
            reasons.append(found.fit.message)
        if found.fit.residual is None:
            reasons.append("two readings lie on any line: take a third to see whether it fits")
            return
        values = [Real(y) for _, y in self.rows]
        span = max(values) - min(values)
        if found.fit.residual * self.SCATTER > span:
            reasons.append(
                "readings scatter by %s about the line, of %s: is it straight, and at rest?"
                % (found.fit.residual.text(self.decimals), span.text(self.decimals))
            )
