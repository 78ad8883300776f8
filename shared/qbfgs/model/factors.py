"""BFGS on the factors of H = L D L', as two rank-one updates.

They are Bierman's and Agee and Turner's, from square-root-free Kalman filters on short-word
computers: all are products and quotients of positive numbers, so that H cannot lose its positivity
and never restarts.  Work n^2 an update; allocates only when made; no operator leaves a word.
Numbers are m * 2^(e - 14) with 2^14 <= m < 2^15, as in `triangle`.
"""

from ..words.blocks import axpy, block, copy, put
from ..words.compat import const
from ..words.scalars import bits, div, exponent, mantissa, mul, pack
from .triangle import Triangle

_HIDDEN = const(0x4000)
_CARRY = const(0x8000)
_FAR = const(0x4000)  # powers of D beyond this are taken as this


class Factor(Triangle):
    """H with its updates; made once."""

    def __init__(self, n):
        Triangle.__init__(self, n)
        self.spare = block(n)
        self._k = block(n)
        self._total = 0
        self._power = 0

    def teach(self, d: list, new: int, old: int):
        """Changes H by (1/new - 1/old) d d', so that d'Bd, which is `old`, becomes `new`.

        d is the block last given to `solve`; new and old are positive scalars.
        """
        ratio = div(new, old)
        for k in range(self.n):
            f = mul(ratio, div(pack(self.mantissas[k], self.exponents[k] - 14), self.pivot(k)))
            self.mantissas[k] = mantissa(f) if f else 0
            self.exponents[k] = exponent(f)
        self.bfgs(d, new)

    def bfgs(self, s: list, sy: int):
        """The BFGS update with the secant pair (s, y), after `transpose_times` of y.

        s is a block, sy = s'y a positive scalar.  With K = Hy and t = s'y + y'Hy it is
        H+ = H - K K'/t + r r'/t, r = K - (t/s'y) s.  Afterwards H y = s; error: see the tests.
        """
        n = self.n
        order = self.order
        work = self.work
        m = mantissa(sy)
        e = exponent(sy)
        self._subtract(m, e)
        for k in range(n):
            work[k] = s[order[k]]
        work[n] = s[n]
        work[-1] = s[-1]
        axpy(self._k, -((self._total << 14) // m), self._power - e, work, 0, n)
        self._add(self._total, self._power)

    def _subtract(self, t: int, te: int):
        """H -= K K'/(t + y'Hy), K = Hy, with f = L'y in the scratch vector (Bierman).

        Leaves K in `_k`, the divisor in `_total` and `_power`.
        """
        n = self.n
        k = self._k
        columns = self.columns
        mantissas = self.mantissas
        exponents = self.exponents
        pivots = self.pivots
        powers = self.powers
        spare = self.spare
        last = n - 1
        k[n] = k[-1] = 0
        for j in range(last, -1, -1):
            f = mantissas[j]
            if f == 0:
                k[j] = 0
                continue
            size = f if f > 0 else -f
            e = exponents[j]
            d = pivots[j]
            de = powers[j]
            # v = D f
            v = d * size >> 14
            ve = de + e
            if v >= _CARRY:
                v >>= 1
                ve += 1
            # t+ = t + f v, as in `_add`: shared, it would cost a go n calls more
            m = size * v >> 14
            me = e + ve
            if m >= _CARRY:
                m >>= 1
                me += 1
            shift = te - me
            if shift < 0:
                m += t >> (-shift if shift > -30 else 30)
            else:
                m = t + (m >> (shift if shift < 30 else 30))
                me = te
            if m >= _CARRY:
                m >>= 1
                me += 1
            if f < 0:
                v = -v
            # L -= (f / t) K, K += v L
            if j < last:
                size = (size << 14) // t
                column = columns[j]
                below = j + 1
                copy(spare, column, n)
                axpy(column, size if f < 0 else -size, e - te, k, below, n)
                axpy(k, v, ve, spare, below, n)
            put(k, j, v, ve, n)
            # D *= t / t+
            _keep_pivot(pivots, powers, j, d * ((t << 14) // m) >> 14, de + te - me)
            t = m
            te = me
        self._total = t
        self._power = te

    def _add(self, t: int, te: int):
        """H += r r'/t for the block r in `_k`, which is overwritten (Agee and Turner)."""
        n = self.n
        r = self._k
        columns = self.columns
        pivots = self.pivots
        powers = self.powers
        last = n - 1
        for j in range(n):
            z = r[j]
            if z == 0:
                continue
            size = z if z > 0 else -z
            shift = bits(size) - 15
            size = size >> shift if shift > 0 else size << -shift
            e = r[n] + shift + 14
            d = pivots[j]
            de = powers[j]
            # u = z / D
            u = (size << 14) // d
            ue = e - de
            if u < _HIDDEN:
                u = (size << 15) // d
                ue -= 1
            # t+ = t + u z, as in `_subtract`
            m = u * size >> 14
            me = e + ue
            if m >= _CARRY:
                m >>= 1
                me += 1
            shift = te - me
            if shift < 0:
                m += t >> (-shift if shift > -30 else 30)
            else:
                m = t + (m >> (shift if shift < 30 else 30))
                me = te
            if m >= _CARRY:
                m >>= 1
                me += 1
            # r -= z L, L += (u / t+) r
            if j < last:
                u = (u << 14) // m
                if z > 0:
                    size = -size
                else:
                    u = -u
                column = columns[j]
                below = j + 1
                axpy(r, size, e, column, below, n)
                axpy(column, u, ue - me, r, below, n)
            # D *= t+ / t
            _keep_pivot(pivots, powers, j, d * ((m << 14) // t) >> 14, de + me - te)
            t = m
            te = me


def _keep_pivot(pivots: list, powers: list, j: int, m: int, e: int):
    """D_j = m * 2^(e - 14), normalised, 2^13 <= m < 2^16."""
    if m < _HIDDEN:
        m <<= 1
        e -= 1
    elif m >= _CARRY:
        m >>= 1
        e += 1
    pivots[j] = m
    powers[j] = e if -_FAR < e < _FAR else _FAR if e > 0 else -_FAR
