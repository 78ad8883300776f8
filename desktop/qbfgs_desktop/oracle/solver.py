"""What every optimiser of the twin keeps: the best point, the counts, the record of each epoch.

One `step` is one epoch: it chooses a step on the grid, evaluates the cost once and judges it
(the paper's Fig. 2).  Subclasses say how: `_choose`, `_accepts`, `_go`, `_idle`.
"""

from typing import NamedTuple

RUNNING = "RUNNING"
TARGET = "TARGET"
LATTICE_MINIMUM = "LATTICE_MINIMUM"
MODEL_MINIMUM = "MODEL_MINIMUM"
EPOCH_LIMIT = "EPOCH_LIMIT"
STALLED = "STALLED"
RANGE_LEFT = "RANGE_LEFT"


class Record(NamedTuple):
    """One epoch: its number from 1; whether the trial was accepted; what proposed it ("main" or
    "compensation"); the trial point (grid integers) and its cost (cost units)."""

    epoch: int
    accepted: bool
    kind: str
    trial: tuple
    cost: int


class Solver:
    """Base class: bookkeeping of a run on the grid.

    objective: has n, cost(X) -> int and gradient(X) -> n ints (per grid step), on one scale.
    x0: n grid integers.  max_epochs: cost evaluations after the start.  target: stop when the
    cost is at or below it (cost units); None for no target.
    Attributes: x, cost, gradient of the best accepted point; epochs, updates (accepted), idles
    (rejected), compensations (epochs whose trial a compensation proposed); status, one of the
    names above; records, a list of `Record`; best_epoch, the epoch of the last acceptance.
    Raises ValueError for an x0 of the wrong length.
    """

    def __init__(self, objective, x0, max_epochs=2000, target=None):
        self.objective, self.n = objective, objective.n
        self.x = [int(v) for v in x0]
        if len(self.x) != self.n:
            raise ValueError(f"x0 must have {self.n} coordinates, not {len(self.x)}")
        self.max_epochs, self.target = max_epochs, target
        self.cost, self.gradient = objective.cost(self.x), objective.gradient(self.x)
        self.epochs = self.updates = self.idles = self.compensations = self.best_epoch = 0
        self.records, self.status = [], RUNNING
        self._check_target()

    def step(self):
        """Run one epoch.  True while the run can go on."""
        if self.status != RUNNING:
            return False
        if self.epochs >= self.max_epochs:
            self.status = EPOCH_LIMIT
            return False
        kind, d = self._choose()
        if d is None:
            self.status = kind
            return False
        trial = [a + b for a, b in zip(self.x, d, strict=True)]
        cost = self.objective.cost(trial)
        accepted = self._accepts(kind, d, cost)
        self.epochs += 1
        self.compensations += kind == "compensation"
        self.records.append(Record(self.epochs, accepted, kind, tuple(trial), cost))
        if accepted:
            self.updates += 1
            gradient = self.objective.gradient(trial)
            y = [a - b for a, b in zip(gradient, self.gradient, strict=True)]
            self.x, self.cost, self.gradient, self.best_epoch = trial, cost, gradient, self.epochs
            self._go(kind, d, y)
            self._check_target()
        else:
            self.idles += 1
            self._idle(kind, d, cost)
        return self.status == RUNNING

    def run(self):
        """Step to the end and return self."""
        while self.step():
            pass
        return self

    def _check_target(self):
        if self.target is not None and self.cost <= self.target:
            self.status = TARGET

    def _choose(self):
        """(kind, step), or (status to stop with, None)."""
        raise NotImplementedError

    def _accepts(self, kind, d, cost):
        raise NotImplementedError

    def _go(self, kind, d, y):
        """After an acceptance: x, cost, gradient are new already; y is the gradient's change."""

    def _idle(self, kind, d, cost):
        """After a rejection of x + d, whose cost was `cost`."""
