"""Gradients from differences of the cost, exactly, in words.

The gradient is the central difference of the costs at X +- h e_i. Steps h are powers of two: the
division is a shift, and exact. Each pair measures a curvature too. The next h follows from it: one
whose second difference stands out of the noise 8 times (after More and Wild, "Estimating
derivatives of noisy simulations", TOMS 38, 2012; without noise what stands for it is a unit of
cost).
"""

from ..grid.position import EDGE
from ..words.blocks import block, words
from ..words.compat import const
from ..words.costs import slope
from ..words.scalars import add, bits, exponent, scaled
from ..words.wide import difference

LONGEST = const(0x20000)  # a step, at most
_MOST = const(17)  # its log2
_CLEAR = const(3)  # log2 of how far a second difference is to stand out of the noise
_ROUNDS = const(3)
_FASTER = const(3)  # log2 of what a step changes by at most


class Differences:
    """The steps, and what the costs at their ends say; made once.

    steps: the first h, grid steps, a list of one a coordinate, cut to powers of two.
    """

    STATE = "logs signs _mantissas _exponents curvatures"

    def __init__(self, steps):
        n = len(steps)
        self.n = n
        self.logs = [bits(h) - 1 for h in steps]  # log2 of h
        self.signs = words(n)  # 1 or -1: both points lie on that side, for X is at a bound
        self._mantissas = words(n)
        self._exponents = words(n)
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
            self.logs[i] = bits(h) - 1

    def take(self, i, first, second, level):
        """Takes the costs at both points of a coordinate and at X."""
        near = difference(first, level)
        far = difference(second, level)
        if self.signs[i]:
            curvature = add(far, -scaled(near, 1))  # of f(h) and f(2 h)
        else:
            curvature = add(near, far)
        self.curvatures[i] = curvature
        # 2 h g, exactly but for what 27 bits cannot hold
        slope(i, first, second, level, self.signs[i], self._mantissas, self._exponents)
        self._exponents[i] -= 1 + self.logs[i]

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
                for sign in (1, -1):
                    self.step(position.move, i, sign)
                    if position.admissible():
                        position.reject()

    def shorter(self, move):
        """Whether no coordinate of a step moves by a fourth of its h or more."""
        for i in range(self.n):
            if abs(move[i]) << 2 >= 1 << self.logs[i]:
                return False
        return True

    def adapt(self, level):
        """The next steps, from the curvatures that the last ones measured. level: what a cost is
        uncertain by, a positive scalar."""
        wanted = exponent(level) + _CLEAR
        for i in range(self.n):
            c = self.curvatures[i]
            change = _FASTER
            if c:
                change = wanted - exponent(c) >> 1
                change = max(-_FASTER, min(_FASTER, change))
            self.logs[i] = max(0, min(_MOST, self.logs[i] + change))
