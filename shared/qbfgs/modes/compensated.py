"""Mode "compensated": BFGS on the lattice, rounded in the metric, with compensation.

After the wall of the valley, the compensation tries ranked neighbours: short vectors of a reduced
basis, then a box.
"""

# The order in which a board that compiles them needs the least heap, found by trial.
from ..search.idle_and_go import NEIGHBOURS, IdleAndGo

# isort: split
from ..search.neighbours import Neighbours

# isort: split
from ..model import factors  # noqa: F401

# isort: split
from ..model.bfgs import QuasiNewton
from ..model.curvatures import Curvatures
from ..search.rounding import MetricRounding
from ..status import LATTICE_MINIMUM, MODEL_MINIMUM, RUNNING
from ..words.compat import const
from ..words.scalars import ONE

_LIST = const(3)
_BOX = const(4)

_LISTS = const(20)  # ranked at one point, at most
_EIGHTH = ONE - (3 << 14)


class Compensated(IdleAndGo):
    """The rule of mode "compensated"; settings as in Optimizer."""

    ENOUGH = (8, 4)  # 8 + 4 n polls are a certificate
    STATE = IdleAndGo.STATE + " budget whole polls lists taught agreed"
    PARTS = "model neighbours wall curvatures"

    def __init__(self, position, objective, radius, pairs, polls):
        IdleAndGo.__init__(self, position, radius)
        n = position.n
        # made once
        self.model = self._made(n, pairs)
        self.rounding = MetricRounding(self.model.factor)
        self.neighbours = Neighbours(self.model.factor)
        self.curvatures = Curvatures(n)
        self.whole = polls is not None
        self.budget = polls if self.whole else self.ENOUGH[0] + self.ENOUGH[1] * n
        self.most = max(2 * self.budget, 5 * position.room >> 3)  # steps rejected at one point
        # changes every epoch
        self.polls = self.lists = 0
        self.taught = self.agreed = False

    def _made(self, n, pairs):
        return QuasiNewton(n, pairs)

    def _first(self, h):
        self.model.factor.set_identity(h)

    def _pairs(self):
        return self.model.secants

    def _neighbour(self):
        neighbours = self.neighbours
        while True:
            if self.stage == NEIGHBOURS:
                neighbours.rank_basis(self.g, self.radius)
                self.taught = False
                self.stage = _LIST
            if neighbours.best(self.move):
                # Where H is nearly singular it learns for ever: enough steps were tried.
                enough = self.position.count >= self.most
                doubtful = _EIGHTH if enough or self.stage == _LIST else 1
                if neighbours.rank < doubtful and (enough or self.polls >= self.budget):
                    if neighbours.rank_more(self.g, self.radius):
                        continue
                    # All that is left could only win against the model. Its word is taken when it
                    # agrees with what was measured, and has learnt nothing since it ranked them.
                    last = enough or self.lists == _LISTS
                    if self.stage == _BOX or not self.taught or last:
                        if self.agreed or last:
                            return MODEL_MINIMUM
                        self.curvatures.repeat(self.model)
                        self.agreed = True
                    self.lists += 1
                    self.stage = NEIGHBOURS
                    self._turn()
                    self.aim()
                if self.position.admissible():
                    return RUNNING
            elif not neighbours.rank_more(self.g, self.radius):
                if self.stage == _BOX:
                    return LATTICE_MINIMUM
                if not self.whole and neighbours.n < 4:
                    # The list held almost all that a box about so few coordinates could add.
                    return MODEL_MINIMUM
                self.stage = _BOX
                self.polls = 0  # from here on of uphill steps
                neighbours.rank_box(self.g)

    def _judged(self, slope, measured):
        if self.stage != _BOX or slope >= 0:
            self.polls += 1
        if self.stage != _BOX and measured > 0:
            self.model.teach(self.move, measured)
            self.curvatures.add(self.move, measured)
            self.taught = True
            self.agreed = False

    def _forget(self):
        IdleAndGo._forget(self)
        self.curvatures.forget()
        self.polls = self.lists = 0
