"""Compensation of the quantization error: search directions for steps that rounding took away.

`Orthogonal` is eq. 23-35: the search direction turned until it is orthogonal to itself, by changing
its largest component.  `along_wall` is the generalisation that mode "compensated" uses: orthogonal
to the change of the gradient, the wall of the valley, in any dimension.
"""

from .blocks import axpy, block, copy, dot, largest, stretch
from .long_division import LongDivision
from .scalars import div, exponent, mantissa, pack


def along_wall(z, p, s, y, sy, n):
    """z = p - (y'p / s'y) s: the part of the target p that no wall stops, orthogonal to y.

    Blocks; (s, y) is a secant pair and sy = s'y > 0 its scalar.  For n = 2 this is the direction of
    eq. 26-28 with y in the place of h.
    """
    copy(z, p, n)
    ratio = div(dot(y, p, 0, n), sy)
    if ratio:
        axpy(z, -mantissa(ratio), exponent(ratio), s, 0, n)


class WallSearch:
    """Steps along the wall of the valley: at the trust radius, a quarter of it, and so on to 1."""

    STATE = ("wall", "length")

    def __init__(self, n):
        self.n = n
        self.wall = block(n)
        self.length = 0  # of the next step, grid steps; 0 when there is none

    def begin(self, target, secants, radius, g):
        """Takes the direction from the target and the stiffest secant pair, downhill on G."""
        n, wall = self.n, self.wall
        self.length = 0
        if secants.count:
            k = secants.stiffest()
            along_wall(wall, target, secants.s[k], secants.y[k], secants.sy[k], n)
            if largest(wall, n):
                self.length = radius
            if dot(wall, g, 0, n) > 0:
                for i in range(n):
                    wall[i] = -wall[i]

    def next(self, d):
        """d = the next step, rounded coordinate by coordinate; False when there is none."""
        if self.length == 0:
            return False
        n, wall = self.n, self.wall
        stretch(d, wall, div(pack(self.length, 0), pack(largest(wall, n), wall[n])), n)
        self.length >>= 2
        return True


class Orthogonal:
    """The quantized orthogonal compensation vector of eq. 35, exactly, in words; made once.

    The products of eq. 32-34 have three factors of up to 19 bits, so they are kept as numbers of
    two digits to the base |v_m|.
    """

    def __init__(self, n):
        self.n = n
        self._long = LongDivision()

    def coefficient(self, h, m, qp):
        """The bracket of eq. 35, exactly: [sum over i of Qp v_i^2 / v_m^2], half up.

        h: n integers v_i below 2^19; m: the place of one that is largest in magnitude, not 0;
        qp: 1 .. 2^19. The result is between Qp and n Qp.
        """
        long = self._long
        base = abs(h[m])
        whole = 0
        high = 0
        low = 0
        for i in range(self.n):
            v = abs(h[i])
            # Qp v = q base + r, so that Qp v^2 / base^2 = (q v + r v / base) / base.
            long.divide(v, qp, base)
            r = long.remainder
            long.divide(v, long.quotient, base)
            whole += long.quotient
            high += long.remainder
            long.divide(v, r, base)
            high += long.quotient
            low += long.remainder
            # Carried at once: what stays in the two digits is the sum of Rem, eq. 34.
            if low >= base:
                low -= base
                high += 1
            while high >= base:
                high -= base
                whole += 1
        return whole + (1 if 2 * high + (2 * low >= base) >= base else 0)

    def turn(self, z, h, qp):
        """z = the basic compensation vector z_t^Q = (z_t)^Q / Qp of eq. 35, rounded to the grid.

        It equals h but for the largest component (the first of them), which becomes
        [(Qp - coefficient) h_m / Qp]. h = 0 gives z = 0. h and z: lists or blocks of n integers.
        """
        m = 0
        for i in range(self.n):
            z[i] = h[i]
            if abs(h[i]) > abs(h[m]):
                m = i
        if h[m]:
            excess = self.coefficient(h, m, qp) - qp  # the own term of v_m is just Qp
            part = excess // qp
            z[m] = self._long.rounded(excess - part * qp, -h[m], qp) - part * h[m]
