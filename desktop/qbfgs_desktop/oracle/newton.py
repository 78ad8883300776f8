"""Mode "newton" in textbook form on exact numbers: the oracle of the integer core.

Only square roots are rounded: to 2^-64 of themselves.
"""

from fractions import Fraction
from math import isqrt

import numpy as np

from .exact import RANGE, ExactOptimizer
from .rational import Matrix, dot, vector

LEAST = Fraction(1, 2**38)  # a pivot of the scaled matrix, at least
FARTHER = 3
RATE = 4  # of the step downhill: from a diagonal of 1/4
TWICE, FREE = 4, 2**20  # by so much the square of a region may exceed that of a step
SHORTEST, LONGEST = Fraction(1, 10), Fraction(1, 2)  # of a step, where a region ends after it
TRUSTED = 57
VOTE = 64


class ExactNewton(ExactOptimizer):
    """Gauss-Newton with S, Powell's dogleg in a region; else as `ExactOptimizer`.

    objective: has hessian(X) too. radius: of the first region in every coordinate; by default
    |x_i|, and for x_i = 0 what it is there.
    A: the matrix that the objective gave; S: what it lacks; votes: for S. scales: k of each
    coordinate, which counts as 2^k. region: the square of the longest step, scaled.
    """

    def __init__(self, objective, x0, max_epochs=2000, target=None, radius=None, polls=None):
        super().__init__(objective, x0, max_epochs, target, radius, None, polls)
        n = self.n
        usual = self.radius
        reach = [abs(x) if radius is None and x else usual for x in self.x]
        self.reach = [v.bit_length() for v in reach]
        self.radius = min(RANGE // 2 - 1, max(reach))
        self.scales, self.votes, self.start_cost = [0] * n, 0, self.cost
        self.S = np.array([[Fraction(0)] * n for _ in range(n)])
        self._take()
        self._adopt()
        self.region = self._square(reach)
        self._fill()

    # The model

    def _take(self):
        rows, values = range(self.n), iter(self.objective.hessian(self.x))
        A = np.array([[Fraction(0)] * self.n for _ in rows])
        for i in rows:
            for j in range(i + 1):
                A[i, j] = A[j, i] = Fraction(next(values))
        self.A = A
        lengths = [max(0, int(A[i, i])).bit_length() for i in rows]
        grown = [
            max(k, (v + 3) // 2 if v else 0) for k, v in zip(self.scales, lengths, strict=True)
        ]
        top = max(k + r for k, r in zip(grown, self.reach, strict=True))
        self.grown = [max(k, top - r - FARTHER) for k, r in zip(grown, self.reach, strict=True)]

    def _adopt(self):
        self.scales = self.grown

    def _scaled(self, d):
        return [Fraction(v) * Fraction(2) ** k for v, k in zip(d, self.scales, strict=True)]

    def _square(self, d):
        return sum(v * v for v in self._scaled(d))

    def _slopes(self):
        held = self._held()
        return [
            Fraction(0) if out else Fraction(g) / Fraction(2) ** k
            for g, k, out in zip(self.gradient, self.scales, held, strict=True)
        ]

    def _fill(self):
        """M, E and H of B, scaled; the softest pivot first."""
        n, scales = self.n, self.scales
        two = [Fraction(2) ** k for k in scales]
        B = self.A + self.S if self.votes > TRUSTED else self.A.copy()
        for i, out in enumerate(self._held()):
            if out:
                B[i, :] = B[:, i] = Fraction(0)
                B[i, i] = two[i] * two[i] / 4
        B = np.array([[B[i, j] / two[i] / two[j] for j in range(n)] for i in range(n)])
        self.filled = B.copy()
        rest, order = list(range(n)), []
        M, E = np.array([[Fraction(int(i == j)) for j in range(n)] for i in range(n)]), {}
        while rest:
            c = min(reversed(rest), key=lambda i: max(B[i, i], Fraction(0)) * two[i] * two[i])
            rest.remove(c)
            order.insert(0, c)
            e = max(B[c, c], LEAST, *(B[i, c] ** 2 for i in rest)) if rest else max(B[c, c], LEAST)
            E[c] = e
            for i in rest:
                M[i, c] = B[i, c] / e
            for i in rest:
                for j in rest:
                    B[i, j] -= M[i, c] * M[j, c] * e
        self.order = order
        inverse = _inverse_of_unit(M, order)  # M^-1
        H = inverse.T.dot(np.diag([1 / E[i] for i in range(n)])).dot(inverse)
        g = vector(self._slopes())
        self.newton = list(-H.dot(g))
        self._set_H(Matrix.of([[H[i, j] / two[i] / two[j] for j in range(n)] for i in range(n)]))

    # Choosing

    def _target(self):
        if self.compensation is not None:
            return super()._target()
        p, g, square = self.newton, self._slopes(), self.region
        length = sum(v * v for v in p)
        self.hit = length > square
        self.reached = min(length, square)
        if self.hit:
            gg = sum(v * v for v in g)
            down = RATE**2 * gg
            if down >= square:
                p = [-v * root(square / gg) for v in g]
            else:
                c = [-RATE * v for v in g]
                leg = [a - b for a, b in zip(p, c, strict=True)]
                bend, turn, rest = dot(c, leg), sum(v * v for v in leg), square - down
                share = rest / (bend + root(bend**2 + turn * rest))
                p = [a + share * b for a, b in zip(c, leg, strict=True)]
        p = [v / Fraction(2) ** k for v, k in zip(p, self.scales, strict=True)]
        longest = max(abs(v) for v in p)
        while longest >= RANGE // 2:
            p, longest, self.hit = [v / 2 for v in p], longest / 2, True
        return p

    # Judging

    def _idle(self, kind, d, cost):
        super()._idle(kind, d, cost)
        if kind == "main":
            self._shorten(cost - self.cost, dot(self.gradient, d))

    def _shorten(self, change, slope):
        rise = change - slope
        ratio = Fraction(-slope, 2 * rise) if rise > 0 else LONGEST
        ratio = min(LONGEST, max(SHORTEST, ratio))
        self.region = ratio**2 * self.reached

    def _go(self, kind, d, y):
        before = next((r.cost for r in reversed(self.records[:-1]) if r.accepted), self.start_cost)
        change = self.cost - before
        slope = dot([a - b for a, b in zip(self.gradient, y, strict=True)], d)
        s = vector(self._scaled(d))
        curved = s.dot(self.filled).dot(s)
        promised = slope + curved / 2
        if kind == "main" and change > promised / 4:
            self._shorten(change, slope)
        elif kind != "main" or not self.hit or change <= promised - promised / 4:
            square = self.reached if kind == "main" else self._square(d)
            free = kind == "main" and change <= promised + promised / 8
            self.region = max(self.region, square * (FREE if free else TWICE))
        self.radius = min(RANGE // 2 - 1, max(self.radius, 2 * max(abs(v) for v in d)))
        if dot(d, y) > 0:
            self.pairs = [*self.pairs, (d, y)][-self.pair_limit :]
        self._learn(vector(d), vector(y), 2 * (change - slope), curved)
        self._fill()
        self.fraction, self.tried = Fraction(1), set()
        self.compensation, self.teaching, self.curvatures, self.spare = None, True, [], None

    def _learn(self, d, y, measured, curved):
        S = self.S
        lacking = d.dot(S).dot(d)
        plain = curved - lacking if self.votes > TRUSTED else curved
        better = abs(measured - plain - lacking) < abs(measured - plain)
        self.votes = (self.votes >> 1) + (VOTE if better else -VOTE)
        self._take()
        self._adopt()
        yd = dot(y, d)
        if yd <= 0:
            return
        # in scaled coordinates, whose metric decides nothing here: the update is invariant
        missed = y - self.A.dot(d)
        wanted = dot(missed, d)
        if abs(lacking) > abs(wanted):
            S = S * (abs(wanted) / abs(lacking))
        missed = missed - S.dot(d)
        half = dot(missed, d) / yd / 2
        missed = missed - half * y
        S = S + (np.outer(missed, y) + np.outer(y, missed)) / yd
        self.S = np.array([[_trimmed(v) for v in row] for row in S])


def root(value):
    """The square root of a Fraction, to 2^-64 of itself."""
    value = Fraction(value)
    k = 96 + value.denominator.bit_length()
    return Fraction(isqrt((value.numerator << 2 * k) // value.denominator), 1 << k)


def _trimmed(value, bits=320):
    e = bits - value.numerator.bit_length() + value.denominator.bit_length()
    if e <= 0 or value.denominator.bit_length() < 2 * bits:
        return value
    return Fraction((value.numerator << e) // value.denominator, 1 << e)


def _inverse_of_unit(M, order):
    """The inverse of a matrix that is unit upper triangular in that order."""
    n = len(order)
    inverse = np.array([[Fraction(int(i == j)) for j in range(n)] for i in range(n)])
    for a in range(n - 2, -1, -1):
        i = order[a]
        for j in order[a + 1 :]:
            inverse[i, :] -= M[i, j] * inverse[j, :]
    return inverse
