"""A fitted formula of one input as a table: cubics, each as wide as it may be, in words, no heap.
See `surfaces` for more inputs.

What a module, a C header and `qbfgs predict` say is the same integer program on the same table, so
they agree to the last digit.  It covers the inputs that were learnt from, and refuses others.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from qbfgs.real import Real
from qbfgs.words.functions import signed_times

MOST_SEGMENTS = 256
WIDEST = (1 << 28) - 1  # an input, and how far it is from the least
TOP = 26  # of an answer
SPARE = 6  # binary digits behind the last decimal, at least
OVER = Fraction(1, 64)  # of the last decimal, which an answer may err by before it is rounded
PROBES = 11  # places in a segment where this is looked at
DIGITS = 6  # of an answer where there is no residual to say
FIELDS = 6  # words of a segment
FAILURES = (ValueError, ZeroDivisionError, OverflowError)


class Table(NamedTuple):
    """decimals, low, high: an input is an int of 10^-decimals in low .. high. places: an answer is
    an int of 10^-places. drop: binary digits that are kept behind it. words: six a segment: where
    it begins, in steps above low; s, for it is 2^s steps wide; and what 1, t, t^2 and t^3 are
    multiplied by, for t in 0 .. 1 of it."""

    decimals: int
    low: int
    high: int
    places: int
    drop: int
    words: tuple

    def ranges(self):
        """(decimals, low, high) of each input."""
        return [(self.decimals, self.low, self.high)]

    def predict(self, value):
        """The answer for an input, ints both. Raises ValueError outside the table."""
        return self._at(value - self.low)

    def text(self, row):
        """The answer for a row of one Decimal, as decimal text; an input between two steps is
        taken there.

        Raises ValueError outside the table.
        """
        steps = Fraction(row[0]) * 10**self.decimals - self.low
        return f"{Decimal(self._at(steps)).scaleb(-self.places):f}"

    def _at(self, steps):
        if not 0 <= steps <= self.high - self.low:
            raise ValueError("outside what was learnt from")
        i, j = 0, len(self.words) // FIELDS
        while j - i > 1:
            k = i + j >> 1
            if self.words[FIELDS * k] <= steps:
                i = k
            else:
                j = k
        segment = self.words[FIELDS * i : FIELDS * (i + 1)]
        return unrounded(segment, steps) + (1 << self.drop >> 1) >> self.drop


def unrounded(segment, steps):
    """What a segment, six words, says so many steps above the least input, in 2^-drop."""
    start, shift, a, b, c, d = segment
    t = int((steps - start) * (1 << 28)) >> shift
    return a + signed_times(b + signed_times(c + signed_times(d, t), t), t)


def made(fit, inputs, decimals):
    """The Table of a Fit. inputs: those learnt from, Decimals; decimals: how many one has at most.

    Raises ValueError where a table of words is not fine enough.
    """
    ints = [int(v.scaleb(decimals).to_integral_value(ROUND_HALF_UP)) for v in inputs]
    low, high = min(ints), max(ints)
    if high - low > WIDEST or max(abs(low), abs(high)) > WIDEST:
        raise ValueError("the inputs have too many digits for a word: give fewer decimals")
    says = _Says(fit, low, decimals)
    span = high - low
    most = max(abs(says.at(Fraction(span * k, 64))) for k in range(65))
    for places in range(places_of(fit, most, TOP), -1, -1):
        unit = 10**places
        drop = TOP - int(most * unit).bit_length()
        words = _segments(says, span, unit << drop, OVER * (1 << drop))
        if words is not None:
            return Table(decimals, low, high, places, drop, tuple(words))
    raise ValueError("the formula bends too much for a table of words")


class _Says:
    """What a fit says so many steps above the least input, Fractions; remembered."""

    def __init__(self, fit, low, decimals):
        self._fit, self._low, self._unit = fit, low, 10**decimals
        self._known = {}

    def at(self, steps):
        if steps not in self._known:
            place = Fraction(steps + self._low) / self._unit
            value = self._fit.predict(Real(place.numerator) / place.denominator)
            self._known[steps] = value.mantissa * Fraction(2) ** value.exponent
        return self._known[steps]


def places_of(fit, most, top):
    """Decimals of an answer: two digits of the residual, as far as words of so many binary digits
    hold them. most: the largest answer."""
    residual = fit.residual
    places = DIGITS - len(str(int(most)))
    if residual is not None and residual > fit.settings.least:
        size = residual.mantissa * Fraction(2) ** residual.exponent
        places = 1
        while size * 10**places < 1:
            places += 1
        places += 1
    while places > 0 and most * 10**places >= 1 << top - SPARE:
        places -= 1
    return max(0, places)


def _segments(says, span, scale, over):
    """The words of all segments, each as wide as it may be; None where there are too many."""
    words, start, shift = [], 0, 28
    while start <= span:
        segment = None
        while segment is None and shift >= 0:
            segment = _segment(says, span, scale, over, start, shift)
            shift -= 1
        if segment is None or len(words) >= FIELDS * MOST_SEGMENTS:
            return None
        words += segment
        start += 1 << segment[1]
        shift = min(28, segment[1] + 2)
    return words


def _segment(says, span, scale, over, start, shift):
    """The words of a segment, or None where it is not fine enough, or as wide as two would be."""
    width = 1 << shift
    if shift and start + width // 2 > span:
        return None
    try:
        a, b, c, d = [says.at(start + Fraction(k * width, 3)) * scale for k in range(4)]
        segment = [
            start,
            shift,
            round(a),
            round((-11 * a + 18 * b - 9 * c + 2 * d) / 2),
            round((18 * a - 45 * b + 36 * c - 9 * d) / 2),
            round((-9 * a + 27 * b - 27 * c + 9 * d) / 2),
        ]
        if max(map(abs, segment[2:])) >= 1 << 27:
            return None
        for k in range(PROBES):
            steps = min(span, start + k * width // PROBES)
            if abs(unrounded(segment, steps) - says.at(steps) * scale) > over:
                return None
    except FAILURES:
        return None
    return segment
