"""Gradients from differences of the cost, in words.

The gradient is the central difference of the costs at X +- h e_i. Steps h are powers of two: the
division is a shift. Each pair measures a curvature too. The next h follows from it: one whose
second difference stands out of the noise 8 times (after More and Wild, "Estimating derivatives of
noisy simulations", TOMS 38, 2012; without noise it is 32 units of cost, for costs
are rounded). Where a curvature is known, the cost at X + h e_i alone will do for a while: the
gradient is the slope of the parabola at X.
"""

from ..grid.position import EDGE
from ..words.blocks import block, words
from ..words.compat import const
from ..words.costs import change
from ..words.scalars import bits, exponent, mantissa, pack, scaled

LONGEST = const(0x20000)  # a step, at most
_MOST = const(17)  # its log2
_CLEAR = const(3)  # log2 of how far a second difference is to stand out of the noise
_SHARP = const(5)  # the same where costs are only rounded
_ROUNDS = const(3)
_FASTER = const(3)  # log2 of what a step changes by at most


class Differences:
    """The steps, and what the costs at their ends say; made once.

    steps: the first h, grid steps, a list of one a coordinate, cut to powers of two.
    """

    STATE = "logs signs halves _changes _powers _mantissas _exponents curvatures"

    def __init__(self, steps):
        n = len(steps)
        self.n = n
        self.logs = [bits(h) - 1 for h in steps]  # log2 of h
        self.signs = words(n)  # 1 or -1: both points lie on that side, for X is at a bound
        self.halves = words(n)  # 1: the second cost is not known
        # The changes of the cost at the first points, and at the last second one: mantissas of 27
        # bits, and exponents.
        self._changes = words(n + 1)
        self._powers = words(n + 1)
        self._mantissas = words(n)  # of the slopes
        self._exponents = words(n)
        self._exponent = 0  # of what `_sum` returned
        self.curvatures = words(n)  # of h e_i, scalars
        self._step = block(n)

    def offset(self, i, second):
        """Where the first or second point of a coordinate lies, grid steps from X."""
        h = 1 << self.logs[i]
        side = self.signs[i]
        if side:
            return side * (2 * h if second else h)
        return -h if second else h

    def prepare(self, i, position):
        """Makes room for both points within the edge and the bounds, on one side if need be."""
        x = position.x[i]
        box = position.box
        low = EDGE + x if box is None else x - box.low[i]
        high = EDGE - x if box is None else box.high[i] - x
        h = 1 << self.logs[i]
        self.signs[i] = 0
        least = min(low, high)
        most = max(low, high)
        if least < h:
            if least and 4 * least >= most:
                h = least
            else:
                self.signs[i] = 1 if high >= low else -1
                h = min(h, max(1, most >> 1))
            self._lengthen(i, bits(h) - 1)

    def take_first(self, i, cost, level):
        """Takes the cost at the first point of a coordinate, and that at X."""
        change(i, cost, level, self._changes, self._powers)

    def take_second(self, i, cost, level):
        """Takes the cost at the second point: slope and curvature are known."""
        n = self.n
        change(n, cost, level, self._changes, self._powers)
        side = self.signs[i]
        if side:  # the parabola through the costs at 0, h and 2 h
            self.curvatures[i] = pack(self._sum(i, -2, 1), self._exponent)
            self._set_slope(i, side * self._sum(i, 4, -1))
        else:
            self.curvatures[i] = pack(self._sum(i, 1, 1), self._exponent)
            self._set_slope(i, self._sum(i, 1, -1))
        self.halves[i] = 0

    def half(self, i):
        """Sets the slope from the first point and the curvature known; False where none is."""
        n = self.n
        c = self.curvatures[i]
        if c == 0 or self.signs[i]:
            return False
        self._changes[n] = mantissa(c)
        self._powers[n] = exponent(c) - 14
        self._set_slope(i, self._sum(i, 2, -1))
        self.halves[i] = 1
        return True

    def _sum(self, i, a, b):
        """a times change i and b times the last one, |a| + |b| <= 5: a mantissa, whose exponent is
        left in `_exponent`."""
        n = self.n
        e = max(self._powers[i], self._powers[n])
        self._exponent = e
        near = self._changes[i] >> min(e - self._powers[i], 30)
        return a * near + b * (self._changes[n] >> min(e - self._powers[n], 30))

    def _set_slope(self, i, m):
        """The slope is m / 2 h, under `_exponent`."""
        e = self._exponent
        while not -0x8000000 < m < 0x8000000:
            m >>= 1
            e += 1
        self._mantissas[i] = m
        self._exponents[i] = e - 1 - self.logs[i]

    def gradient(self, g):
        """g, a block = the differences under one exponent."""
        n = self.n
        top = -0x4000
        for i in range(n):
            m = self._mantissas[i]
            if m:
                top = max(top, self._exponents[i] + bits(m if m > 0 else -m))
        e = top - 27
        size = 0
        for i in range(n):
            shift = self._exponents[i] - e
            m = self._mantissas[i]
            if m:
                m = m << shift if shift >= 0 else m >> (-shift if shift > -30 else 30)
            g[i] = m
            size |= m if m >= 0 else -m
        g[n] = e if size else 0
        g[-1] = bits(size)

    def step(self, d, i, sign):
        """The block d = h e_i or -h e_i."""
        for k in range(self.n):
            d[k] = 0
        d[i] = sign << self.logs[i]
        d[self.n] = 0
        d[-1] = self.logs[i] + 1

    def teach(self, rule, level, again):
        """Teaches a rule the curvatures that stand out of the level. again: whether it came by a
        step, whose pair it learns again.

        What H learns of one bends what it learnt of those before; in turn they come to agree.
        """
        model = rule.model
        if not hasattr(model, "teach"):
            return
        for k in range(_ROUNDS):
            if k and again:
                model.again()
            for i in range(self.n):
                if self.curvatures[i] > scaled(level, 1):
                    self.step(self._step, i, 1)
                    model.teach(self._step, self.curvatures[i])

    def reject(self, position):
        """What was asked for the gradient's sake needs no other epoch."""
        for i in range(self.n):
            if not self.signs[i]:
                for second in range(2 - self.halves[i]):
                    self.step(position.move, i, 1 - 2 * second)
                    if position.admissible():
                        position.reject()

    def shorter(self, move):
        """Whether no coordinate of a step moves by a fourth of its h or more."""
        for i in range(self.n):
            if abs(move[i]) << 2 >= 1 << self.logs[i]:
                return False
        return True

    def adapt(self, level, exact):
        """The next steps, from the curvatures that the last ones measured. level: what a cost is
        uncertain by, a positive scalar; exact: whether that is its rounding alone."""
        wanted = exponent(level) + (_SHARP if exact else _CLEAR)
        for i in range(self.n):
            c = self.curvatures[i]
            change = _FASTER
            if c:
                change = wanted - exponent(c) >> 1
                change = max(-_FASTER, min(_FASTER, change))
            self._lengthen(i, max(0, min(_MOST, self.logs[i] + change)))

    def _lengthen(self, i, log):
        """h = 2^log."""
        self.curvatures[i] = scaled(self.curvatures[i], 2 * (log - self.logs[i]))
        self.logs[i] = log
