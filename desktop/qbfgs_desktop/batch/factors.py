"""`qbfgs.factors` on arrays: BFGS on the factors of H = L D L', as two rank-one updates."""

import numpy as np

from .blocks import axpy, block, put
from .scalars import HIDDEN, TOP, bits, div, exponent, mantissa, mul, pack
from .triangle import OFFSET, Triangle, split


def _product(a, b, e):
    """The 15-bit mantissa, cut, and the exponent of a b 2^e; a and b have 15 bits."""
    m = a * b
    carry = m >> 29
    return m >> 14 + carry, e + carry + 14


def _sum(a, a_e, b, b_e):
    """Likewise of a 2^a_e + b 2^b_e; b may be 0."""
    e = b_e - a_e
    up = np.where(b == 0, 0, np.maximum(e, 0))
    m = (b >> np.minimum(np.maximum(-e, 0), 30)) + (a >> np.minimum(up, 30))
    carry = m >> 15
    return m >> carry, a_e + up + carry


def _times_ratio(m, e, a, a_e, b, b_e):
    """Likewise of m 2^e (a 2^a_e) / (b 2^b_e), where a/b is at most 1."""
    q = (a << 15) // b
    carry = q >> 15
    m, e = _product(m, q >> carry, e + a_e - b_e + carry)
    return m, e - 15


def _diagonal(m, e):
    """The scalars m * 2^e, m of 15 bits; beyond the range of scalars the end of it."""
    return (np.minimum(np.maximum(e + OFFSET, 1), TOP - 1) << 14) + m - HIDDEN


class Factor(Triangle):
    """H with its updates."""

    def teach(self, d, w, new, old):
        """Changes H by (1/new - 1/old) d d', so that d'Bd, which is `old`, becomes `new`.

        d: a block; w: its `solve`; new and old: positive scalars.
        """
        f = mul(div(new, old), div(pack(*w), self.diagonal))
        self._bfgs(d, new, mantissa(f), exponent(f))

    def update(self, s, y, sy):
        """The BFGS update with the secant pair (s, y), blocks, sy = s'y > 0: then H y = s."""
        self._bfgs(s, sy, *self.transpose_times(y))

    def _bfgs(self, s, sy, f, e):
        """H+ = H - Hy y'H/(s'y + y'Hy) + c r r', with L'y given by f and e."""
        total, k = self._subtract(sy, f, e)
        ratio = div(sy, total)
        self._add(div(total, mul(sy, sy)), axpy(s, -mantissa(ratio), exponent(ratio), k))

    def _subtract(self, a, f, e):
        """H -= Hy y'H/(a + y'Hy); returns a + y'Hy and Hy (Bierman)."""
        k = block(*f.shape)
        signs = np.sign(f)
        f = np.abs(f)
        a, a_e = split(a)
        diagonal = np.empty_like(f)
        for j in range(self.n - 1, -1, -1):
            d, d_e = split(self.diagonal[j])
            v, v_e = _product(d, f[j], d_e + e[j])
            sv = signs[j] * v
            if j < self.n - 1:
                column = self.columns[j]
                self.columns[j] = axpy(
                    column, -signs[j] * ((f[j] << 14) // a), e[j] - a_e - 14, k.after(j)
                )
                k = axpy(k, sv, v_e, column)
            k = put(k, j, sv, v_e)
            m, m_e = _sum(a, a_e, *_product(f[j], v, e[j] + v_e))
            diagonal[j] = _diagonal(*_times_ratio(d, d_e, a, a_e, m, m_e))
            a, a_e = m, m_e
        self.diagonal = diagonal
        return pack(a, a_e), k

    def _add(self, c, r):
        """H += c r r' for scalars c > 0 and a block r (Agee and Turner)."""
        c, c_e = split(c)
        diagonal = np.empty_like(r.m)
        for j in range(self.n):
            sign = np.sign(r.m[j])
            z = np.abs(r.m[j])
            length = bits(z)
            z = z << 15 >> length
            z_e = r.e + length - 15
            d, d_e = split(self.diagonal[j])
            w, w_e = _product(c, z, c_e + z_e)
            m, m_e = _sum(d, d_e, *_product(w, z, w_e + z_e))
            diagonal[j] = _diagonal(m, m_e)
            if j < self.n - 1:
                column = self.columns[j]
                r = axpy(r, -sign * z, z_e, column)
                self.columns[j] = axpy(column, sign * ((w << 14) // m), w_e - m_e - 14, r.after(j))
            c, c_e = _times_ratio(c, c_e, d, d_e, m, m_e)
        self.diagonal = diagonal
