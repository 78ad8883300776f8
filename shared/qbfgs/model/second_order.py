"""What Gauss-Newton's matrix lacks: S, for the curvature of the residuals.

S learns from the changes of the gradient, and counts where it predicts the costs of gos better than
the matrix alone: Dennis, Gay, Welsch, "An adaptive nonlinear least-squares algorithm", TOMS 7(3),
1981.  Theirs decides by the last go; here older ones count too, each half as much as the next, so
that problems without residuals, which S misleads on their way, seldom meet it.
"""

from ..words.blocks import axpy, block, blocks, clear, dot, measure, put, stretch, subtract
from ..words.compat import const
from ..words.scalars import ONE, add, bits, div, exponent, mantissa, pack, scaled

_MOST = const(0xFFFFFFF)
_VOTE = const(64)
_ENOUGH = const(57)  # a vote; or two and an opposite one before


class SecondOrder:
    """S, symmetric, in scaled coordinates; made once. Steps and gradients are scaled blocks.

    rows: a block a row.  votes: for S, the last one 64, the one before 32 ..
    """

    STATE = "rows votes"

    def __init__(self, n):
        self.n = n
        self.rows = blocks(n, n)
        self.votes = 0
        self._image = block(n)

    def counts(self):
        """Whether S is part of the model."""
        return self.votes > _ENOUGH

    def form(self, d: list) -> int:
        """The scalar d'Sd."""
        n = self.n
        image = self._image
        clear(image, n)
        for i in range(n - 1, -1, -1):
            v = dot(self.rows[i], d, n)
            if v:
                put(image, i, mantissa(v), exponent(v), n)
        return dot(image, d, n)

    def judge(self, measured, curved, lacking):
        """A go measured d'Bd; curved: as the model had it; lacking: d'Sd."""
        without = add(curved, -lacking) if self.counts() else curved
        wrong = abs(add(measured, -without))
        vote = _VOTE if abs(add(measured, -add(without, lacking))) < wrong else -_VOTE
        self.votes = (self.votes >> 1) + vote

    def rescale(self, old: list, new: list):
        """From old scales to new ones, which are no smaller."""
        n = self.n
        for i in range(n):
            row = self.rows[i]
            for j in range(n):
                row[j] >>= min(30, new[i] - old[i] + new[j] - old[j])
            measure(row, n)

    def learn(self, d, y, missed):
        """S d becomes `missed`, which is lost: what y, the change of the gradient, lacks after the
        matrix. Of all such S it is the nearest, weighted by y, to S times a factor of 1 at most,
        which makes d'Sd no larger than it is to be (their eq. 3.2 and 3.3).
        """
        n = self.n
        yd = dot(y, d, n)
        if yd <= 0:
            return
        now = self.form(d)
        wanted = dot(missed, d, n)
        ratio = ONE
        if abs(now) > abs(wanted):
            ratio = div(abs(wanted), abs(now))
            for i in range(n):
                stretch(self.rows[i], self.rows[i], ratio, n)
            now = abs(wanted) if now > 0 else -abs(wanted)
        if ratio:
            axpy(missed, -mantissa(ratio), exponent(ratio), self._image, 0, n)
        half = scaled(div(add(wanted, -now), yd), -1)
        if half:
            axpy(missed, -mantissa(half), exponent(half), y, 0, n)
        for i in range(n):
            self._add(i, y, missed, yd)
            self._add(i, missed, y, yd)

    def _add(self, i: int, x: list, y: list, yd: int):
        """Row i += x_i y / yd."""
        n = self.n
        if x[i]:
            ratio = div(pack(x[i], x[n]), yd)
            axpy(self.rows[i], mantissa(ratio), exponent(ratio), y, 0, n)

    def add_to(self, matrix: object):
        """Adds S to the matrix of an Elimination."""
        n = self.n
        high = matrix.high
        for i in range(n):
            row = self.rows[i]
            line = high[i]
            shift = row[n] + 28
            for j in range(i + 1):
                v = row[j]
                if shift <= 0:
                    v >>= -shift if shift > -30 else 30
                elif bits(v if v >= 0 else -v) + shift <= 28:
                    v <<= shift
                elif v:
                    v = _MOST if v > 0 else -_MOST
                v += line[j]
                if v > _MOST:
                    v = _MOST
                elif v < -_MOST:
                    v = -_MOST
                line[j] = v


def lack(missed: list, y: list, matrix: object, d: list, n: int):
    """missed = y - A d for the matrix of an Elimination."""
    high = matrix.high
    room = bits(n - 1)
    for i in range(n):
        total = 0
        for j in range(n):
            line = high[i if i > j else j]
            h = line[j if i > j else i]
            v = d[j]
            h1 = h >> 14
            v1 = v >> 14
            total += h1 * v1 + (h1 * (v & 0x3FFF) + (h & 0x3FFF) * v1 >> 14) >> room
        missed[i] = total
    missed[n] = d[n] + room
    measure(missed, n)
    subtract(missed, y, missed, n)
