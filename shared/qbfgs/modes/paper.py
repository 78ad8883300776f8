"""Mode "paper": the paper's own rule, as literally as its text can be read.

What the text leaves open was settled by trying the readings against Tables 1 and 2.  This one
reaches zero where the paper does (from the first start for Qp >= 128, from the second for
Qp >= 256) and nowhere else, with its "Best Epoch", which counts updates, to within 9:

1. H = I in real units at first; BFGS after each go with s'y > 0.  The gradient is not rounded.
2. h = -H g / max(1, |h|), |h| the sum of magnitudes, rounded to the grid.  When the rounded h is
   no descent direction, H is set to I again.
3. lambda = z / Qp, z = [Qp 0.9^k] (eq. 16, 37); k = 0 after a go, and grows by 1 with each idle.
4. The step is [z h / Qp] (eq. 17).  One that rounds to zero costs no epoch.
5. Go if f_new - f <= -alpha lambda |h|^2 (eq. 22, 37 with h in the place of the gradient).
6. After a rejected step of one LSB, and after one that rounds to zero, eq. 35's vector takes the
   place of h with the k reached, downhill first, then its opposite; then the rule is at its end.
"""

from ..grid.scales import check_qp, cost_scale
from ..model.factors import Factor
from ..search.armijo import ALPHA
from ..search.compensation import Orthogonal
from ..status import RUNNING, STALLED
from ..words.blocks import block, copy, dot, largest, measure, stretch, subtract
from ..words.long_division import LongDivision
from ..words.scalars import add, div, mul, pack
from ..words.wide import difference, narrow

_FINEST = 0x4000  # Qp at most: z h of eq. 17 is then exact


class Paper:
    """The rule of mode "paper". It takes no setting but the objective's qp and cost_scale."""

    STATE = "qp scale unit g h z turns k first_k rate"
    PARTS = "factor"
    learns = True

    def __init__(self, position, objective, radius, pairs, polls):
        scale = cost_scale(objective)
        qp = getattr(objective, "qp", 1)
        check_qp(qp)
        if qp > _FINEST:
            raise ValueError("this mode takes a Qp of %d at most, not %d" % (_FINEST, qp))
        n = position.n
        # made once
        self.n = n
        self.position = position
        self.qp = qp
        self.scale = difference(scale, 0)
        self.unit = div(mul(pack(qp, 0), pack(qp, 0)), self.scale)  # I, per grid step
        self.factor = Factor(n)
        self.orthogonal = Orthogonal(n)
        self.long = LongDivision()
        self.p = block(n)
        self.z = block(n)
        self.fresh = block(n)
        # changes on go
        self.g = block(n)
        self.h = block(n)
        # changes every epoch
        self.turns = 0  # 0: h is in use, 1: z, 2: -z
        self.k = 0
        self.first_k = 0
        self.rate = 0

    def take(self, gradient):
        """Takes the gradient at the trial; nothing else changes."""
        narrow(gradient, self.n, self.fresh)

    def start(self):
        """The first h."""
        copy(self.g, self.fresh, self.n)
        self.factor.set_identity(self.unit)
        self._head_downhill()

    def _head_downhill(self):
        """A new h, and the search along it."""
        self._head()
        if dot(self.h, self.g, self.n) >= 0:
            self.factor.set_identity(self.unit)
            self._head()
        self.turns = 0

    def _head(self):
        n = self.n
        p = self.p
        self.factor.direction(p, self.g)
        size = 0
        for i in range(n):
            size = add(size, pack(abs(p[i]), p[n]))
        qp = pack(self.qp, 0)
        stretch(self.h, p, -div(qp, max(qp, size)), n)

    def _direction(self):
        """The direction in use."""
        return self.z if self.turns else self.h

    def propose(self):
        """Sets the move to [z v / Qp]; RUNNING, or STALLED when no direction is left."""
        move = self.position.move
        while True:
            v = self._direction()
            rate = 0x10000000
            for _ in range(self.k):
                rate -= (rate + 5) // 10
            self.rate = (self.qp * (rate >> 13) + 0x4000) >> 15
            for i in range(self.n):
                move[i] = self.long.rounded(self.rate, v[i], self.qp)
            if self.position.admissible():
                return RUNNING
            if largest(move, self.n):
                self.k += 1
            elif not self._turn():
                return STALLED

    def _turn(self):
        """From h to z, from z to -z; False at the end."""
        n = self.n
        z = self.z
        self.turns += 1
        if self.turns == 1:
            self.orthogonal.turn(z, self.h, self.qp)
            measure(z, n)
            self.first_k = self._compensate_from()
            sign = -1 if dot(z, self.g, n) > 0 else 1
        elif self.turns == 2:
            sign = -1
        else:
            return False
        self.k = self.first_k
        for i in range(n):
            z[i] *= sign
        return True

    def _compensate_from(self):
        return self.k

    def compensating(self):
        """Whether the move follows eq. 35's vector."""
        return self.turns > 0

    def accepts(self, change):
        """Eq. 37 in units of cost."""
        v = self._direction()
        square = dot(v, v, self.n)
        rate = div(pack(self.rate, 0), pack(self.qp, 0))
        phi = mul(mul(ALPHA, rate), div(square, self.unit))
        return change < 0 and change <= -phi

    def rejected(self, change):
        """An idle epoch: a smaller learning rate, or another direction."""
        self.k += 1
        if self.turns == 0 and largest(self.position.move, self.n) == 1:
            self._turn()

    def accepted(self):
        """A go: BFGS, and a new h."""
        n = self.n
        y = self.p
        move = self.position.move
        subtract(y, self.fresh, self.g, n)
        self.g, self.fresh = self.fresh, self.g
        if self.learns:
            sy = dot(move, y, n)
            if sy > 0:
                self.factor.transpose_times(y)
                self.factor.bfgs(move, sy)
        self.k = self._next_k()
        self._head_downhill()

    def _next_k(self):
        return 0
