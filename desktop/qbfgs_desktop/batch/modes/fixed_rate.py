"""Mode "fixed-rate" on arrays; see `qbfgs.modes.fixed_rate`."""

import numpy as np

from qbfgs.grid.scales import cost_scale
from qbfgs.status import RANGE_LEFT, RUNNING, STALLED

from ..words.arrays import zeros
from ..words.blocks import block, stretch
from ..words.lanes import Lanes, put
from ..words.scalars import add, div, mul, pack, scaled
from .paper import scalar_of


class FixedRate(Lanes):
    """The rule of mode "fixed-rate" in all lanes; move: (n, lanes), the steps proposed."""

    FIELDS = ("g", "move")

    def __init__(self, n, position, objective, radius, pairs, polls):
        self.position = position
        self.qp = scalar_of(getattr(objective, "qp", 1))
        self.unit = div(mul(self.qp, self.qp), scalar_of(cost_scale(objective)))
        self.g = block(n, len(radius))
        self.move = zeros(n, len(radius))

    def start(self, g):
        """Takes the gradients at the starts, a block, in all lanes."""
        self.g = g

    def propose(self, lanes, wanted):
        """Sets the moves; RUNNING, STALLED at zero gradients, RANGE_LEFT at the grid's edge."""
        g = self.g.at(lanes)
        parts = mul(pack(np.abs(g.m), g.e), self.unit)
        size = parts[0]
        for part in parts[1:]:
            size = add(size, part)
        ratio = mul(div(self.qp, np.maximum(self.qp, size)), self.unit)
        d = stretch(g, -scaled(ratio, -6), 0).m
        d = np.where((d == 0) & (g.m != 0), -np.sign(g.m), d)
        put(self.move, lanes, d)
        going = np.where(self.position.inside(lanes, d), RUNNING, RANGE_LEFT)
        return np.where(d.any(axis=0), going, STALLED)

    def compensating(self):
        """Nowhere."""
        return np.zeros(self.move.shape[1], bool)

    def accepts(self, change):
        """Everywhere."""
        return np.ones(len(change), bool)

    def accepted(self, lanes, g):
        """The next steps of lanes given one by one follow the new gradients."""
        self.g.put(lanes, g)
