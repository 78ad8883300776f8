"""A run of an optimiser, epoch by epoch: measured, reported and saved."""

from qbfgs.optimizer import Optimizer
from qbfgs.status import INTERRUPTED

from . import heap
from .clock import Stopwatch
from .measures import Measures
from .report import CHECKPOINT, OBJECTIVE, OPTIMIZER, Failure, described, say, send


class Session:
    """One run since reset.

    objective: of the optimiser. optimizer: one to go on with; `start` makes one. feed: called
    after each epoch and checkpoint, or None. before: the heap in use before all this, for the last
    record. watch: a Stopwatch that began with the run.
    """

    def __init__(self, objective, optimizer, feed, before, watch):
        self.objective = objective
        self.optimizer = optimizer
        self._feed = feed
        self._before = before
        self._all = watch
        self._measures = Measures()

    def start(self, x0, job):
        """Makes the optimiser, which evaluates the start x0: epoch 0.

        Raises Failure when the objective raises something or answers something wrong.
        """
        self._measures.begin()
        try:
            self.optimizer = Optimizer(
                self.objective,
                x0,
                job["mode"],
                job["max_epochs"],
                job.get("target"),
                job.get("radius"),
                job.get("pairs"),
                job.get("polls"),
            )
        except MemoryError:
            raise
        except Exception as error:
            raise _failure(error, x0)
        self._measures.end()
        self._report(0, self.optimizer.cost, x0)

    def step(self):
        """One epoch of an optimiser that has not stopped. Raises Failure as `start` does."""
        optimizer = self.optimizer
        tried = list(optimizer.trial)
        updates, compensations = optimizer.updates, optimizer.compensations
        self._measures.begin()
        try:
            cost = self.objective.cost(optimizer.trial)
            if optimizer.tell(cost):
                optimizer.tell_gradient(self.objective.gradient(optimizer.trial))
        except MemoryError:
            raise
        except Exception as error:
            if optimizer.status == INTERRUPTED:  # the problem had answered
                text = "qbfgs itself failed after X = %r: %s; please report this"
                raise Failure(OPTIMIZER, text % (tried, described(error)))
            raise _failure(error, tried)
        self._measures.end()
        go, compensated = optimizer.updates - updates, optimizer.compensations - compensations
        self._report(go + 2 * compensated, cost, tried)

    def save(self, store):
        """Writes a checkpoint; when that fails, the run goes on with a warning."""
        watch = Stopwatch()
        try:
            sequence, file, size = store.save(self.optimizer)
        except OSError as error:
            text = "no checkpoint was written (%s): is there room on the board, and is it healthy?"
            say("W", CHECKPOINT, text % described(error))
        else:
            send("C", self.optimizer.epochs, sequence, file, size, watch.lap())
        if self._feed:
            self._feed()

    def finish(self):
        """Sends the last record."""
        o = self.optimizer
        after = heap.collected()
        self._all.lap()
        counts = (o.status, o.epochs, o.updates, o.idles, o.compensations, o.checksum, o.cost)
        times = (self._measures.total(), self._all.total)
        peak = None if after is None else max(self._measures.peak, after)
        heaps = (self._before, after, peak, heap.size())
        send("F", *(counts + times + heaps), x=o.x)

    def _report(self, kind, cost, tried):
        measures = self._measures
        measures.weigh()
        if self._feed:
            self._feed()
        us, grown, used = measures.us, measures.grown, measures.used
        send("E", self.optimizer.epochs, kind, us, grown, used, cost, x=tried)
        measures.reported()
        self._all.lap()


def _failure(error, x):
    text = "the problem failed at X = %r: %s; mend it and reset"
    return Failure(OBJECTIVE, text % (x, described(error)))
