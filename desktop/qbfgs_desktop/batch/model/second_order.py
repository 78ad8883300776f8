"""`qbfgs.model.second_order` on arrays: S, for the curvature of the residuals."""

import numpy as np

from ..words.arrays import WORD, at_least, at_most, negative, nonzero, select, zeros
from ..words.blocks import axpy, block, choose, dot, measured, stretch, subtract
from ..words.lanes import Lanes
from ..words.scalars import ONE, add, bits, div, exponent, mantissa, scaled, shifted
from .elimination import full_rows

_MOST = 0xFFFFFFF
_VOTE = 64
_ENOUGH = 57


class SecondOrder(Lanes):
    """S in scaled coordinates, a triangle as a block; votes: for it."""

    FIELDS = ("triangle", "votes")

    def __init__(self, n, lanes):
        self.n = n
        self.rows, self.columns = np.tril_indices(n)
        self.room = 29 - (n - 1).bit_length() >> 1
        self.triangle = block(len(self.rows), lanes)
        self.votes = zeros(lanes)

    def counts(self):
        """The mask of the lanes where S is part of the model."""
        return negative(_ENOUGH - self.votes)

    def form(self, d):
        """The scalars d'Sd, and the blocks S d."""
        triangle = self.triangle
        cut = at_least(triangle.size - self.room, 0)
        cut_d = at_least(d.size - self.room, 0)
        s, u = triangle.m >> cut, d.m >> cut_d
        image = np.stack([(s[row] * u).sum(axis=0, dtype=WORD) for row in full_rows(self.n)])
        some = nonzero(triangle.size)
        image = measured(image, triangle.e + cut + d.e + cut_d & some)
        return dot(image, d), image

    def judge(self, measure, curved, lacking):
        """Gos measured d'Bd; curved: as the model had it; lacking: d'Sd."""
        counts = self.counts()
        wrong = add(measure, -curved)
        other = add(wrong, select(counts, lacking, -lacking))
        ours, theirs = select(counts, wrong, other), select(counts, other, wrong)
        right = negative(np.abs(ours) - np.abs(theirs))
        self.votes = (self.votes >> 1) + select(right, WORD(_VOTE), WORD(-_VOTE))

    def rescale(self, old, new):
        """From old scales to new ones, which are no smaller."""
        shift = new - old
        m = self.triangle.m >> shift[self.rows] + shift[self.columns]
        self.triangle = measured(m, self.triangle.e)

    def learn(self, d, y, yd, missed, now, image):
        """S d becomes `missed`; yd: positive scalars y'd; now, image: `form` of d."""
        wanted = dot(missed, d)
        less = negative(np.abs(wanted) - np.abs(now))
        ratio = select(less, div(np.abs(wanted), np.abs(now)), WORD(ONE))
        short = stretch(self.triangle, ratio, self.triangle.e)
        self.triangle = choose(less, short, self.triangle)
        now = select(less, np.abs(wanted) * np.sign(now), now)
        missed = axpy(missed, -mantissa(ratio) & nonzero(now), exponent(ratio), image)
        half = scaled(div(add(wanted, -now), yd), -1)
        missed = axpy(missed, -mantissa(half), exponent(half), y)
        part = div(np.full_like(yd, ONE), yd)
        rise = self._pair(missed, y)
        self.triangle = axpy(self.triangle, mantissa(part), exponent(part), rise)

    def _pair(self, x, y):
        """The triangle x y' + y x'."""
        cut_x, cut_y = at_least(x.size - 14, 0), at_least(y.size - 14, 0)
        u, v = x.m >> cut_x, y.m >> cut_y
        rise = u[self.rows] * v[self.columns] + v[self.rows] * u[self.columns]
        return measured(rise, x.e + cut_x + y.e + cut_y)

    def added_to(self, high):
        """The matrix with S where that counts: its high words, (entries, lanes)."""
        shift = self.triangle.e + 28
        m = self.triangle.m
        fits = negative(bits(np.abs(m)) + shift - 29) | negative(shift - 1)
        v = select(fits, shifted(m, at_most(shift, 28)), _MOST * np.sign(m)) & self.counts()
        return at_most(at_least(v + high, -_MOST), _MOST)


def lack(y, high, d):
    """y - A d for the matrix with these high words, and blocks y and d."""
    v1, v0 = d.m >> 14, d.m & 0x3FFF
    missed = np.empty_like(d.m)
    for i, row in enumerate(full_rows(len(missed))):
        h1, h0 = high[row] >> 14, high[row] & 0x3FFF
        missed[i] = (h1 * v1 + (h1 * v0 + h0 * v1 >> 14)).sum(axis=0, dtype=WORD)
    return subtract(y, measured(missed, d.e))
