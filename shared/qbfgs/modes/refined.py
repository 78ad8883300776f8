"""Fine to coarse: a run on a grid 2^k times finer than the one asked for, ended on the asked one.

On a coarse grid a quasi-Newton run is often stopped by rounding far from the best point.  Where the
objective can be evaluated between the asked points, it runs between them, with little rounding.
Near its end, and now and then before, it tries the asked point that the model thinks best.  In the
end it goes on from the best asked point with H and the secant pairs, and certifies it among asked
points.
"""

from ..grid.position import EDGE
from ..search.rounding import FINE
from ..status import RANGE_LEFT, RUNNING
from ..words.blocks import largest, measure
from ..words.compat import const

_FINE = const(0)  # a trial on the fine grid
_PROBE = const(1)  # one of the asked grid
_SWITCH = const(2)  # the best asked point, to go on from
_ASKED = const(3)  # all is as without refinement

FIRST = 8
NEAR = 2  # probes begin when a main step is at most 2^-NEAR of an asked step
FINEST = 0x10000  # what Qp times 2^k is to come near
WIDEST = 0x40000  # what the start is to stay below


def fineness(qp, x0):
    """The refinement k for a start x0 on a grid of qp steps per unit (all on the asked grid).

    The most that keeps qp 2^k <= 2^16, and the start 2^k x0 within half of the optimiser's range.
    """
    top = max([abs(x) for x in x0])
    k = 0
    while qp << (k + 1) <= FINEST and top << (k + 1) < WIDEST:
        k += 1
    return k


class Refined:
    """A rule that leads another one, of a mode with bounds, from fine to coarse.

    best: the list with the best asked point so far, in fine steps, which the optimiser keeps.
    refine: k. The rule's steps are fine ones until the switch, and asked ones after it.
    """

    STATE = "phase due probed gos wait"
    PARTS = "rule"

    def __init__(self, rule, position, best, refine):
        self.rule = rule
        self.position = position
        self.best = best
        self.k = refine
        self.probed = list(best)  # the asked point tried last
        self.low = [0] * len(best)  # the bounds in asked steps, once they are wanted
        self.high = [0] * len(best)
        self.phase = _ASKED if position.shift else _FINE
        self.due = True  # whether no asked point was tried from here
        self.gos = 0
        self.wait = FIRST  # the number of gos that makes a probe due wherever the run is

    def take(self, gradient, hessian=None):
        """Takes the answers at the trial; nothing else changes."""
        if hessian is None:
            self.rule.take(gradient)
        else:
            self.rule.take(gradient, hessian)

    def start(self):
        """With the gradient at the start."""
        self.rule.start()

    def renew(self):
        """With the gradient of a changed objective at the best point."""
        self.rule.renew()
        self.due = True

    def propose(self):
        """Sets the move; RUNNING, or the status that ends the run."""
        rule = self.rule
        if self.phase == _ASKED:
            return rule.propose()
        if self.position.count < self.position.room:
            rule.aim()
            if self.due and self._near():
                if self._probe():
                    return RUNNING
                rule.aim()
            self.phase = _FINE
            if self.position.admissible() or (self.due and self._probe()):
                return RUNNING
        move = rule.move
        x = self.position.x
        most = EDGE >> self.k << self.k
        for i in range(rule.n):
            if not -most < x[i] < most:
                return RANGE_LEFT
            move[i] = self.best[i] - x[i]
        self.phase = _SWITCH
        measure(move, rule.n)
        return RUNNING

    def _near(self):
        """Whether an asked point is worth an epoch: near the end, and after 8, 16, 32 .. gos."""
        if self.gos >= self.wait:
            self.wait = 2 * self.gos
            return True
        return largest(self.rule.target, self.rule.n) <= 1 << (self.k + FINE - NEAR)

    def _probe(self):
        """The move to the target's asked point; False where that is no trial."""
        rule = self.rule
        k = self.k
        x = self.position.x
        target = rule.target
        move = rule.move
        below = (1 << k) - 1
        self.due = False
        self.phase = _PROBE
        for i in range(rule.n):
            target[i] = (((x[i] & below) << FINE) + target[i]) >> k
        rule.rounding.round(move, target)
        for i in range(rule.n):
            move[i] = (((x[i] >> k) + move[i]) << k) - x[i]
        self.position.box.clip(x, move)
        moved = False
        for i in range(rule.n):
            if x[i] + move[i] != self.probed[i]:
                moved = True
                self.probed[i] = x[i] + move[i]
        return moved and self.position.admissible()

    def promise(self):  # on the asked grid
        return self.rule.promise() if self.phase == _ASKED else None

    def compensating(self):
        """Whether the trial is one of the asked grid before its time, or a compensation there."""
        if self.phase == _ASKED:
            return self.rule.compensating()
        return self.phase != _FINE

    def accepts(self, change):
        """Whether a change of the cost makes a go."""
        enough = self.rule.accepts(change)
        if self.phase == _PROBE:
            return change < 0
        return self.phase == _SWITCH or enough

    def rejected(self, change):
        """An idle epoch."""
        if self.phase == _PROBE:
            self.position.reject()
        else:
            self.rule.rejected(change)

    def accepted(self):
        """A go; that to the best asked point ends the fine part."""
        rule = self.rule
        if self.phase == _SWITCH and rule.move[-1] == 0:
            rule.renew()
        else:
            rule.accepted()
        self.due = True
        self.gos += 1
        if self.phase == _SWITCH:
            self.phase = _ASKED
            self._coarsen()

    def _coarsen(self):
        """Takes units of 2^k steps for X, which is the best point, its bounds, H and the pairs."""
        rule = self.rule
        position = self.position
        box = position.box
        model = rule.model
        n = rule.n
        k = self.k
        for i in range(n):
            self.low[i] = box.low[i] >> k
            self.high[i] = box.high[i] >> k
        try:
            self._change_units()
        except BaseException:  # what is begun is completed, see `AskTell`
            self._change_units()
            raise
        position.back(self.best)
        model.coarsen(k)
        rule.g[n] += k
        rule.set_radius(1)
        rule.restart()

    def _change_units(self):
        """To asked steps. To do it twice is to do it once."""
        box = self.position.box
        box.low = self.low
        box.high = self.high
        self.position.shift = self.k
