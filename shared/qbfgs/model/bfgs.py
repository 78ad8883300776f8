"""Quantized BFGS: the inverse Hessian and the secant pairs that it is made of."""

from ..words.blocks import dot
from ..words.compat import const
from ..words.scalars import ONE, div, pack, scaled
from .factors import Factor
from .pivoting import sort
from .secants import Secants

_LESS = pack(10, 0)
# H remembers an older pair when its y'Hy is from about 4/5 to 3/2 of s'y: differences of scalars.
_LEAST = const(-0x1800)
_MOST = const(0x2000)


class QuasiNewton:
    """H and what it learns from; steps d and s are integer blocks in the order of coordinates.

    pairs: secant pairs kept, see Optimizer. Made once; a go costs about n^2 a pair.
    """

    STATE = ""
    PARTS = "factor secants"

    def __init__(self, n, pairs):
        self.n = n
        self.factor = Factor(n)
        self.secants = Secants(n, pairs if pairs is not None else 2 if n < 3 else 4)

    def direction(self, p: list, g: list):
        """p = H G, blocks; p has grid steps as its unit."""
        self.factor.direction(p, g)

    def teach(self, d: list, measured: int):
        """Makes d'Bd, B = H^-1, the positive curvature that a rejected step measured."""
        factor = self.factor
        factor.solve(d)
        factor.teach(d, measured, factor.form(1))

    def coarsen(self, k):
        """Takes steps of 2^k for the unit."""
        self.factor.scale(scaled(ONE, -2 * k))
        self.secants.coarsen(k)

    def learn(self, s: list, y: list):
        """Takes the secant pair of a go."""
        factor = self.factor
        secants = self.secants
        sy = dot(s, y, self.n)
        if sy <= 0:
            # The model's curvature along s is wrong: a tenth of it keeps runs from creeping.
            factor.solve(s)
            old = factor.form(1)
            factor.teach(s, div(old, _LESS), old)
        else:
            count = secants.count
            if count and self.n > 2:
                # H *= s'y / y'Hy when that is more than 1: H was too small along the new pair.
                factor.transpose_times(y)
                total = factor.form(0)
                if sy > total > 0:
                    factor.scale(div(sy, total))
            # For n = 2 an older pair counts again only where H has forgotten it.
            for k in range(count):
                self._apply(k, self.n > 2)
            secants.add(s, y, sy)
            if count == 0:
                factor.set_identity(div(scaled(ONE, 1), secants.stiffness(0)))
            self._apply(secants.count - 1, True)
        sort(factor)

    def again(self):
        """Takes the last secant pair again."""
        if self.secants.count:
            self._apply(self.secants.count - 1, True)

    def _apply(self, k: int, always: bool):
        """The BFGS update with stored pair k; if not always, only where y'Hy is far from s'y."""
        secants = self.secants
        factor = self.factor
        sy = secants.sy[k]
        factor.transpose_times(secants.y[k])
        # The difference of two scalars' words is 2^14 times log2 of their ratio, nearly.
        if always or not _LEAST <= factor.form(0) - sy <= _MOST:
            factor.bfgs(secants.s[k], sy)
