"""Compensation of the quantization error, eq. 23-35, for steps that rounding took away.

The search direction is turned until it is orthogonal to itself, by changing its largest component.
Mode "compensated" uses the generalisation in `wall`.
"""

from ..words.long_division import LongDivision


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
