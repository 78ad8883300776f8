"""Ask and tell: which point comes next, what its answers lead to, and why none comes any more."""

from .progress import RENEWAL, START, Progress, refusal
from .status import BAD_OBJECTIVE, EPOCH_LIMIT, INTERRUPTED, RANGE_LEFT, RUNNING, TARGET
from .words.compat import const
from .words.wide import difference, feed_record, fits, is_int

# What is refused, see `errors`.
ENDED = const(0)
UNWANTED = const(1)
ALONE = const(3)
SECOND = const(5)
CUT = const(6)
_SEQUENCES = (list, tuple)  # made once: a display in a call would take heap every time


def is_cost(cost):
    """Whether a cost is an int that is not too wide."""
    return (type(cost) is int or is_int(cost)) and fits(cost)


def is_hessian(h, n):
    """Whether h is a lower triangle: a list or tuple of n (n + 1)/2 ints, none too wide."""
    return is_gradient(h, n * (n + 1) // 2)


def is_gradient(g, n):
    """Whether g is a list or tuple of n ints, none too wide."""
    if not isinstance(g, _SEQUENCES) or len(g) != n:
        return False
    for v in g:
        if type(v) is not int and not is_int(v):
            return False
    return fits(min(g)) and fits(max(g))


class AskTell(Progress):
    """The part of an Optimizer that knows no objective; see there.

    An exception may come anywhere, for Ctrl-C may. What may need heap comes first and changes
    nothing. From there to the next trial the status is INTERRUPTED: the model may be half written,
    and `ask` makes a new one. All else is written in one go, see `progress`.
    """

    PARTS = "_position _rule"

    def __init__(self, x0, max_epochs, target):
        Progress.__init__(self, x0)
        self._answer = None  # the cost of a go whose gradient is awaited
        self._beginning = START  # why the level is None
        # for stopping
        self.max_epochs = max_epochs
        self.target = target
        self.status = RUNNING

    def ask(self):
        """The point whose cost must be told next, n ints to be read only; None at the end.

        The first is the start. It stays the same until its cost is told; after a step that an
        exception cut short it is x.
        """
        if self.status == INTERRUPTED:
            from .renewing import restart

            restart(self)
        elif self.status == EPOCH_LIMIT or self.status == TARGET:
            self.check_lists()
            self._choose()  # the limit may have been raised, the target lowered
        return self.trial if self.status == RUNNING or self.status == BAD_OBJECTIVE else None

    def tell(self, cost):
        """Takes the cost of the point asked for, an int of up to 4096 bits.

        True when it was accepted: then `tell_gradient` must follow, and completes the epoch.
        Raises RuntimeError when no cost is wanted: at the end, while a gradient is awaited, and
        after an exception until `ask` was called; and when the point, or x, was changed.
        """
        if self.status != RUNNING and self.status != BAD_OBJECTIVE:
            raise refusal(CUT if self.status == INTERRUPTED else ENDED)
        if self._answer is not None:
            raise refusal(SECOND)
        self.check_lists()
        if not is_cost(cost):
            self.status = BAD_OBJECTIVE
            from .errors import of_cost

            raise of_cost(cost, self.trial)
        rule = self._rule
        if self.level is not None:
            change = difference(cost, self.level)
            if not rule.accepts(change):
                kind = 2 if rule.compensating() else 0
                checksum = feed_record(self.checksum ^ kind, self._trial, cost)
                self.status = INTERRUPTED
                rule.rejected(change)
                self._count(kind, cost, checksum)
                self._choose()
                return False
        self.status = RUNNING
        self._answer = cost
        return True

    def tell_gradient(self, g, hessian=None):
        """Takes the gradient, n ints in a list or tuple, at the point that `tell` accepted.

        hessian: in mode "newton", where it is needed, n (n + 1)/2 ints, the lower triangle row by
        row.
        """
        cost = self._answer
        if cost is None:
            raise refusal(CUT if self.status == INTERRUPTED else UNWANTED)
        self.check_lists()
        if not is_gradient(g, self.n):
            self.status = BAD_OBJECTIVE
            from .errors import of_gradient

            raise of_gradient(g, self.trial)
        rule = self._rule
        if self.second:
            if not is_hessian(hessian, self.n):
                self.status = BAD_OBJECTIVE
                from .errors import of_hessian

                raise of_hessian(hessian, self.trial)
            rule.take(g, hessian)
        else:
            rule.take(g)
        kind = self._beginning
        if self.level is not None:
            kind = 3 if rule.compensating() else 1
        checksum = feed_record(self.checksum ^ kind, self._trial, cost)
        self._answer = None
        self.status = INTERRUPTED
        if self.level is not None:
            self._position.accept()
            rule.accepted()
        elif kind == RENEWAL:
            rule.renew()
        else:
            rule.start()
        self._count(kind, cost, checksum)
        self._choose()

    def between_epochs(self):
        """True when the start was evaluated and no gradient is awaited: then checkpoints work."""
        return self.level is not None and self._answer is None and self.status != INTERRUPTED

    def _choose(self):
        """The next trial, or the status that says why there is none."""
        if self.target is not None and self.cost <= self.target:
            status = TARGET
        elif self.epochs >= self.max_epochs:
            status = EPOCH_LIMIT
        else:
            self.status = INTERRUPTED
            status = self._rule.propose()
            if status == RUNNING:
                self._position.lead(self._trial)
                self._position.lead(self.trial)
            elif self._position.at_edge():
                status = RANGE_LEFT
        self.status = status
