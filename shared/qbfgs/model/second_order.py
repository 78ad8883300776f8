"""What Gauss-Newton's matrix lacks: S, for the curvature of the residuals.

S learns from the changes of the gradient, and counts where it predicts the costs of gos better than
the matrix alone: Dennis, Gay, Welsch, "An adaptive nonlinear least-squares algorithm", TOMS 7(3),
1981.  Theirs decides by the last go; here older ones count too, each half as much as the next, so
that problems without residuals, which S misleads on their way, seldom meet it.
"""

from ..words.blocks import axpy, block, clear, dot, measure, stretch, subtract
from ..words.compat import const
from ..words.scalars import ONE, add, bits, div, exponent, mantissa, scaled

_MOST = const(0xFFFFFFF)
_VOTE = const(64)
_ENOUGH = const(57)  # a vote; or two and an opposite one before


class SecondOrder:
    """S, symmetric, in scaled coordinates; made once. Steps and gradients are scaled blocks.

    triangle: its lower triangle row by row, a block of n (n + 1)/2 numbers.  votes: for S, the last
    one 64, the one before 32 ..
    """

    STATE = "triangle votes"

    def __init__(self, n):
        self.n = n
        self._size = n * (n + 1) // 2
        self._room = 29 - bits(n - 1) >> 1  # bits of n pairs whose products can be added up
        self.triangle = block(self._size)
        self.votes = 0
        self._rise = block(self._size)
        self._image = block(n)

    def counts(self):
        """Whether S is part of the model."""
        return self.votes > _ENOUGH

    def form(self, d: list) -> int:
        """The scalar d'Sd; S d is left for `learn`."""
        n = self.n
        triangle = self.triangle
        image = self._image
        clear(image, n)
        size = triangle[self._size + 1]  # viper takes [-1] for that of n numbers
        if size == 0:
            return 0
        room = self._room
        cut = size - room if size > room else 0
        size = d[-1]
        cut_d = size - room if size > room else 0
        k = 0
        for i in range(n):
            u = d[i] >> cut_d
            total = 0
            for j in range(i):
                v = triangle[k] >> cut
                k += 1
                total += v * (d[j] >> cut_d)
                image[j] += v * u
            image[i] = total + (triangle[k] >> cut) * u
            k += 1
        image[n] = triangle[k] + cut + d[n] + cut_d
        measure(image, n)
        return dot(image, d, n)

    def judge(self, measured, curved, lacking):
        """A go measured d'Bd; curved: as the model had it; lacking: d'Sd."""
        wrong = add(measured, -curved)
        other = add(wrong, lacking if self.counts() else -lacking)  # with S, or without it
        right = abs(wrong) < abs(other) if self.counts() else abs(other) < abs(wrong)
        self.votes = (self.votes >> 1) + (_VOTE if right else -_VOTE)

    def rescale(self, old: list, new: list):
        """From old scales to new ones, which are no smaller."""
        triangle = self.triangle
        k = 0
        for i in range(self.n):
            for j in range(i + 1):
                triangle[k] >>= min(30, new[i] - old[i] + new[j] - old[j])
                k += 1
        measure(triangle, k)

    def learn(self, d, y, yd, missed, now):
        """S d becomes `missed`, which is lost: what y, the change of the gradient, lacks after the
        matrix. Of all such S it is the nearest, weighted by y, to S times a factor of 1 at most,
        which makes d'Sd no larger than it is to be (their eq. 3.2 and 3.3).

        yd: the positive scalar y'd; now: d'Sd, from `form`.
        """
        n = self.n
        triangle = self.triangle
        wanted = dot(missed, d, n)
        ratio = ONE
        if abs(now) > abs(wanted):
            ratio = div(abs(wanted), abs(now))
            stretch(triangle, triangle, ratio, self._size)
            now = abs(wanted) if now > 0 else -abs(wanted)
        if ratio and now:
            axpy(missed, -mantissa(ratio), exponent(ratio), self._image, 0, n)
        half = scaled(div(add(wanted, -now), yd), -1)
        if half:
            axpy(missed, -mantissa(half), exponent(half), y, 0, n)
        self._pair(missed, y)
        yd = div(ONE, yd)
        axpy(triangle, mantissa(yd), exponent(yd), self._rise, 0, self._size)

    def _pair(self, x: list, y: list):
        """The rise: x y' + y x'."""
        n = self.n
        rise = self._rise
        cut_x = x[-1]
        cut_x = cut_x - 14 if cut_x > 14 else 0
        cut_y = y[-1]
        cut_y = cut_y - 14 if cut_y > 14 else 0
        k = 0
        for i in range(n):
            u = x[i] >> cut_x
            v = y[i] >> cut_y
            for j in range(i + 1):
                rise[k] = u * (y[j] >> cut_y) + v * (x[j] >> cut_x)
                k += 1
        rise[k] = x[n] + cut_x + y[n] + cut_y
        measure(rise, k)

    def add_to(self, matrix: object):
        """Adds S to the matrix of an Elimination."""
        n = self.n
        high = matrix.high
        triangle = self.triangle
        shift = triangle[self._size] + 28
        k = 0
        for i in range(n):
            line = high[i]
            for j in range(i + 1):
                v = triangle[k]
                k += 1
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
    """missed = y - A d for the matrix of an Elimination; d is within the room of `Cholesky`."""
    high = matrix.high
    clear(missed, n)
    for j in range(n):
        v = d[j]
        v1 = v >> 14
        v &= 0x3FFF
        for i in range(n):
            line = high[i if i > j else j]
            h = line[j if i > j else i]
            h1 = h >> 14
            missed[i] += h1 * v1 + (h1 * v + (h & 0x3FFF) * v1 >> 14)
    missed[n] = d[n]
    measure(missed, n)
    subtract(missed, y, missed, n)
