"""`qbfgs.neighbours` on arrays: the lattice steps that are worth a look, ranked."""

import numpy as np

from .basis import Basis
from .blocks import dot, largest, measured
from .lanes import Lanes, at
from .scalars import add, div, fixed, pack, scaled

_DONE = -0x3FFFFFFF
_POINTS = 125


def box(n):
    """One of each +-d of the last neighbourhood, in order: an array (n, steps)."""
    reach = 0
    while n <= 4 and (2 * reach + 3) ** n <= _POINTS:
        reach += 1
    if reach == 0:
        return np.eye(n, dtype=np.int64)
    side = 2 * reach + 1
    places = np.arange((side**n >> 1) + 1, side**n)
    return np.stack([places // side**k % side - reach for k in range(n)])


class Neighbours(Lanes):
    """Ranked lists of lattice steps.

    ranks: (places, lanes), one list a lane: of the basis as `rank_basis` makes it, or of the box.
    """

    FIELDS = ("basis", "multiples", "ranks", "boxed")

    def __init__(self, n, lanes):
        self.n = n
        self.basis = Basis(n, lanes)
        self.box = box(n)
        self.pairs = [(i, j) for i in range(n) for j in range(i)]
        self.multiples = np.zeros((n, lanes), np.int64)
        self.ranks = np.full((max(n * (n + 2), 2 * self.box.shape[1]), lanes), _DONE)
        self.boxed = np.zeros(lanes, bool)

    def rank_basis(self, factor, g, radius):
        """Lists +-u_i, the shorter of u_i + u_j and u_i - u_j with both signs, and the best
        multiple of each u_i that reaches at most 4 radius."""
        n, basis = self.n, self.basis
        self.boxed[:] = False
        self.ranks[:] = _DONE
        basis.reduce(factor)
        slopes = [dot(u, g) for u in basis.vectors]
        squares = [basis.inner(i, i) for i in range(n)]
        for i in range(n):
            self._enter(2 * i, slopes[i], squares[i])
        for place, (i, j) in enumerate(self.pairs, n):
            inner = basis.inner(i, j)
            sign = np.where(inner >= 0, -1, 1)
            square = add(add(squares[i], squares[j]), scaled(sign * inner, 1))
            self._enter(2 * place, add(slopes[i], sign * slopes[j]), square)
        for i in range(n):
            m = np.where(squares[i] != 0, -fixed(div(slopes[i], squares[i]), 0), 0)
            self.multiples[i] = m
            size = np.abs(m)
            far = (size > 1) & (size <= 4 * radius // largest(basis.vectors[i]))
            rank = div(-div(scaled(slopes[i], 1), squares[i]), pack(m, 0))
            self.ranks[n * (n + 1) + i] = np.where(far, rank, _DONE)

    def _enter(self, place, slope, square):
        """Ranks steps and their opposites."""
        rank = np.where(square > 0, -div(scaled(slope, 1), square), 0)
        self.ranks[place] = rank
        self.ranks[place + 1] = -rank

    def rank_box(self, factor, g):
        """Lists the last neighbourhood: a box for n <= 4, the unit steps above."""
        self.boxed[:] = True
        self.ranks[:] = _DONE
        # All steps in all lanes at once: the step is the slower index.
        steps = self.box.shape[1]
        lanes = len(self.boxed)
        repeated = np.tile(np.arange(lanes), steps)
        d = np.repeat(self.box, lanes, axis=1)
        d = measured(d, np.zeros(steps * lanes, np.int64))
        slope = dot(d, at(g, repeated))
        factor = factor.at(repeated)
        square = factor.curvature(factor.solve(factor.gather(d)))
        rank = np.where(square > 0, -div(scaled(slope, 1), square), 0)
        wide = largest(d) > 1  # one of the two is uphill, or both when the slope is 0
        self.ranks[0 : 2 * steps : 2] = np.where(wide & (slope >= 0), _DONE, rank).reshape(
            steps, lanes
        )
        self.ranks[1 : 2 * steps : 2] = np.where(wide & (slope <= 0), _DONE, -rank).reshape(
            steps, lanes
        )

    def best(self):
        """The steps of the highest rank, (n, lanes), taken off the lists; their ranks; and where
        there was one."""
        place = self.ranks.argmax(axis=0)
        lanes = np.arange(len(place))
        rank = self.ranks[place, lanes]
        self.ranks[place, lanes] = _DONE
        some = rank != _DONE
        sign = np.where(place & 1, -1, 1)
        d = self.box[:, np.minimum(place >> 1, self.box.shape[1] - 1)]
        listed = np.flatnonzero(~self.boxed & some)
        if len(listed):
            d[:, listed], sign[listed] = self.at(listed)._listed(place[listed])
        return d * sign, rank, some

    def _listed(self, place):
        """The steps of `rank_basis` at these places, and the factors that they are to take."""
        n, basis = self.n, self.basis
        sign = np.where(place & 1, -1, 1)
        d = np.zeros_like(basis.vectors[0].m)
        for i, u in enumerate(basis.vectors):
            d = np.where(place >> 1 == i, u.m, d)
            multiple = place == n * (n + 1) + i
            d = np.where(multiple, u.m, d)
            sign = np.where(multiple, self.multiples[i], sign)
        for k, (i, j) in enumerate(self.pairs, n):
            minus = np.where(basis.inner(i, j) >= 0, -1, 1)
            pair = (place >> 1 == k) & (place < n * (n + 1))
            d = np.where(pair, basis.vectors[i].m + minus * basis.vectors[j].m, d)
        return d, sign
