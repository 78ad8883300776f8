"""Ask and tell: which point comes next, what its answers lead to, and why none comes any more."""

from .status import BAD_OBJECTIVE, EPOCH_LIMIT, RANGE_LEFT, RUNNING, TARGET
from .words.checksums import EMPTY
from .words.compat import const
from .words.wide import difference, feed_record, fits, is_int

# What is refused, see `errors`.
ENDED = const(0)
UNWANTED = const(1)
ALONE = const(3)
_SEQUENCES = (list, tuple)  # made once: a display in a call would take heap every time


def refusal(which):
    """The RuntimeError for a call that makes no sense now."""
    from .errors import of_call

    return of_call(which)


def check_cost(cost, x):
    """Raise TypeError or ValueError unless the cost at x is an int that is not too wide."""
    if not (type(cost) is int or is_int(cost)) or not fits(cost):
        from .errors import of_cost

        raise of_cost(cost, x)


def check_gradient(g, x):
    """Raise TypeError or ValueError unless g is a list or tuple of len(x) ints, none too wide."""
    good = isinstance(g, _SEQUENCES) and len(g) == len(x)
    if good:
        for v in g:
            if type(v) is not int and not is_int(v):
                good = False
    if not good or not fits(min(g)) or not fits(max(g)):
        from .errors import of_gradient

        raise of_gradient(g, x)


class AskTell:
    """The part of an Optimizer that knows no objective; see there.

    The checksum is of a record an epoch: kind, trial, cost. kind: 1 for a go, and 2 more for a
    compensating step.
    """

    # What a checkpoint holds, here and in the other classes: fields, and the parts with more. Words
    # in one text take less heap than a tuple of texts.
    STATE = "x cost level trial epochs updates idles compensations checksum status"
    PARTS = "_position _rule"

    def __init__(self, x0, max_epochs, target):
        # made once
        self.n = len(x0)
        # changes on go
        self.x = list(x0)
        self.cost = None
        self.level = None  # the cost where the next step starts
        self._answer = None  # the cost of a go whose gradient is awaited
        self._renewing = False
        # changes every epoch
        self.trial = list(x0)
        self.epochs = self.updates = self.idles = self.compensations = 0
        self.checksum = EMPTY
        # for stopping
        self.max_epochs = max_epochs
        self.target = target
        self.status = RUNNING

    def ask(self):
        """The point whose cost must be told next, n ints; None at the end.

        The first is the start. It stays the same until its cost is told.
        """
        if self.status == EPOCH_LIMIT or self.status == TARGET:
            self._choose()  # the limit may have been raised, the target lowered
        return self.trial if self.status == RUNNING or self.status == BAD_OBJECTIVE else None

    def tell(self, cost):
        """Takes the cost of the point asked for, an int of up to 4096 bits.

        True when it was accepted: then `tell_gradient` must follow, and completes the epoch.
        Raises RuntimeError when no point is asked for.
        """
        if self.status != RUNNING and self.ask() is None:
            raise refusal(ENDED)
        self.status = BAD_OBJECTIVE
        check_cost(cost, self.trial)
        self.status = RUNNING
        self._answer = cost
        if self.cost is None:
            return True
        rule = self._rule
        change = difference(cost, self.level)
        if rule.accepts(change):
            return True
        self._answer = None
        self._count(0, rule.compensating(), cost)
        self.idles += 1
        if self.refine:
            self._keep(cost)  # an asked point may be the best one, and no step of the fine run
        rule.rejected(change)
        self._choose()
        return False

    def tell_gradient(self, g):
        """Takes the gradient, n ints in a list or tuple, at the point that `tell` accepted."""
        cost = self._answer
        if cost is None:
            raise refusal(UNWANTED)
        self.status = BAD_OBJECTIVE
        check_gradient(g, self.trial)
        rule = self._rule
        if self.cost is None:
            kind = 4 if self._renewing else 0
            self.checksum = feed_record(self.checksum ^ kind, self.trial, cost)
            if self._renewing:
                rule.renew(g)
            else:
                rule.start(g)
            self._renewing = False
        else:
            self._count(1, rule.compensating(), cost)
            self.updates += 1
            self._position.accept()
            rule.accepted(g)
        self.level = cost
        self._keep(cost)
        self._answer = None
        self._choose()

    def _count(self, go, compensating, cost):
        """One epoch more, with its record."""
        kind = go
        if compensating:
            kind += 2
            self.compensations += 1
        self.epochs += 1
        self.checksum = feed_record(self.checksum ^ kind, self.trial, cost)

    def _keep(self, cost):
        """The trial becomes x where it is better, and of the asked grid."""
        if self.cost is not None and cost >= self.cost:
            return
        if self.refine and not self._asked():
            return
        self.cost = cost
        x = self.x
        trial = self.trial
        for i in range(self.n):
            x[i] = trial[i]

    def _asked(self):
        """Whether the trial is of the asked grid."""
        below = (1 << self.refine) - 1
        for v in self.trial:
            if v & below:
                return False
        return True

    def between_epochs(self):
        """True when the start was evaluated and no gradient is awaited: then checkpoints work."""
        return self.cost is not None and self._answer is None

    def _choose(self):
        """The next trial, or the status that says why there is none."""
        if self.target is not None and self.cost <= self.target:
            self.status = TARGET
        elif self.epochs >= self.max_epochs:
            self.status = EPOCH_LIMIT
        else:
            self.status = self._rule.propose()
            if self.status == RUNNING:
                self._position.lead(self.trial)
            elif self._position.at_edge():
                self.status = RANGE_LEFT
