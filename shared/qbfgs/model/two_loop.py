"""Limited-memory BFGS: the product H G by two loops over the last secant pairs.

H is never formed: memory and work are O(m n) for m pairs.  Algorithm 7.4 of Nocedal and Wright,
"Numerical Optimization", with blocks for vectors and scalars for the rest.
"""

from ..words.blocks import axpy, copy, words
from ..words.scalars import add, div, exponent, mantissa, mul, pack, scaled
from .secants import Secants

PAIRS = 8  # kept when no number was asked for
_MORE = pack(10, 0)


def long_dot(x: list, y: list, n: int) -> int:
    """The scalar x.y of two blocks of up to 2^16 numbers.

    Exact but for the last rounding while the sizes add up to 26 or less; beyond, the longer factor
    is cut first, down to 13 bits each.  Unlike `blocks.dot` it keeps them whatever n is.
    """
    a = x[-1]
    b = y[-1]
    if a == 0 or b == 0:
        return 0
    cut_x = 0
    cut_y = 0
    if a + b > 26:
        if a <= 13:
            cut_y = a + b - 26
        elif b <= 13:
            cut_x = a + b - 26
        else:
            cut_x = a - 13
            cut_y = b - 13
    high = 0
    low = 0
    i = 0
    while i < n:
        # Eight products of at most 2^26 fit a word; what is above 14 bits is carried.
        end = i + 8 if i + 8 < n else n
        while i < end:
            low += (x[i] >> cut_x) * (y[i] >> cut_y)
            i += 1
        high += low >> 14
        low &= 0x3FFF
    e = x[n] + cut_x + y[n] + cut_y
    if -0x4000 <= high < 0x4000:
        return pack((high << 14) + low, e)
    return pack(high + (low >> 13), e + 14)


class TwoLoop(Secants):
    """The last secant pairs, and H made of them; made once.

    gain: the scalar of H_0 = gain I, s'y/y'y of the newest pair.  Error of H G: see the tests.
    """

    STATE = Secants.STATE + " gain"

    def __init__(self, n, most):
        Secants.__init__(self, n, most)
        self.gain = 0
        self._steps = words(most)

    def add(self, s, y, sy):
        """Stores copies of a pair, the oldest giving way; H_0 is scaled to its curvature."""
        Secants.add(self, s, y, sy)
        self.gain = div(sy, long_dot(y, y, self.n))

    def learn(self, s, y):
        """Takes the secant pair of a go; without s'y > 0 only a larger H_0."""
        sy = long_dot(s, y, self.n)
        if sy > 0:
            self.add(s, y, sy)
        else:
            self.gain = mul(self.gain, _MORE)

    def stiffness(self, k):
        """The scalar y'y/s'y of pair k."""
        return div(long_dot(self.y[k], self.y[k], self.n), self.sy[k])

    def coarsen(self, k):
        """Takes steps of 2^k for the unit."""
        Secants.coarsen(self, k)
        self.gain = scaled(self.gain, -2 * k)

    def direction(self, p, g):
        """p = H G / gain as a block."""
        n = self.n
        steps = self._steps
        copy(p, g, n)
        for k in range(self.count - 1, -1, -1):
            a = div(long_dot(self.s[k], p, n), self.sy[k])
            steps[k] = a
            _add(p, -a, self.y[k], n)
        # p stands for H_0 p / gain: the second loop's steps are divided by the gain instead.
        for k in range(self.count):
            b = div(long_dot(self.y[k], p, n), self.sy[k])
            _add(p, add(div(steps[k], self.gain), -b), self.s[k], n)


def _add(p: list, a: int, x: list, n: int):
    """p += a x for a scalar a."""
    if a:
        axpy(p, mantissa(a), exponent(a), x, 0, n)
