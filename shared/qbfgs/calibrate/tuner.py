"""Knobs turned until a measured cost is low.

    tuner = Tuner(measure, budget=150)             # measure(p, i): an int, low is good
    tuner.knob("P", 500, 0, 20000, "mW/K")         # start, least, most, unit
    tuner.knob("I", 50, 0, 2000, "mW/Ks")
    while tuner.step():                            # one measurement each
        pass
    print(tuner)

What is measured may have noise; what it is gets learnt from repeats. See docs/endings.md.
"""

from ..optimizer import Optimizer
from ..words.wide import is_int

STEPS = 1 << 12  # of the grid, from a knob's least to its most


class Tuner:
    """Knobs against a measured cost.

    measure: called with a value a knob, ints in the knobs' units; gives the cost, an int, or a
        number that is taken times `scale` and rounded. Whole cost units should be well below what a
        measurement is uncertain by.
    budget: measurements at most.
    noise: the standard deviation of one measurement in units of cost; "auto" (default) learns it;
        None for costs that are exact.
    log: called after each measurement with its number, the values and the cost. Default: they are
        kept, tuples in the list `log`.

    values, cost: the best point and what is known of it, a mean where there is noise. error: its
    standard error.
    """

    def __init__(self, measure, budget=200, noise="auto", scale=1, log=None):
        if not is_int(budget) or budget < 1:
            raise ValueError("budget must be 1 measurement or more, not %r" % (budget,))
        self.measure = measure
        self.budget = budget
        self.noise = noise
        self.scale = scale
        self.log = []
        self.measurements = 0
        self.knobs = []
        self._tell = log
        self._optimizer = None
        self._last = []  # costs of the best point, measured again where the budget ended the run

    def knob(self, name, start, low, high, unit=""):
        """Adds a knob: an int between low and high. Raises ValueError for limits that are none."""
        if self._optimizer is not None:
            raise RuntimeError("the tuner has begun: add all knobs before the first step")
        for value in (start, low, high):
            if not is_int(value):
                raise TypeError("knob %s: %r must be an int; choose a smaller unit" % (name, value))
        if not low < high:
            raise ValueError("knob %s: its least, %d, is not below %d" % (name, low, high))
        if not low <= start <= high:
            raise ValueError("knob %s: the start %d is outside its limits" % (name, start))
        self.knobs.append((name, start, low, high, unit))

    def step(self):
        """One measurement. True while it can go on."""
        o = self._optimizer
        if o is None:
            o = self._begin()
        if o.ask() is not None and self.measurements < self.budget - self._kept():
            o.tell(self._measured(o.trial))
            return True
        if self.noise is None or not o.level or self.measurements >= self.budget or self._whole():
            return False
        self._last.append(self._measured(o.x))
        return True

    def run(self):
        """Steps to the end, and returns itself."""
        while self.step():
            pass
        return self

    @property
    def values(self):
        """The best values, ints in the knobs' units."""
        if self._optimizer is None:
            return [knob[1] for knob in self.knobs]
        return self._values(self._optimizer.x)

    @property
    def cost(self):
        """The cost there; None before it is known."""
        if self._last:
            return (2 * sum(self._last) + len(self._last)) // (2 * len(self._last))
        return None if self._optimizer is None else self._optimizer.cost

    @property
    def error(self):
        """The standard error of the cost; 0 where costs are exact or not known."""
        o = self._optimizer
        if o is None or o.level is None:
            return 0
        noise = o._measuring.noise
        return noise.error(len(self._last)) if self._last else o.error

    @property
    def message(self):
        """Why it ended, and what to do."""
        if self._optimizer is None:
            return "not begun: call step or run"
        if self._optimizer.status == 0 or self._last:
            if self.measurements >= self.budget:
                return "the budget is spent: a larger one may find more"
        return self._optimizer.message

    def __str__(self):
        from .texts import of_tuner

        return of_tuner(self)

    def _begin(self):
        if not self.knobs:
            raise RuntimeError("there is no knob: add some before the first step")
        n = len(self.knobs)
        x0 = [self._step(knob, knob[1]) for knob in self.knobs]
        settings = {"lower": [0] * n, "upper": [STEPS] * n, "radius": STEPS >> 3}
        settings["max_epochs"] = 2 * self.budget
        if self.noise is not None:
            settings["noise"] = self.noise
        self._optimizer = Optimizer(None, x0, differences=STEPS >> 5, **settings)
        return self._optimizer

    def _kept(self):
        """Measurements that are kept for the best point."""
        return 0 if self.noise is None else min(5, self.budget >> 2)

    def _whole(self):
        """Whether the mean of the best point was measured to the end."""
        return self._optimizer.ask() is None

    def _measured(self, x):
        values = self._values(x)
        cost = self.measure(*values)
        if not is_int(cost) or self.scale != 1:
            cost = round(cost * self.scale)
        self.measurements += 1
        if self._tell is None:
            self.log.append((self.measurements, values, cost))
        else:
            self._tell(self.measurements, values, cost)
        return cost

    def _step(self, knob, value):
        """The grid step nearest to a knob's value."""
        span = knob[3] - knob[2]
        return (2 * (value - knob[2]) * STEPS + span) // (2 * span)

    def _values(self, x):
        values = []
        for i in range(len(x)):
            _, _, low, high, _ = self.knobs[i]
            values.append(low + (2 * x[i] * (high - low) + STEPS) // (2 * STEPS))
        return values
