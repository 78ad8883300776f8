"""Which differences are asked for, and what the rule learns of them.

Where costs are exact and curvatures known, the points X + h e_i come first, for a model that learns
curvatures; the others follow once a step is rejected, or before the end. (Forward before central
differences: Gill, Murray, Saunders and Wright, "Computing forward-difference intervals for
numerical optimization", SIAM J. Sci. Stat. Comput. 4(2), 1983.)
"""

from ..progress import RENEWAL
from ..status import RUNNING
from ..words.compat import const
from ..words.scalars import ONE
from .differences import Differences

TRIAL = const(0)  # the rule's own step
FIRST = const(2)  # the first point of a coordinate
SECOND = const(3)


class Gradients:
    """The part of `Measuring` that knows no cost but X's; see there."""

    def __init__(self, steps, noise):
        self.differences = Differences(steps)
        self.noise = noise
        self.n = len(steps)
        self.phase = TRIAL
        self.coordinate = 0
        self.kind = 0  # of the evaluation that led to X, see `progress`
        self.partial = False  # whether second points were left out
        self.completing = False  # whether they are asked for

    def _begin(self, o):
        """X is new: all its differences are asked for."""
        self.coordinate = 0
        self.phase = FIRST
        self.partial = False
        self.differences.prepare(0, o._position)

    def _take(self, o, cost):
        """Takes the cost of the point asked for."""
        i = self.coordinate
        differences = self.differences
        if self.phase == SECOND:
            differences.take_second(i, cost, o.level)
            self._next(o)
            return
        differences.take_first(i, cost, o.level)
        exact = self.noise is None and hasattr(o._rule.model, "teach")
        if exact and differences.half(i):
            self.partial = True
            self._next(o)
        else:
            self.phase = SECOND

    def _next(self, o):
        """A coordinate is done; then the next, or the model learns."""
        i = self.coordinate + 1
        differences = self.differences
        if self.completing:
            while i < self.n and not differences.halves[i]:
                i += 1
        self.coordinate = i
        if i == self.n:
            self.phase = TRIAL
            self._learn(o)
        elif self.completing:
            self.phase = SECOND
        else:
            self.phase = FIRST
            differences.prepare(i, o._position)

    def _doubtful(self, o):
        """Whether the slopes are to be made sure of, for their step fails or is the last; else the
        next step is set."""
        rule = o._rule
        self.partial = False
        if rule.fraction != ONE or (o.tolerance is not None and o._converged()):
            return True
        if rule.propose() != RUNNING or rule.compensating():
            return True
        self.partial = True
        return False

    def _complete(self, o):
        """The second points that were left out are asked for."""
        self.partial = False
        self.completing = True
        self.coordinate = -1
        self._next(o)

    def _learn(self, o):
        """The rule takes the gradient, and the curvatures that came with it."""
        rule = o._rule
        differences = self.differences
        differences.gradient(rule.fresh)
        if self.kind == RENEWAL or self.completing:
            rule.renew()
        elif not self.kind & 1:
            rule.start()
        elif self.noise is not None and differences.shorter(o._position.move):
            rule.renew()  # the change of the gradient is noise
        else:
            rule.accepted()
        level = ONE if self.noise is None else self.noise.level()
        if self.noise is None:
            differences.reject(o._position)
        if self.partial:
            return
        self.completing = False
        differences.teach(rule, level, self.kind & 1)
        rule.restart()
        differences.adapt(level, self.noise is None)
