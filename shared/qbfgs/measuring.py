"""Costs that are measured: gradients from differences, and repeats where there is noise.

After a go the points X +- h e_i are asked for one by one, an epoch each, and the gradient is their
central difference. Steps h are powers of two: the division is a shift, and exact. Each pair of
points measures a curvature too, which H learns. The next h follows from it: one whose second
difference stands out of the noise 8 times (after More and Wild, "Estimating derivatives of noisy
simulations", TOMS 38, 2012; without noise what stands for it is a unit of cost).
"""

from .grid.position import EDGE
from .progress import RENEWAL
from .status import INTERRUPTED, NOISE, RUNNING
from .words.blocks import block, words
from .words.compat import const
from .words.scalars import ONE, add, bits, exponent, scaled
from .words.wide import difference, feed_record

TRIAL = const(0)  # the rule's own step
AGAIN = const(1)  # the same point once more
PLUS = const(2)
MINUS = const(3)
LAST = const(4)  # the best point once more, before the end

_CLEAR = const(3)  # log2 of how far a second difference is to stand out of the noise
_ROUNDS = const(3)
_FASTER = const(3)  # log2 of what a step changes by at most
LONGEST = const(0x20000)  # a step, at most


class Measuring:
    """The part of an Optimizer that asks for no gradient; made once.

    differences: the first h, grid steps, a list of one a coordinate, cut to powers of two.
    noise: a `Noise`, or None for exact costs.
    """

    STATE = "phase coordinate kind powers signs first before _mantissas _exponents curvatures"
    PARTS = ""

    def __init__(self, differences, noise):
        n = len(differences)
        self.n = n
        self.noise = noise
        if noise is not None:
            self.PARTS = "noise"
        self.powers = [bits(h) - 1 for h in differences]  # log2 of h
        self.signs = words(n)  # 1 or -1: both points lie on that side, for X is at a bound
        self.phase = TRIAL
        self.coordinate = 0
        self.kind = 0  # of the evaluation that led to X, see `progress`
        self.first = self.before = 0  # costs: at X + h e_i; told first of a point told again
        self._mantissas = words(n)
        self._exponents = words(n)
        self.curvatures = words(n)  # of h e_i, scalars
        self._step = block(n)

    def known(self, count):
        """Whether all is known of X that a go tells, and of `count` rejected steps none but those."""
        return self.phase == TRIAL and count <= 2 * self.n

    def reset(self):
        """The next point is told for the first time."""
        self.phase = TRIAL

    # Asking

    def propose(self, o):
        """Sets what is asked next; RUNNING, or the status that ends the run."""
        if self.phase != TRIAL:
            return RUNNING
        noise = self.noise
        if noise is None:
            status = o._rule.propose()
            if status != RUNNING and o.cost < o.level:
                from .renewing import from_x

                from_x(o)  # a better point that was asked for the gradient's sake
                return RUNNING
            return status
        if not noise.enough(o._rule):
            status = o._rule.propose()
            if status == RUNNING and not o._rule.compensating():
                return RUNNING
        if noise.last():
            self.phase = LAST
            return RUNNING
        return NOISE

    def lead(self, o, trial):
        """Sets the list trial to the point asked for."""
        position = o._position
        if self.phase == TRIAL or self.phase == AGAIN:
            if o.level is not None:  # else it is x
                position.lead(trial)
            return
        for i in range(self.n):
            trial[i] = position.x[i]
        if self.phase != LAST:
            i = self.coordinate
            h = 1 << self.powers[i]
            side = self.signs[i]
            if side:
                trial[i] += side * (h if self.phase == PLUS else 2 * h)
            else:
                trial[i] += h if self.phase == PLUS else -h

    def _aside(self, o):
        """Makes room for X +- h e_i within the edge and the bounds, on one side if need be."""
        i = self.coordinate
        x = o._position.x[i]
        box = o._position.box
        low = EDGE + x if box is None else x - box.low[i]
        high = EDGE - x if box is None else box.high[i] - x
        h = 1 << self.powers[i]
        self.signs[i] = 0
        if min(low, high) < h:
            room = max(low, high)
            if 2 * min(low, high) >= room >> 1 and min(low, high):
                h = min(low, high)
            else:
                self.signs[i] = 1 if high >= low else -1
                h = min(h, max(1, room >> 1))
            self.powers[i] = bits(h) - 1

    # Being told

    def tell(self, o, cost):
        """Takes the cost of the point asked for; what `AskTell.tell` does with it."""
        phase = self.phase
        if phase == TRIAL:
            self._told(o, cost)
        elif phase == AGAIN:
            self._told_again(o, cost)
        else:
            checksum = feed_record(o.checksum, o._trial, cost)
            o.status = INTERRUPTED
            if phase == LAST:
                self.noise.add(cost)
                o._count(0, cost, checksum)
                o._believe(self.noise.mean())
            else:
                o._count(0, cost, checksum, self.noise is None)
                if phase == PLUS:
                    self.first = cost
                    self.phase = MINUS
                else:
                    self._second(o, cost)
            if self.phase == LAST:
                self.phase = TRIAL
            o._choose()
        return False

    def _told(self, o, cost):
        level = o.level
        noise = self.noise
        if level is not None:
            change = difference(cost, level)
            rule = o._rule
            good = rule.accepts(change) if noise is None else noise.accepts(change, rule)
            if not good:
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
            o._believe(self.noise.mean())
        self.coordinate = 0
        self.phase = PLUS
        self._aside(o)
        o._choose()

    def _second(self, o, cost):
        """With both costs of a coordinate."""
        i = self.coordinate
        level = o.level
        near = difference(self.first, level)
        far = difference(cost, level)
        side = self.signs[i]
        if side:
            # f(h) = near, f(2h) = far: slope 2 h g = 4 near - far, curvature far - 2 near.
            change = 4 * (self.first - level) - (cost - level)
            if side < 0:
                change = -change
            curvature = add(far, -scaled(near, 1))
        else:
            change = self.first - cost
            curvature = add(near, far)
        e = 0
        while not -0x8000000 < change < 0x8000000:
            change >>= 1
            e += 1
        self._mantissas[i] = change
        self._exponents[i] = e - 1 - self.powers[i]
        self.curvatures[i] = curvature
        self.phase = PLUS
        self.coordinate += 1
        if self.coordinate < self.n:
            self._aside(o)
            return
        self.phase = TRIAL
        self._gradient(o._rule.fresh)
        self._learn(o)
        self._adapt()

    def _gradient(self, g):
        """g, a block = the differences under one exponent."""
        n = self.n
        top = -0x4000
        for i in range(n):
            m = self._mantissas[i]
            if m:
                top = max(top, self._exponents[i] + bits(m if m > 0 else -m))
        e = top - 27
        size = 0
        for i in range(n):
            shift = self._exponents[i] - e
            m = self._mantissas[i]
            if m:
                m = m << shift if shift >= 0 else m >> (-shift if shift > -30 else 30)
            g[i] = m
            size |= m if m >= 0 else -m
        g[n] = e if size else 0
        g[-1] = bits(size)

    def _learn(self, o):
        rule = o._rule
        if self.kind == RENEWAL:
            rule.renew()
        elif not self.kind & 1:
            rule.start()
        elif self._short(o._position.move):
            rule.renew()  # a change of the gradient would be noise
        else:
            rule.accepted()
        # What H learns of one bends what it learnt of those before; in turn they come to agree.
        for k in range(_ROUNDS):
            if k and self.kind & 1:
                rule.again()
            for i in range(self.n):
                c = self.curvatures[i]
                if c > scaled(self._level(), 3):
                    self._unit(self._step, i, 1)
                    rule.measured(self._step, c)
        rule.restart()
        if self.noise is None:
            for i in range(self.n):
                if not self.signs[i]:
                    for sign in (1, -1):
                        self._unit(rule.move, i, sign)
                        if o._position.admissible():
                            o._position.reject()

    def _level(self):
        """What a cost is uncertain by, a scalar."""
        return self.noise.level() if self.noise is not None else ONE

    def _unit(self, d, i, sign):
        """The block d = h e_i or -h e_i."""
        for k in range(self.n):
            d[k] = 0
        d[i] = sign << self.powers[i]
        d[self.n] = 0
        d[-1] = self.powers[i] + 1

    def _short(self, move):
        """Whether no coordinate moved by a fourth of its h or more, under noise."""
        if self.noise is None:
            return False
        for i in range(self.n):
            if 4 * abs(move[i]) >= 1 << self.powers[i]:
                return False
        return True

    def _adapt(self):
        """The next steps, from the curvatures that the last ones measured."""
        wanted = exponent(self._level()) + _CLEAR
        for i in range(self.n):
            c = self.curvatures[i]
            change = _FASTER
            if c:
                change = wanted - exponent(c) >> 1
                change = max(-_FASTER, min(_FASTER, change))
            self.powers[i] = max(0, min(17, self.powers[i] + change))
