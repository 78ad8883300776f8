"""A run of an optimiser, epoch by epoch: measured, reported and saved."""

from qbfgs.optimizer import Optimizer

from .measures import Measures


class Session:
    """One run since reset.

    objective: of the optimiser. optimizer: one to go on with; `start` makes one. feed: called
    after each epoch and checkpoint, or None. before: the bytes of heap in use before all this, None
    where they are not measured, and room: those that were free. watch: a Stopwatch that began with
    the run.
    """

    def __init__(self, objective, optimizer, feed, before, room, watch):
        self.objective = objective
        self.optimizer = optimizer
        self._feed = feed
        self._measures = Measures(watch, before, room)

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
                tolerance=job.get("tolerance"),
                certify=bool(job.get("certify")),
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
                slopes = [self.objective.gradient(optimizer.trial)]
                if optimizer.second:
                    slopes.append(self.objective.hessian(optimizer.trial))
                optimizer.tell_gradient(*slopes)
        except MemoryError:
            raise
        except Exception as error:
            raise _failure(error, tried, optimizer.status)
        self._measures.end()
        go, compensated = optimizer.updates - updates, optimizer.compensations - compensations
        self._report(go + 2 * compensated, cost, tried)

    def save(self, store):
        """Writes a checkpoint; when that fails, the run goes on with a warning."""
        store.report(self.optimizer)
        if self._feed:
            self._feed()

    def finish(self):
        """Sends the last record."""
        self._measures.report_run(self.optimizer)

    def _report(self, kind, cost, tried):
        self._measures.weigh()
        if self._feed:
            self._feed()
        self._measures.report_epoch(self.optimizer.epochs, kind, cost, tried)


def _failure(error, x, status=None):
    from .faults import of_epoch

    return of_epoch(error, x, status)
