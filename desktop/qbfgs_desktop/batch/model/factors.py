"""`qbfgs.model.factors` on arrays: BFGS on the factors of H = L D L', as two rank-one updates.

Numbers are as in `triangle`.
"""

import numpy as np

from ..words.arrays import at_least, at_most, nonzero
from ..words.blocks import axpy, entry, put
from ..words.scalars import bits, div, exponent, leading, mantissa, mul
from .triangle import Triangle, number, scalar

_END = 0x4000  # powers of D are from -_END to _END


def _product(a, b, e):
    """The number a b 2^(e - 28), cut; a and b have 15 bits."""
    m = a * b >> 14
    carry = m >> 15
    return m >> carry, e + carry


def _sum(t, t_e, m, e):
    """The sum of two numbers >= 0, cut; m may be 0."""
    shift = t_e - e & nonzero(m)
    down = at_least(shift, 0)
    m = (t >> down - shift) + (m >> down)
    carry = m >> 15
    return m >> carry, t_e + (down - shift) + carry


class Factor(Triangle):
    """H with its updates."""

    def teach(self, d, w, e, new, old):
        """Changes H by (1/new - 1/old) d d', so that d'Bd, which is `old`, becomes `new`.

        d: a block; w, e: its `solve`; new and old: positive scalars.
        """
        f = mul(div(new, old), div(scalar(w, e), self.diagonal()))
        self.bfgs(mantissa(f), exponent(f), d, new)

    def bfgs(self, f, e, s, sy):
        """The BFGS update with the secant pair (s, y): afterwards H y = s.

        f, e: L'y; s: a block; sy: s'y, a positive scalar.
        """
        m, power = number(sy)
        k, t, t_e = self._subtract(f, e, m, power)
        self._add(axpy(k, -((t << 14) // m), t_e - power, s), t, t_e)

    def _subtract(self, f, e, t, t_e):
        """H -= K K'/(t + y'Hy), K = Hy, with L'y = f, e (Bierman); K and the divisor."""
        signs = np.sign(f)
        f = np.abs(f)
        pivots, powers = np.empty_like(f), np.empty_like(f)
        for j in range(self.n - 1, -1, -1):
            v, v_e = _product(self.pivots[j], f[j], self.powers[j] + e[j])
            m, m_e = _sum(t, t_e, *_product(f[j], v, e[j] + v_e))
            v = v * signs[j]
            if j == self.n - 1:
                k = entry(v, v_e)
            else:
                column = self.columns[j]
                ratio = (f[j] << 14) // t * -signs[j]
                self.columns[j] = axpy(column, ratio, e[j] - t_e, k)
                k = put(axpy(k, v, v_e, column), v, v_e)
            pivots[j], powers[j] = self._multiplied(j, (t << 14) // m, t_e - m_e)
            t, t_e = m, m_e
        self.pivots, self.powers = pivots, powers
        return k, t, t_e

    def _multiplied(self, j, q, e):
        """D_j times q * 2^(e - 14), 2^13 <= q <= 2^15."""
        m = self.pivots[j] * q >> 14
        carry = at_most(m >> 14, 2)
        e = e + self.powers[j] + (carry - 1)
        return m << 1 >> carry, at_most(at_least(e, -_END), _END)

    def _add(self, r, t, t_e):
        """H += r r'/t for a block r and numbers t > 0 (Agee and Turner)."""
        pivots, powers = np.empty_like(r.m), np.empty_like(r.m)
        for j in range(self.n):
            sign = np.sign(r.m[0])
            z = np.abs(r.m[0])
            length = bits(z)
            z = leading(z, length)
            e = r.e + (length - 1)
            u = (z << 15) // self.pivots[j]
            carry = u >> 15
            u >>= carry
            u_e = e - self.powers[j] + (carry - 1)
            m, m_e = _sum(t, t_e, *_product(u, z, e + u_e))
            if j < self.n - 1:
                column = self.columns[j]
                r = axpy(r.rest(), -sign * z, e, column)
                self.columns[j] = axpy(column, (u << 14) // m * sign, u_e - m_e, r)
            pivots[j], powers[j] = self._multiplied(j, (m << 14) // t, m_e - t_e)
            t, t_e = m, m_e
        self.pivots, self.powers = pivots, powers
