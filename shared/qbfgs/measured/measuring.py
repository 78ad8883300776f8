"""The part of an Optimizer that asks for no gradient.

After a go the points X +- h e_i are asked for one by one, an epoch each. Where costs have noise, a
point is measured again before it is believed.
"""

from ..progress import RENEWAL
from ..status import INTERRUPTED, NOISE, RUNNING
from ..words.compat import const
from ..words.scalars import ONE
from ..words.wide import difference, feed_record
from .differences import Differences

TRIAL = const(0)  # the rule's own step
AGAIN = const(1)  # the same point once more
FIRST = const(2)  # the first point of a coordinate
SECOND = const(3)
LAST = const(4)  # the best point once more, before the end


class Measuring:
    """What is asked next, and what becomes of the answers; made once.

    steps: see `Differences`. noise: a `Noise`, or None for exact costs.
    """

    STATE = "phase coordinate kind first before"

    def __init__(self, steps, noise):
        self.differences = Differences(steps)
        self.noise = noise
        self.PARTS = "differences" if noise is None else "differences noise"
        self.n = len(steps)
        self.phase = TRIAL
        self.coordinate = 0
        self.kind = 0  # of the evaluation that led to X, see `progress`
        self.first = 0  # cost at the first point of the coordinate
        self.before = 0  # cost told first of a point that is told again

    def known(self, count):
        """Whether X has its gradient, and `count` rejected steps are those that it came from."""
        return self.phase == TRIAL and count <= 2 * self.n

    def reset(self):
        """The next point is told for the first time."""
        self.phase = TRIAL

    def propose(self, o):
        """Sets what is asked next; RUNNING, or the status that ends the run."""
        if self.phase != TRIAL:
            return RUNNING
        noise = self.noise
        if noise is None:
            status = o._rule.propose()
            if status != RUNNING and o.cost < o.level:
                from ..renewing import from_x

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
            if phase == FIRST:
                self.first = cost
                self.phase = SECOND
            elif phase == SECOND:
                self._coordinate(o, cost)
            else:
                self.noise.add(cost)
                self.noise.believe(o)
                self.phase = TRIAL
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
        self.coordinate = 0
        self.phase = FIRST
        self.differences.prepare(0, o._position)
        o._choose()

    def _coordinate(self, o, cost):
        """Both costs of a coordinate are known."""
        i = self.coordinate
        self.differences.take(i, self.first, cost, o.level)
        self.coordinate = i + 1
        if i + 1 < self.n:
            self.phase = FIRST
            self.differences.prepare(i + 1, o._position)
        else:
            self.phase = TRIAL
            self._learn(o)

    def _learn(self, o):
        """The rule takes the gradient, and the curvatures that came with it."""
        rule = o._rule
        differences = self.differences
        differences.gradient(rule.fresh)
        if self.kind == RENEWAL:
            rule.renew()
        elif not self.kind & 1:
            rule.start()
        elif self.noise is not None and differences.shorter(o._position.move):
            rule.renew()  # the change of the gradient is noise
        else:
            rule.accepted()
        level = ONE if self.noise is None else self.noise.level()
        differences.teach(rule, level, self.kind & 1)
        rule.restart()
        if self.noise is None:
            differences.reject(o._position)
        differences.adapt(level)
