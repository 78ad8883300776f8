"""Mode "fixed-rate": a constant learning rate, with updates of at least one LSB.

What the paper improves on: X follows the negative gradient, each component of the step
[Qp p_i / max(Qp, |p|) / 64] for the gradient p in real units, or one LSB where that is 0 and the
gradient is not.  Nothing is tested, so every epoch is a go and X hovers about the minimum in the
end; the result is the best point met.
"""

from ..grid.scales import check_qp, cost_scale
from ..status import RANGE_LEFT, RUNNING, STALLED
from ..words.blocks import block, copy, largest, stretch
from ..words.scalars import add, div, mul, pack, scaled
from ..words.wide import difference, narrow


class FixedRate:
    """The rule of mode "fixed-rate". It takes no setting but the objective's qp and cost_scale."""

    STATE = "qp unit g"

    def __init__(self, position, objective, radius, pairs, polls):
        scale = cost_scale(objective)
        self.position = position
        qp = getattr(objective, "qp", 1)
        check_qp(qp)
        self.qp = difference(qp, 0)
        self.unit = div(mul(self.qp, self.qp), difference(scale, 0))
        self.g = block(position.n)
        self.fresh = block(position.n)

    def take(self, gradient):
        """Takes the gradient at the trial; nothing else changes."""
        narrow(gradient, self.position.n, self.fresh)

    def start(self):
        """The next step follows the new gradient."""
        copy(self.g, self.fresh, self.position.n)

    def propose(self):
        """Sets the move; RUNNING, STALLED at a zero gradient, RANGE_LEFT at the grid's edge."""
        n = self.position.n
        g = self.g
        move = self.position.move
        size = 0
        for i in range(n):
            size = add(size, mul(self.unit, pack(abs(g[i]), g[n])))
        ratio = mul(self.unit, div(self.qp, max(self.qp, size)))
        stretch(move, g, -scaled(ratio, -6), n)
        for i in range(n):
            if g[i] and move[i] == 0:
                move[i] = -1 if g[i] > 0 else 1
        if self.position.admissible():
            return RUNNING
        return RANGE_LEFT if largest(move, n) else STALLED

    def compensating(self):
        """Never."""
        return False

    def accepts(self, change):
        """Always."""
        return True

    def accepted(self):
        """The next step follows the new gradient."""
        self.start()
