"""`qbfgs.bfgs` on arrays: the inverse Hessian and the secant pairs that it is made of."""

import numpy as np

from .blocks import dot
from .factors import Factor
from .lanes import Lanes, at
from .pivoting import sort
from .scalars import ONE, div, pack, scaled
from .secants import Secants

_LESS = int(pack(np.int64(10), 0))


class QuasiNewton(Lanes):
    """H and its lessons; blocks in the order of coordinates."""

    FIELDS = ("factor", "secants")

    def __init__(self, n, pairs, lanes):
        self.n = n
        self.factor = Factor(n, lanes)
        self.secants = Secants(n, pairs if pairs is not None else 2 if n < 3 else n + 2, lanes)

    def teach(self, d, measured):
        """Makes d'Bd, B = H^-1, the positive curvature that a rejected step measured."""
        factor = self.factor
        d = factor.gather(d)
        w = factor.solve(d)
        factor.teach(d, w, measured, factor.curvature(w))

    def learn(self, s, y):
        """Takes the secant pair of a go."""
        sy = dot(s, y)
        self._where(sy <= 0, QuasiNewton._soften, s)
        self._where(sy > 0, QuasiNewton._take, s, y, sy)
        sort(self.factor)

    def _where(self, mask, method, *arguments):
        """The method with the lanes where the mask holds."""
        if mask.all():
            method(self, *arguments)
        elif mask.any():
            lanes = np.flatnonzero(mask)
            part = self.at(lanes)
            method(part, *(at(argument, lanes) for argument in arguments))
            self.put(lanes, part)

    def _soften(self, s):
        """The model's curvature along s is wrong: a tenth of it keeps runs from creeping."""
        factor = self.factor
        d = factor.gather(s)
        w = factor.solve(d)
        old = factor.curvature(w)
        factor.teach(d, w, div(old, np.int64(_LESS)), old)

    def _take(self, s, y, sy):
        if self.n > 2:
            self._where(self.secants.count > 0, QuasiNewton._rescale, y, sy)
        for k in range(self.secants.most):
            pair = self.secants.s[k], self.secants.y[k], self.secants.sy[k]
            self._where(self.secants.count > k, QuasiNewton._apply, *pair)
        first = self.secants.count == 0
        self.secants.add(s, y, sy)
        self._where(first, QuasiNewton._begin)
        self._apply(s, y, sy)

    def _begin(self):
        self.factor.set_identity(div(np.int64(scaled(ONE, 1)), self.secants.stiffness[0]))

    def _apply(self, s, y, sy):
        """The BFGS update with a pair."""
        factor = self.factor
        factor.update(factor.gather(s), factor.gather(y), sy)

    def _rescale(self, y, sy):
        """H *= s'y / y'Hy where that is more than 1: H was too small along the new pair."""
        total = self.factor.form(self.factor.gather(y))
        small = (sy > total) & (total > 0)
        self.factor.scale(np.where(small, div(sy, total), ONE))
