"""`qbfgs.search.neighbours` on arrays: the lattice steps that are worth a look, ranked."""

import numpy as np

from ..words.arrays import WORD, masked, negative, nonzero, select, zeros
from ..words.blocks import dot, largest, measured
from ..words.lanes import Lanes
from ..words.scalars import add, div, fixed, pack, scaled
from .basis import Basis

_DONE = -0x3FFFFFFF
_POINTS = 125


def box(n):
    """One of each +-d of the last neighbourhood, in order: an array (n, steps)."""
    reach = 0
    while n <= 4 and (2 * reach + 3) ** n <= _POINTS:
        reach += 1
    if reach == 0:
        return np.eye(n, dtype=WORD)
    side = 2 * reach + 1
    places = np.arange((side**n >> 1) + 1, side**n, dtype=WORD)
    return np.stack([places // side**k % side - reach for k in range(n)])


class Neighbours(Lanes):
    """The steps of the reduced basis, ranked: a list a lane.

    ranks: (n (n + 2), lanes); multiples: (n, lanes), the best ones of the basis's vectors.
    """

    FIELDS = ("basis", "multiples", "ranks")
    START = ("basis",)

    def __init__(self, n, lanes):
        self.n = n
        self.basis = Basis(n, lanes)
        self.pairs = [(i, j) for i in range(n) for j in range(i)]
        self.multiples = zeros(n, lanes)
        self.ranks = np.full((n * (n + 2), lanes), _DONE, WORD)

    def rank(self, factor, g, radius):
        """Lists +-u_i, the shorter of u_i + u_j and u_i - u_j with both signs, and the best
        multiple of each u_i that reaches at most 4 radius."""
        n, basis = self.n, self.basis
        basis.reduce(factor)
        slopes = [dot(u, g) for u in basis.vectors]
        squares = basis.squares
        for i in range(n):
            self._enter(2 * i, slopes[i], squares[i])
        for place, (i, j) in enumerate(self.pairs, n):
            inner = basis.inner(i, j)
            sign = _other_sign(inner)
            square = add(add(squares[i], squares[j]), scaled(sign * inner, 1))
            self._enter(2 * place, add(slopes[i], sign * slopes[j]), square)
        for i in range(n):
            m = -fixed(div(slopes[i], squares[i]), 0) & nonzero(squares[i])
            self.multiples[i] = m
            size = np.abs(m)
            far = masked((size > 1) & (size <= 4 * radius // largest(basis.vectors[i])))
            rank = div(-div(scaled(slopes[i], 1), squares[i]), pack(m, 0))
            self.ranks[n * (n + 1) + i] = select(far, rank, _DONE)

    def _enter(self, place, slope, square):
        """Ranks steps and their opposites."""
        self.ranks[place] = _rank(slope, square)
        self.ranks[place + 1] = -self.ranks[place]

    def best(self):
        """The steps of the highest rank, (n, lanes), taken off the lists; their ranks; and where
        there was one."""
        place, rank = _take_best(self.ranks)
        n, basis = self.n, self.basis
        sign = 1 - 2 * (place & 1)
        d = np.zeros_like(self.multiples)
        for i, u in enumerate(basis.vectors):
            multiple = masked(place == n * (n + 1) + i)
            d |= u.m & (masked(place >> 1 == i) | multiple)
            sign = select(multiple, self.multiples[i], sign)
        for k, (i, j) in enumerate(self.pairs, n):
            minus = _other_sign(basis.inner(i, j))
            u, v = basis.vectors[i].m, basis.vectors[j].m
            d |= u + minus * v & masked(place >> 1 == k)
        return d * sign, rank, rank != _DONE


class LastNeighbours(Lanes):
    """The steps of the last neighbourhood, ranked: a box for n <= 4, the unit steps above.

    ranks: (2 steps, lanes), each step before its opposite; no rows before the first are ranked.
    """

    FIELDS = ("ranks",)

    def __init__(self, n, lanes):
        self.steps = box(n)
        self.ranks = zeros(0, lanes)

    def open(self):
        """Makes room for ranks. It is large, and most runs end without."""
        if not len(self.ranks):
            self.ranks = np.empty((2 * self.steps.shape[1], self.ranks.shape[1]), WORD)

    def rank(self, factor, g):
        """Lists the steps; for n < 4 those beyond +-1 only where they lead downhill."""
        self.open()
        steps, lanes = self.steps.shape[1], self.ranks.shape[1]
        # All steps in all lanes at once, the step being the slower index.
        repeated = np.tile(np.arange(lanes), steps)
        d = np.repeat(self.steps, lanes, axis=1)
        d = measured(d, zeros(steps * lanes))
        slope = dot(d, g.at(repeated))
        factor = factor.at(repeated)
        rank = _rank(slope, factor.curvature(*factor.solve(factor.gather(d))))
        wide = negative(1 - largest(d))  # one of the two is uphill, or both when the slope is 0
        down = select(wide & ~negative(slope), _DONE, rank)
        self.ranks[0::2] = down.reshape(steps, lanes)
        down = select(wide & ~negative(-slope), _DONE, -rank)
        self.ranks[1::2] = down.reshape(steps, lanes)

    def best(self):
        """As `Neighbours.best`."""
        place, rank = _take_best(self.ranks)
        return self.steps[:, place >> 1] * (1 - 2 * (place & 1)), rank, rank != _DONE


def _rank(slope, square):
    """-2 G.d / d'Bd."""
    return -div(scaled(slope, 1), square) & negative(-square)


def _other_sign(inner):
    """The sign, -1 or 1, of the v in u + v or u - v, whichever is shorter."""
    return -1 - 2 * negative(inner)


def _take_best(ranks):
    """The places of the highest ranks, the first of equal ones, and these ranks: taken off."""
    place = ranks.argmax(axis=0).astype(WORD)
    lanes = np.arange(len(place))
    rank = ranks[place, lanes]
    ranks[place, lanes] = _DONE
    return place, rank
