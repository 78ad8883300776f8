"""Mode "paper" on arrays; see `qbfgs.modes.paper`."""

import numpy as np

from qbfgs.grid.scales import cost_scale
from qbfgs.status import RUNNING, STALLED

from ..model.factors import Factor
from ..search.armijo import ALPHA
from ..search.compensation import round_div, turn
from ..words.answers import difference
from ..words.arrays import WORD, full, zeros
from ..words.blocks import block, dot, measured, stretch, subtract
from ..words.lanes import EVERY, Lanes, put, take
from ..words.scalars import add, div, mul, pack
from ..words.wide import Wide

_FINEST = 0x4000
_WAITING = -1


def _rates(qp):
    """[Qp 0.9^k] for k = 0, 1, .. until it does not change any more (eq. 16)."""
    rates, power = [], 0x10000000
    while not rates or (power + 5) // 10:
        power -= (power + 5) // 10 if rates else 0
        rates.append(qp * (power >> 13) + 0x4000 >> 15)
    return np.array(rates)


def scalar_of(value):
    """The scalar of an int."""
    return difference(Wide.stack([value]), Wide.stack([0]))[0]


class Paper(Lanes):
    """The rule of mode "paper" in all lanes; move: (n, lanes), the steps proposed."""

    FIELDS = ("factor", "g", "h", "z", "move", "turns", "k", "first_k", "rate")
    learns = True

    def __init__(self, n, position, objective, radius, pairs, polls):
        lanes = len(radius)
        scale = cost_scale(objective)
        qp = getattr(objective, "qp", 1)
        if qp > _FINEST:
            raise ValueError(f"this mode takes a Qp of {_FINEST} at most, not {qp}")
        self.position = position
        self.qp = qp
        self.grid = pack(WORD(qp), 0)
        self.unit = div(mul(self.grid, self.grid), scalar_of(scale))
        self.rates = _rates(qp)
        self.factor = Factor(n, lanes)
        self.g = block(n, lanes)
        self.h = block(n, lanes)
        self.z = zeros(n, lanes)
        self.move = zeros(n, lanes)
        self.turns = zeros(lanes)  # 0: h is in use, 1: z, 2: -z
        self.k = zeros(lanes)
        self.first_k = zeros(lanes)
        self.rate = zeros(lanes)

    def start(self, g):
        """Takes the gradients at the starts, a block, in all lanes."""
        self.g = g
        self._begin()
        self._head_downhill()

    def _begin(self):
        self.factor.set_identity(full(self.k.shape, self.unit))

    def _head_downhill(self):
        """New h in all lanes, and the search along them."""
        self._head()
        self.where(dot(self.h, self.g) >= 0, type(self)._head_anew)
        self.turns = np.zeros_like(self.turns)

    def _head_anew(self):
        self._begin()
        self._head()

    def _head(self):
        p = self.factor.direction(self.g)
        size = pack(np.abs(p.m[0]), p.e)
        for row in p.m[1:]:
            size = add(size, pack(np.abs(row), p.e))
        self.h = stretch(p, -div(self.grid, np.maximum(self.grid, size)), 0)

    def _direction(self, lanes):
        """The directions in use, (n, lanes)."""
        turned = take(self.turns, lanes) > 0
        return np.where(turned, take(self.z, lanes), take(self.h.m, lanes))

    def propose(self, lanes, wanted):
        """Sets the moves to [z v / Qp] where they are needed; RUNNING, or STALLED where no
        direction is left."""
        if lanes is EVERY:
            lanes = np.arange(len(self.k))
        status = np.where(wanted, _WAITING, RUNNING)
        while True:
            waiting = np.flatnonzero(status == _WAITING)
            if not len(waiting):
                return status
            asked = lanes.take(waiting)
            k = np.minimum(self.k.take(asked), len(self.rates) - 1)
            self.rate[asked] = rate = self.rates.take(k)
            d = round_div(rate * self._direction(asked), self.qp).astype(WORD)
            put(self.move, asked, d)
            some = d.any(axis=0)
            inside = self.position.inside(asked, d)
            status[waiting[some & inside]] = RUNNING
            self.k[asked[some & ~inside]] += 1
            ended = ~some
            ended[ended] = ~self._turn(asked[~some])
            status[waiting[ended]] = STALLED

    def _turn(self, lanes):
        """From h to z, from z to -z; False at the end."""
        self.turns[lanes] += 1
        turns = self.turns.take(lanes)
        first = lanes[turns == 1]
        if len(first):
            z = turn(take(self.h.m, first).astype(np.int64), self.qp).astype(WORD)
            up = dot(measured(z, zeros(len(first))), self.g.at(first)) > 0
            put(self.z, first, np.where(up, -z, z))
            self.first_k[first] = self._compensate_from(first)
        second = lanes[turns == 2]
        put(self.z, second, -take(self.z, second))
        left = turns <= 2
        self.k[lanes[left]] = self.first_k.take(lanes[left])
        return left

    def _compensate_from(self, lanes):
        return self.k.take(lanes)

    def compensating(self):
        """Whether the moves follow eq. 35's vector."""
        return self.turns > 0

    def accepts(self, change):
        """Eq. 37 in units of cost."""
        v = self._direction(EVERY)
        v = measured(v, zeros(v.shape[1]))
        rate = div(pack(self.rate, 0), self.grid)
        phi = mul(mul(rate, ALPHA), div(dot(v, v), self.unit))
        return (change < 0) & (change <= -phi)

    def rejected(self, lanes, change):
        """Idle epochs: smaller learning rates, or other directions."""
        self.k[lanes] += 1
        small = np.abs(take(self.move, lanes)).max(axis=0) == 1
        self._turn(lanes[small & (self.turns.take(lanes) == 0)])

    def accepted(self, lanes, g):
        """Gos in lanes given one by one: BFGS, and new h. g: the gradients there, a block."""
        part = self.at(lanes)
        part._go(g)
        self.put(lanes, part)

    def _go(self, g):
        if self.learns:
            y = subtract(g, self.g)
            move = measured(self.move, zeros(len(self.k)))
            sy = dot(move, y)
            self.factor.where(sy > 0, _update, move, y, sy)
        self.g = g
        self.k = self._next_k()
        self._head_downhill()

    def _next_k(self):
        return np.zeros_like(self.k)


def _update(factor, s, y, sy):
    """BFGS; the elimination order is that of the coordinates for good."""
    factor.bfgs(*factor.transpose_times(y), s, sy)
