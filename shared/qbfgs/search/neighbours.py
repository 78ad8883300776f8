"""The lattice steps that are worth a look when the rounded quasi-Newton step is none.

The improving step can be long and thin: a box about the point misses it.  The short vectors of a
reduced basis find it.  Steps are ranked by r = -2 G.d / d'Bd: above 1 the model promises a
decrease; below, it would take a curvature smaller than the model's by the factor r.
"""

from ..words.blocks import block, dot, largest, measure, words
from ..words.compat import const
from ..words.scalars import add, div, fixed, pack, scaled
from .basis import WINDOW, Basis

_DONE = const(-0x3FFFFFFF)
_POINTS = const(125)  # at most, in the box of `rank_box`


class Neighbours:
    """Ranked lists of lattice steps about a point; made once.

    `rank_basis` or `rank_box` makes a list; `best` gives its steps one by one, best first. Above
    16 parameters a list is of 16 vectors at a time, and `rank_more` makes that of the next.
    """

    STATE = "rank _multiples _ranks _place _boxed _first"
    PARTS = "basis"

    def __init__(self, factor):
        n = factor.n
        self.n = n
        self.factor = factor
        self.basis = Basis(factor)
        self.rank = 0  # of the step that `best` gave last, a scalar
        size = self.basis.size()
        self._slopes = words(size)
        self._multiples = words(size)
        self._work = block(n)
        self._place = 0  # entries of the list
        self._boxed = False
        self._first = 0  # vector or unit step of the list
        self._reach = 0  # of the box; 0 stands for the unit steps
        while n <= 4 and (2 * self._reach + 3) ** n <= _POINTS:
            self._reach += 1
        self._half = (2 * self._reach + 1) ** n >> 1 if self._reach else n  # one of each +-d
        self._ranks = [_DONE] * max(size * (size + 2), 2 * min(self._half, _POINTS >> 1))

    def rank_basis(self, g, radius, first=0):
        """Lists +-u_i, the shorter of u_i + u_j and u_i - u_j with both signs, and the best
        multiple of each u_i that reaches at most 4 radius (grid steps).

        g: the gradient as a block. first: of the vectors. Work about n^2 a vector, most of it to
        reduce the basis.
        """
        n = self.n
        basis = self.basis
        slopes = self._slopes
        self._begin(False, first)
        basis.reduce(first)
        squares = basis.squares
        images = basis.images
        size = basis.size()
        for i in range(size):
            slopes[i] = dot(basis.vectors[first + i], g, n)
            self._enter(slopes[i], squares[i])
        for i in range(size):
            for j in range(i):
                inner = dot(images[i], images[j], n)
                sign = -1 if inner >= 0 else 1
                square = add(add(squares[i], squares[j]), scaled(sign * inner, 1))
                self._enter(add(slopes[i], sign * slopes[j]), square)
        for i in range(size):
            m = -fixed(div(slopes[i], squares[i]), 0) if squares[i] else 0
            self._multiples[i] = m
            steps = m if m > 0 else -m
            if 1 < steps <= 4 * radius // largest(basis.vectors[first + i], n):
                rank = div(-div(scaled(slopes[i], 1), squares[i]), pack(m, 0))
                self._ranks[self._place] = rank
            self._place += 1

    def rank_box(self, g, first=0):
        """Lists the last neighbourhood: the box of +-1 for n <= 4, the unit steps above.

        For n < 4 the downhill steps of a wider box come too: +-62 for n = 1, +-5, +-2.
        """
        n = self.n
        factor = self.factor
        d = self._work
        self._begin(True, first)
        for c in range(first, self._half if self._reach else min(n, first + WINDOW)):
            self._box_step(d, c)
            slope = dot(d, g, n)
            square = 0
            if slope:
                factor.solve(d)
                square = factor.form(1)
            self._enter(slope, square)
            if d[-1] > 1:  # one of the two is uphill, or both when the slope is 0
                if slope >= 0:
                    self._ranks[self._place - 2] = _DONE
                if slope <= 0:
                    self._ranks[self._place - 1] = _DONE

    def rank_more(self, g, radius):
        """Lists the steps of the next 16 vectors; False when these were the last."""
        first = self._first + WINDOW
        if first >= self.n:
            return False
        if self._boxed:
            self.rank_box(g, first)
        else:
            self.rank_basis(g, radius, first)
        return True

    def _begin(self, boxed, first):
        self._boxed = boxed
        self._first = first
        ranks = self._ranks
        for k in range(self._place):
            ranks[k] = _DONE
        self._place = 0

    def _enter(self, slope: int, square: int):
        """Ranks a step and its opposite."""
        rank = -div(scaled(slope, 1), square) if square > 0 else 0
        self._ranks[self._place] = rank
        self._ranks[self._place + 1] = -rank
        self._place += 2

    def best(self, d):
        """d = the step of the highest rank, which is taken off the list; False at its end.

        Its rank is left in `rank`.
        """
        # The head of `UnitSteps.best` again: shared, it would cost a call an epoch.
        ranks = self._ranks
        top = max(ranks)
        if top == _DONE:
            return False
        place = ranks.index(top)
        ranks[place] = _DONE
        self.rank = top
        first = self._first
        size = self.basis.size()
        sign = -1 if place & 1 else 1
        if self._boxed:
            self._box_step(d, first + (place >> 1))
        elif place < 2 * size:
            self._basis_step(d, first + (place >> 1))
        elif place < size * (size + 1):
            self._pair_step(d, (place >> 1) - size)
        else:
            place -= size * (size + 1)
            self._basis_step(d, first + place)
            sign = self._multiples[place]
        for k in range(self.n):
            d[k] *= sign
        return True

    def _box_step(self, d: list, c: int):
        """d = step c of the box, 0 <= c < half."""
        n = self.n
        for k in range(n):
            d[k] = 0
        if self._reach == 0:
            d[c] = 1
        else:
            side = 2 * self._reach + 1
            c += self._half + 1  # the centre is point number `half`
            for k in range(n):
                d[k] = c % side - self._reach
                c //= side
        d[n] = 0
        measure(d, n)

    def _basis_step(self, d: list, i: int):
        u = self.basis.vectors[i]
        for k in range(self.n):
            d[k] = u[k]

    def _pair_step(self, d: list, c: int):
        """d = u_i +- u_j, the shorter, for pair c of j < i in the window, counted row by row."""
        i = 1
        while c >= i:
            c -= i
            i += 1
        self._basis_step(d, self._first + i)
        v = self.basis.vectors[self._first + c]
        sign = -1 if self.basis.inner(i, c) >= 0 else 1
        for k in range(self.n):
            d[k] += sign * v[k]
