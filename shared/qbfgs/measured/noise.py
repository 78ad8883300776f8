"""Noise of a measured cost: what it is, which goes beat it, and means.

A main step is a go where the cost falls by an eighth of the slope, give or take 3/2 standard
deviations, or 3 where the slope is below the noise, in two measurements (the relaxed rule of
Berahas, Byrd and Nocedal, "Derivative-free optimization of noisy functions via quasi-Newton
methods", SIAM J. Optim. 29(2), 2019): where the model promises less than the noise, the gradient,
of many measurements, is better evidence than two. Both had to be low for the go, so the cost told
in the end is the mean of others.
"""

from ..words.compat import const
from ..words.costs import mean, plus
from ..words.scalars import ONE, add, div, exponent, fixed, mul, pack, scaled, sqrt
from ..words.wide import difference

_MEMORY = const(16)  # pairs of repeats that an estimate is the mean of, about
_LAST = const(5)  # measurements of the point returned
_WEAK = const(2)  # trials that promise less than the noise, before the end


class Noise:
    """The standard deviation of one measurement, and the measurements of X; made once.

    deviation: in cost units, 0 for one that repeats tell. times: measurements of X that its mean is
    of; total: their sum.
    """

    FIRST = const(4)  # measurements of the start
    STATE = "times total final weak pairs square given"

    def __init__(self, deviation):
        self.given = difference(deviation, 0)
        self.square = 0  # the variance, a scalar, that repeats told
        self.pairs = 0
        self.times = self.total = self.weak = 0
        self.final = False  # whether the mean is that of the last measurements

    def level(self):
        """The standard deviation of one measurement, a scalar of 1 unit of cost or more."""
        known = self.given if self.given else sqrt(self.square)
        return known if known > ONE else ONE

    def learn(self, change):
        """Takes the difference of two measurements at one point."""
        square = scaled(mul(change, change), -1)
        if self.pairs < _MEMORY:
            self.pairs += 1
        self.square = add(self.square, div(add(square, -self.square), pack(self.pairs, 0)))

    def begin(self, cost):
        """The first measurement of a new X."""
        self.times = 1
        self.total = cost
        self.final = False

    def add(self, cost):
        """One more measurement of X."""
        self.times += 1
        self.total = plus(self.total, cost)

    def last(self):
        """Whether X is to be measured once more, before the end. The mean begins anew: what was
        measured before had to be low for X to be accepted."""
        if not self.final:
            self.final = True
            self.times = self.total = 0
        return self.times < _LAST

    def mean(self):
        """The mean cost at X, half up."""
        return mean(self.total, self.times)

    def error(self, times=None):
        """The standard error of the mean, or of that of so many others, rounded up."""
        level = self.level()
        if not self.given:  # an estimate from few pairs is uncertain (Student's t, nearly)
            level = add(level, div(scaled(level, 1), pack(self.pairs, 0)))
        error = div(level, sqrt(pack(times or self.times, 0)))
        e = max(0, exponent(error) - 28)  # it may be wider than a word
        return (fixed(error, e) << e) + 1

    def accepts(self, change, rule):
        """Whether a change of the cost agrees with the slope as far as the noise lets one see."""
        noise = self.level()
        if rule.compensating():
            return change <= -scaled(noise, 1)
        slope = rule.slope()
        allowed = add(noise, scaled(noise, 1 if -slope <= scaled(noise, 1) else -1))
        return change <= add(scaled(slope, -3), allowed)

    def hides(self, rule):
        """Whether the rule has no main step left, and the noise would hide what others gain."""
        if not rule.compensating():
            return False
        promise = rule.promise()
        return promise is None or promise <= scaled(self.level(), 3)

    def enough(self, rule):
        """Whether the model promises too little to go on; asked once a trial."""
        promise = rule.promise()
        if promise is None:
            return False
        if promise <= scaled(self.level(), -4):
            return True
        if promise <= self.level():
            self.weak += 1
        else:
            self.weak = 0
        return self.weak > _WEAK

    def believe(self, o):
        """X is the best point of the optimiser o, with the mean of its costs."""
        best = o._spare
        for i in range(o.n):
            best[i] = o._position.x[i]
        cost = self.mean()
        o._write(best, cost, cost, o.checksum, o.epochs, o.updates, o.compensations)
