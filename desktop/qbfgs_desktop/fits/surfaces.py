"""A fitted formula of two or three inputs as a table: values on a lattice, cubics between.

As `tables`, for more than one input: what a module, a C header and `qbfgs predict` say is the same
integer program on the same words. It covers the box of the inputs that were learnt from, and
refuses others.
"""

import itertools
import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from qbfgs.real import Real
from qbfgs.words.functions import signed_times

from .tables import FAILURES, WIDEST, places_of

MOST_INPUTS = 3
MOST_WORDS = 4096
TOP = 22  # binary digits of a word, so that no step between leaves 30 with three inputs
FEWEST = 3  # cells along an input: a cubic goes through four values
TWO_THIRDS = 178956971  # of 2^-28
OVER = Fraction(1, 16)  # of the last decimal, which an answer may err by before it is rounded
MOST_PROBES = 1000
LINES = (0, Fraction(1, 2), 1)  # where the other inputs are while one is looked at


class Surface(NamedTuple):
    """decimals, low, high: of each input, which is an int of 10^-decimals in low .. high.
    cells: the number of cells along each; shifts, steps: a value u above low is
    (u 2^shift) step / 2^28 of 2^-point cells, with the points of each. places, drop: as in
    `tables.Table`. words: values at the corners of all cells, those along the last input beside
    each other."""

    decimals: tuple
    low: tuple
    high: tuple
    cells: tuple
    shifts: tuple
    steps: tuple
    points: tuple
    places: int
    drop: int
    words: tuple

    def ranges(self):
        """(decimals, low, high) of each input."""
        return list(zip(self.decimals, self.low, self.high, strict=True))

    def predict(self, row):
        """The answer for a row of ints, an int. Raises ValueError outside the table."""
        return self._at([v - low for v, low in zip(row, self.low, strict=True)])

    def text(self, row):
        """The answer for a row of Decimals, as decimal text; each is taken to its nearest step.

        Raises ValueError outside the table.
        """
        steps = [
            int(v.scaleb(d).to_integral_value(ROUND_HALF_UP)) - low
            for v, d, low in zip(row, self.decimals, self.low, strict=True)
        ]
        return f"{Decimal(self._at(steps)).scaleb(-self.places):f}"

    def _at(self, steps):
        for u, low, high in zip(steps, self.low, self.high, strict=True):
            if not 0 <= u <= high - low:
                raise ValueError("outside what was learnt from")
        return self.unrounded(steps) + (1 << self.drop >> 1) >> self.drop

    def unrounded(self, steps):
        """What the table says so many steps above the least inputs, in 2^-drop."""
        first, ways = 0, []
        for k, u in enumerate(steps):
            point = self.points[k]
            p = signed_times(u << self.shifts[k], self.steps[k])
            i = min(max((p >> point) - 1, 0), self.cells[k] - FEWEST)
            first += i * self.stride(k)
            ways.append(p - (i << point) << 26 - point)
        return self._along(first, ways, 0)

    def stride(self, k):
        """How far apart in the words neighbours along an input are."""
        return math.prod(m + 1 for m in self.cells[k + 1 :])

    def _along(self, first, ways, k):
        if k == len(ways):
            return self.words[first]
        stride = self.stride(k)
        return cubic(*[self._along(first + i * stride, ways, k + 1) for i in range(4)], ways[k])


def laid(decimals, low, high, cells, places, drop, words):
    """The Surface with these cells. Raises ValueError where an input has no range."""
    spans = [b - a for a, b in zip(low, high, strict=True)]
    if min(spans) <= 0 or max(spans) > WIDEST:
        raise ValueError("an input has no range")
    shifts = tuple(28 - span.bit_length() for span in spans)
    points = tuple(27 - m.bit_length() for m in cells)
    each = zip(cells, points, spans, shifts, strict=True)
    steps = tuple((m << point + 28) // (span << shift) for m, point, span, shift in each)
    return Surface(decimals, low, high, cells, shifts, steps, points, places, drop, words)


def cubic(a, b, c, d, x):
    """The cubic through values at 0, 1, 2 and 3, at x 2^-26 within: Newton's, in words."""
    third = x * 4 // 3
    d -= c
    c -= b
    b -= a
    d -= c
    c -= b
    y = c + signed_times(d - c, third - TWO_THIRDS)
    return a + 3 * signed_times(b + signed_times(y, 2 * x - (1 << 27)), third)


def made(fit, inputs, decimals):
    """The Surface of a Fit. inputs: rows of those learnt from, Decimals; decimals: how many those
    of each have at most.

    Raises ValueError where the formula takes more inputs, has no value somewhere between them, or
    a table of words is not fine enough.
    """
    if len(decimals) > MOST_INPUTS:
        raise ValueError(f"a formula of more than {MOST_INPUTS} inputs has no table: load its JSON")
    ints = [
        [int(v.scaleb(d).to_integral_value(ROUND_HALF_UP)) for v in column]
        for column, d in zip(zip(*inputs, strict=True), decimals, strict=True)
    ]
    low, high = tuple(map(min, ints)), tuple(map(max, ints))
    if max(map(abs, (*low, *high))) > WIDEST or max(map(int.__sub__, high, low)) > WIDEST:
        raise ValueError("the inputs have too many digits for a word: give fewer decimals")
    if any(map(int.__eq__, low, high)):
        raise ValueError("an input is the same in all rows: leave it out of the formula")
    says = _Says(fit, low, high, decimals)
    try:
        most = max(abs(says.at(at)) for at in itertools.product(LINES, repeat=len(low)))
        for places in range(places_of(fit, most, TOP), -1, -1):
            drop = TOP - int(most * 10**places).bit_length() - 1
            surface = _surface(says, tuple(decimals), low, high, places, drop)
            if surface is not None:
                return surface
    except FAILURES as error:
        raise ValueError(f"the formula has no value for some inputs between: {error}") from error
    raise ValueError("the formula bends too much for a table of words")


class _Says:
    """What a fit says at parts 0 .. 1 of each input's range, Fractions; remembered."""

    def __init__(self, fit, low, high, decimals):
        self._fit, self._known = fit, {}
        self._ranges = [
            (Fraction(a, 10**d), Fraction(b - a, 10**d))
            for a, b, d in zip(low, high, decimals, strict=True)
        ]

    def at(self, parts):
        if parts not in self._known:
            places = [a + size * part for (a, size), part in zip(self._ranges, parts, strict=True)]
            row = [Real(v.numerator) / v.denominator for v in places]
            value = self._fit.predict(row)
            self._known[parts] = value.mantissa * Fraction(2) ** value.exponent
        return self._known[parts]


def _surface(says, decimals, low, high, places, drop):
    """The Surface, or None where it would have too many words."""
    scale = 10**places << drop
    over = OVER * (1 << drop)
    count = len(low)
    cells = [_cells(says, count, k, scale, over / (2 * count)) for k in range(count)]
    while math.prod(m + 1 for m in cells) <= MOST_WORDS:
        grid = itertools.product(*[[Fraction(i, m) for i in range(m + 1)] for m in cells])
        words = tuple(round(says.at(at) * scale) for at in grid)
        if max(map(abs, words)) >= 1 << TOP:
            return None
        made = laid(decimals, low, high, tuple(cells), places, drop, words)
        spans = [b - a for a, b in zip(low, high, strict=True)]
        if all(abs(made.unrounded(u) - says.at(at) * scale) <= over for u, at in _probes(spans)):
            return made
        cells = [m + max(1, m // 4) for m in cells]
    return None


def _cells(says, count, k, scale, over):
    """How many cells one input takes, seen along lines through the box."""
    m = FEWEST
    while m < MOST_WORDS:
        worst = 0
        for others in itertools.product(LINES, repeat=count - 1):

            def at(part, others=others):
                return float(says.at((*others[:k], part, *others[k:])) * scale)

            values = [at(Fraction(i, m)) for i in range(m + 1)]
            for cell in {0, m // 3, m // 2, 2 * m // 3, m - 1}:
                first = min(max(cell - 1, 0), m - FEWEST)
                x = cell - first + 0.5
                a, b, c, d = values[first : first + 4]
                said = a + x * (
                    b - a + (x - 1) / 2 * (c - 2 * b + a + (x - 2) / 3 * (d - 3 * c + 3 * b - a))
                )
                worst = max(worst, abs(said - at(Fraction(2 * cell + 1, 2 * m))))
        if worst <= over:
            break
        m = max(m + 1, min(2 * m, math.ceil(m * (worst / float(over)) ** 0.25)))
    return m


def _probes(spans):
    """(steps, parts) of places all over the box, its corners among them."""
    each = int(MOST_PROBES ** (1 / len(spans)))
    lines = [sorted({span * i // (each - 1) for i in range(each)}) for span in spans]
    for steps in itertools.product(*lines):
        yield steps, tuple(Fraction(u, span) for u, span in zip(steps, spans, strict=True))
