"""The part of an Optimizer that asks for no gradient.

After a go the points X +- h e_i are asked for one by one, an epoch each. Where costs have noise, a
point is measured again before it is believed.
"""

from ..renewing import from_x
from ..status import INTERRUPTED, NOISE, RUNNING
from ..words.compat import const
from ..words.wide import difference, feed_record
from .gradients import SECOND, TRIAL, Gradients

AGAIN = const(1)  # the same point once more
LAST = const(4)  # the best point once more, before the end


class Measuring(Gradients):
    """What is asked next, and what becomes of the answers; made once.

    steps: see `Differences`. noise: a `Noise`, or None for exact costs.
    """

    STATE = "phase coordinate kind partial completing before"

    def __init__(self, steps, noise):
        Gradients.__init__(self, steps, noise)
        self.PARTS = "differences" if noise is None else "differences noise"
        self.before = 0  # cost told first of a point that is told again

    def known(self, count):
        """Whether X has its gradient, and `count` rejected steps are those that it came from."""
        return self.phase == TRIAL and count <= 2 * self.n and not self.partial

    def reset(self):
        """The next point is told for the first time."""
        self.phase = TRIAL
        self.partial = self.completing = False

    def propose(self, o):
        """Sets what is asked next; RUNNING, or the status that ends the run."""
        if self.phase != TRIAL:
            return RUNNING
        noise = self.noise
        if noise is None:
            if self.partial:
                if self._doubtful(o):
                    self._complete(o)
                return RUNNING
            status = o._rule.propose()
            if status != RUNNING and o.cost < o.level:
                from_x(o)  # a better point that was asked for the gradient's sake
                return RUNNING
            return status
        if not noise.enough(o._rule):
            status = o._rule.propose()
            if status == RUNNING and not noise.hides(o._rule):
                return RUNNING
        if noise.last():
            self.phase = LAST
            return RUNNING
        return NOISE

    def lead(self, o, trial):
        """Sets the list trial to the point asked for."""
        phase = self.phase
        position = o._position
        if phase == TRIAL or phase == AGAIN:
            if o.level is not None:  # else it is x
                position.lead(trial)
            return
        for i in range(self.n):
            trial[i] = position.x[i]
        if phase != LAST:
            i = self.coordinate
            trial[i] += self.differences.offset(i, phase == SECOND)

    def tell(self, o, cost):
        """Takes the cost of the point asked for; False, for no gradient is wanted."""
        phase = self.phase
        if phase == TRIAL:
            self._told(o, cost)
        elif phase == AGAIN:
            self._told_again(o, cost)
        else:
            checksum = feed_record(o.checksum, o._trial, cost)
            o.status = INTERRUPTED
            o._count(0, cost, checksum, phase != LAST and self.noise is None)
            if phase == LAST:
                if self.noise.times:
                    self.noise.learn(difference(cost, self.before))
                self.before = cost
                self.noise.add(cost)
                self.noise.believe(o)
                self.phase = TRIAL
            else:
                self._take(o, cost)
            o._choose()
        return False

    def _told(self, o, cost):
        """The cost of a trial, or of a start."""
        level = o.level
        noise = self.noise
        if level is not None:
            change = difference(cost, level)
            rule = o._rule
            if not (rule.accepts(change) if noise is None else noise.accepts(change, rule)):
                o._idle(change, cost)
                return
        if noise is None:
            self._go(o, cost)
            return
        checksum = feed_record(o.checksum, o._trial, cost)
        o.status = INTERRUPTED
        self.before = cost
        self.phase = AGAIN
        if level is None:
            noise.begin(cost)
            o.checksum = checksum
        else:
            o._count(0, cost, checksum)
        o._choose()

    def _told_again(self, o, cost):
        """The cost of the same point once more."""
        noise = self.noise
        noise.learn(difference(cost, self.before))
        self.phase = TRIAL
        if o.level is not None:
            change = difference(cost, o.level)
            if not noise.accepts(change, o._rule):
                o._idle(change, cost)
                return
            noise.begin(cost)
        else:
            noise.add(cost)
            self.before = cost
            if noise.times < noise.FIRST:
                o.checksum = feed_record(o.checksum, o._trial, cost)
                self.phase = AGAIN
                o._choose()
                return
        self._go(o, cost)

    def _go(self, o, cost):
        """X is the point told; its gradient comes next."""
        self.kind = kind = o._beginning
        if o.level is not None:
            self.kind = kind = 3 if o._rule.compensating() else 1
        checksum = feed_record(o.checksum ^ kind, o._trial, cost)
        o.status = INTERRUPTED
        if o.level is not None:
            o._position.accept()
        o._count(kind, cost, checksum)
        if self.noise is not None:
            self.noise.believe(o)
        self._begin(o)
        o._choose()
