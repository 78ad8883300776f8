"""BFGS on the factors of H = L D L', as two rank-one updates.

They are Bierman's and Agee and Turner's, from square-root-free Kalman filters on short-word
computers: all are products and quotients of positive numbers, so that H cannot lose its positivity
and never restarts.  Work n^2 an update; allocates only when made; no operator leaves a word.
"""

from .blocks import axpy, block, clear, copy, put
from .compat import const
from .scalars import bits, div, exponent, mantissa, mul, pack
from .triangle import Triangle

_HIDDEN = const(0x4000)
_FRACTION = const(0x3FFF)
_OFFSET = const(0x400E)
_TOP = const(0x7FFE)
_CARRY = const(0x8000)
_LARGE = const(0x20000000)  # products of normalised magnitudes from here on have 30 bits


class Factor(Triangle):
    """H with its updates; made once."""

    def __init__(self, n):
        Triangle.__init__(self, n)
        self.spare = block(n)
        self.k = block(n)
        self.r = block(n)

    def teach(self, d, new, old):
        """Changes H by (1/new - 1/old) d d', so that d'Bd, which is `old`, becomes `new`.

        d is a block, the last one given to `solve`; new and old are positive scalars.
        """
        ratio = div(new, old)
        for k in range(self.n):
            f = mul(ratio, div(pack(self.mantissas[k], self.exponents[k]), self.diagonal[k]))
            self.mantissas[k] = mantissa(f) if f else 0
            self.exponents[k] = exponent(f)
        self._bfgs(d, new)

    def update(self, s, y, sy):
        """The BFGS update with the secant pair (s, y): afterwards H y = s.

        s and y are blocks, sy = s'y a positive scalar.  Error of H y: see the tests.
        """
        self.transpose_times(y)
        self._bfgs(s, sy)

    def _bfgs(self, s, sy):
        """H+ = H - Hy y'H/(s'y + y'Hy) + c r r', with f = L'y in the scratch vector."""
        n = self.n
        total = self._subtract(sy)
        r = self.r
        copy(r, s, n)
        ratio = div(sy, total)
        axpy(r, -mantissa(ratio), exponent(ratio), self.k, 0, n)
        self._add(div(total, mul(sy, sy)), r)

    def _set_diagonal(self, k, m, e):
        """D_k = m * 2^e, m normalised; beyond the range of scalars the end of it."""
        e += _OFFSET
        if not 0 < e < _TOP:
            e = 1 if e < 1 else _TOP
        self.diagonal[k] = (e << 14) + m - _HIDDEN

    def _subtract(self, a):
        """H -= Hy y'H/(a + y'Hy); leaves K = Hy in `k` and returns a + y'Hy (Bierman)."""
        n = self.n
        k = self.k
        clear(k, n)
        am = mantissa(a)
        ae = exponent(a)
        for j in range(n - 1, -1, -1):
            f = self.mantissas[j]
            if f == 0:
                k[j] = 0
                continue
            sign = 1 if f > 0 else -1
            f *= sign
            fe = self.exponents[j]
            d = self.diagonal[j]
            de = (d >> 14) - _OFFSET
            d = (d & _FRACTION) | _HIDDEN
            # v = D f
            m = d * f
            ve = de + fe + 14
            if m >= _LARGE:
                m >>= 1
                ve += 1
            v = m >> 14
            if j < n - 1:
                column = self.columns[j]
                copy(self.spare, column, n)
                axpy(column, -sign * ((f << 14) // am), fe - ae - 14, k, j + 1, n)
                axpy(k, sign * v, ve, self.spare, j + 1, n)
            put(k, j, sign * v, ve, n)
            # a+ = a + f v
            m = f * v
            e = fe + ve + 14 - ae
            if m >= _LARGE:
                m >>= 1
                e += 1
            m >>= 14
            up = ae
            if e > 0:
                up += e
                m += am >> (e if e < 30 else 30)
            else:
                m = am + (m >> (-e if e > -30 else 30))
            if m >= _CARRY:
                m >>= 1
                up += 1
            # D *= a / a+
            q = (am << 15) // m
            e = de + ae - up
            if q >= _CARRY:
                q >>= 1
                e += 1
            d *= q
            if d >= _LARGE:
                d >>= 1
                e += 1
            self._set_diagonal(j, d >> 14, e - 1)
            am = m
            ae = up
        return pack(am, ae)

    def _add(self, c, r):
        """H += c r r' for a scalar c > 0 and a block r, which is overwritten (Agee and Turner)."""
        n = self.n
        cm = mantissa(c)
        ce = exponent(c)
        for j in range(n):
            z = r[j]
            if z == 0:
                continue
            sign = 1 if z > 0 else -1
            z *= sign
            shift = bits(z) - 15
            z = z >> shift if shift > 0 else z << -shift
            ze = r[n] + shift
            d = self.diagonal[j]
            de = (d >> 14) - _OFFSET
            d = (d & _FRACTION) | _HIDDEN
            # w = c z
            w = cm * z
            we = ce + ze + 14
            if w >= _LARGE:
                w >>= 1
                we += 1
            w >>= 14
            # D+ = D + w z
            m = w * z
            e = we + ze + 14 - de
            if m >= _LARGE:
                m >>= 1
                e += 1
            m >>= 14
            up = de
            if e > 0:
                up += e
                m += d >> (e if e < 30 else 30)
            else:
                m = d + (m >> (-e if e > -30 else 30))
            if m >= _CARRY:
                m >>= 1
                up += 1
            self._set_diagonal(j, m, up)
            if j < n - 1:
                column = self.columns[j]
                axpy(r, -sign * z, ze, column, j + 1, n)
                axpy(column, sign * ((w << 14) // m), we - up - 14, r, j + 1, n)
            # c *= D / D+
            q = (d << 15) // m
            ce += de - up
            if q >= _CARRY:
                q >>= 1
                ce += 1
            cm *= q
            if cm >= _LARGE:
                cm >>= 1
                ce += 1
            cm >>= 14
            ce -= 1
