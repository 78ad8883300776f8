"""`qbfgs.model.bfgs` on arrays: the inverse Hessian and the secant pairs that it is made of."""

from ..words.arrays import WORD
from ..words.blocks import dot
from ..words.lanes import Lanes
from ..words.scalars import ONE, div, pack, scaled
from .factors import Factor
from .pivoting import sort
from .secants import Secants, stiffness

_LESS = pack(WORD(10), 0)
_TWO = scaled(WORD(ONE), 1)
_LEAST = -0x1800
_MOST = 0x2000


class QuasiNewton(Lanes):
    """H and what it learns from; blocks in the order of coordinates."""

    FIELDS = ("factor", "secants")

    def __init__(self, n, pairs, lanes):
        self.n = n
        self.factor = Factor(n, lanes)
        self.secants = Secants(n, pairs if pairs is not None else 2 if n < 3 else 4, lanes)

    def learn(self, s, y):
        """Takes the secant pair of a go."""
        sy = dot(s, y)
        self.factor.where(sy <= 0, _soften, s)
        self.where(sy > 0, QuasiNewton._take, s, y, sy)
        sort(self.factor)

    def _take(self, s, y, sy):
        factor, secants = self.factor, self.secants
        if self.n > 2:
            _rescale(factor, secants.count > 0, y, sy)
        for k in range(secants.most):
            self._repeat(secants.count > k, secants.s[k], secants.y[k], secants.sy[k])
        factor.where(secants.count == 0, _begin, y, sy)
        secants.add(s, y, sy)
        _update(factor, *factor.transpose_times(factor.gather(y)), s, sy)

    def _repeat(self, wanted, s, y, sy):
        """The update with an older pair; for n <= 2 only where H has forgotten it."""
        if wanted.any():
            factor = self.factor
            f, e = factor.transpose_times(factor.gather(y))
            if self.n <= 2:
                difference = factor.form(f, e) - sy
                wanted = wanted & ((difference < _LEAST) | (difference > _MOST))
            factor.where(wanted, _update, f, e, s, sy)


def _update(factor, f, e, s, sy):
    """The BFGS update with a pair (s, y); f, e: L'y."""
    factor.bfgs(f, e, factor.gather(s), sy)


def teach(factor, d, measured):
    """Makes d'Bd, B = H^-1, the positive curvature that rejected steps d measured."""
    d = factor.gather(d)
    w, e = factor.solve(d)
    factor.teach(d, w, e, measured, factor.curvature(w, e))


def _soften(factor, s):
    """The model's curvature along s is wrong: a tenth of it keeps runs from creeping."""
    d = factor.gather(s)
    w, e = factor.solve(d)
    old = factor.curvature(w, e)
    factor.teach(d, w, e, div(old, _LESS), old)


def _begin(factor, y, sy):
    """H = 2 s'y/y'y I, for the first pair."""
    factor.set_identity(div(_TWO, stiffness(y, sy)))


def _rescale(factor, wanted, y, sy):
    """H *= s'y / y'Hy where that is needed and more than 1: H was too small along the new pair."""
    total = factor.form(*factor.transpose_times(factor.gather(y)))
    factor.where(wanted & (sy > total) & (total > 0), Factor.scale, div(sy, total))
