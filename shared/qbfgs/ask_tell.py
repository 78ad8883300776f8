"""Ask and tell: which point comes next, what its answers lead to, and why none comes any more."""

from .progress import RENEWAL, START, Progress, refusal
from .status import (
    BAD_OBJECTIVE,
    CONVERGED,
    EPOCH_LIMIT,
    INTERRUPTED,
    RANGE_LEFT,
    RUNNING,
    TARGET,
)
from .words.compat import const
from .words.scalars import scaled
from .words.wide import difference, feed_record, is_cost, is_gradient

# What is refused, see `errors`.
_ENDED = const(0)
_UNWANTED = const(1)
_SECOND = const(5)
_CUT = const(6)
_FINE = const(26)  # the default tolerance: from here on the neighbours are asked to the end
_LIMITS = (EPOCH_LIMIT, TARGET, CONVERGED)


class AskTell(Progress):
    """The part of an Optimizer that knows no objective; see there.

    An exception may come anywhere, for Ctrl-C may. What may need heap comes first and changes
    nothing. From there to the next trial the status is INTERRUPTED: the model may be half written,
    and `ask` makes a new one. All else is written in one go, see `progress`.
    """

    PARTS = "_position _rule"

    def __init__(self, x0, max_epochs, target, tolerance, measuring):
        Progress.__init__(self, x0)
        self._answer = None  # the cost of a go whose gradient is awaited
        self._change = 0  # its change
        self._measuring = measuring  # where gradients are differences, see there; else None
        if measuring is not None:
            self.PARTS = "_position _rule _measuring"
        self._beginning = START  # why the level is None
        self._sized = None  # the level whose size as a scalar is
        self._size = 0
        # for stopping
        self.max_epochs = max_epochs
        self.target = target
        self.tolerance = tolerance
        self.status = RUNNING

    def ask(self):
        """The point whose cost must be told next, n ints to be read only; None at the end.

        The first is the start. It stays the same until its cost is told; after a step that an
        exception cut short it is x.
        """
        if self.status == INTERRUPTED:
            from .renewing import restart

            restart(self)
        elif self.status in _LIMITS:
            self.check_lists()
            self._choose()  # the limit may have been moved
        return self.trial if self.status == RUNNING or self.status == BAD_OBJECTIVE else None

    def tell(self, cost):
        """Takes the cost of the point asked for, an int of up to 4096 bits.

        True when it was accepted: then `tell_gradient` must follow, and completes the epoch. False
        always with `differences`.
        Raises RuntimeError when no cost is wanted: at the end, while a gradient is awaited, and
        after an exception until `ask` was called; and when the point, or x, was changed.
        """
        if self.status != RUNNING and self.status != BAD_OBJECTIVE:
            raise refusal(_CUT if self.status == INTERRUPTED else _ENDED)
        if self._answer is not None:
            raise refusal(_SECOND)
        self.check_lists()
        if not is_cost(cost):
            from .errors import taken_cost

            cost = taken_cost(cost, self)
        if self._measuring is not None:
            return self._measuring.tell(self, cost)
        if self.level is not None:
            self._change = change = difference(cost, self.level)
            if not self._rule.accepts(change):
                self._idle(change, cost)
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
            raise refusal(_CUT if self.status == INTERRUPTED else _UNWANTED)
        self.check_lists()
        n = self.n
        if not is_gradient(g, n):
            from .errors import taken_gradient

            g = taken_gradient(g, self)
        rule = self._rule
        if self.second:
            if not is_gradient(hessian, n * (n + 1) // 2):
                from .errors import refuse_hessian

                refuse_hessian(hessian, self)
            rule.take(g, hessian)
        else:
            rule.take(g)
        kind = self._beginning
        if self.level is not None:
            kind = 3 if rule.compensating() else 1
        checksum = feed_record(self.checksum ^ kind, self._trial, cost)
        size = difference(cost, 0)
        self._answer = None
        self.status = INTERRUPTED
        self._sized = cost
        self._size = size
        if self.level is not None:
            if self.modelled and rule.doubtful(self._change):
                self.doubts += 1
            self._position.accept()
            rule.accepted()
        elif kind == RENEWAL:
            rule.renew()
        else:
            rule.start()
        self._count(kind, cost, checksum)
        self._choose()

    def _idle(self, change, cost):
        """The trial was no go."""
        rule = self._rule
        kind = 2 if rule.compensating() else 0
        checksum = feed_record(self.checksum ^ kind, self._trial, cost)
        self.status = INTERRUPTED
        rule.rejected(change)
        self._count(kind, cost, checksum)
        self._choose()

    @property
    def error(self):
        """The standard error of `cost`, in cost units; 0 where costs are exact."""
        noise = None if self._measuring is None else self._measuring.noise
        return 0 if noise is None else noise.error()

    def between_epochs(self):
        """True when the start was evaluated and no gradient is awaited: then checkpoints work."""
        return self.level is not None and self._answer is None and self.status != INTERRUPTED

    def _choose(self):
        """The next trial, or the status that says why there is none."""
        if self.target is not None and self.cost is not None and self.cost <= self.target:
            status = TARGET
        elif self.epochs >= self.max_epochs:
            status = EPOCH_LIMIT
        elif self.tolerance is not None and self._converged():
            status = RANGE_LEFT if self._position.at_edge() else CONVERGED
        else:
            self.status = INTERRUPTED
            measuring = self._measuring
            status = self._rule.propose() if measuring is None else measuring.propose(self)
            if status == RUNNING:
                if measuring is None:
                    self._position.lead(self._trial)
                    self._position.lead(self.trial)
                else:
                    measuring.lead(self, self._trial)
                    measuring.lead(self, self.trial)
            elif self._position.at_edge():
                status = RANGE_LEFT
        self.status = status

    def _converged(self):
        """Whether the model, at a point from which nothing was rejected, promises too little, or
        what it promised there failed often enough for a coarse tolerance."""
        count = self._position.count
        if self._measuring is not None:
            if not self._measuring.known(count):
                return False
        elif count:
            return self.tolerance < _FINE and count >= self.tolerance
        promise = self._rule.promise()
        if promise is None:
            return False
        if self._sized is not self.level:  # told by something else than a go
            self._size = difference(self.level, 0)
            self._sized = self.level
        return promise <= scaled(abs(self._size), -self.tolerance)
