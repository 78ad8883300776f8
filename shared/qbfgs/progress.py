"""What a run has come to: x, costs, counts and checksum, and the lists that are handed out."""

from .words.checksums import EMPTY
from .words.compat import const

# What is refused, see `errors`.
CHANGED = const(7)
# How evaluations that are no epochs are marked in the checksum.
START = const(0)
RENEWAL = const(4)
RESTART = const(8)


def refusal(which):
    """The RuntimeError for a call that makes no sense now."""
    from .errors import of_call

    return of_call(which)


class Progress:
    """Best point, costs and counts of an Optimizer, which change all together or not at all.

    x and trial are handed out, and `_x` and `_trial` are what they must be: who sorts the list that
    it was given would make a point and its cost disagree.

    The checksum is of a record an epoch: kind, trial, cost. kind: 1 for a go, and 2 more for a
    compensating step.
    """

    # What a checkpoint holds, here and in the other classes: fields, and the parts with more. Words
    # in one text take less heap than a tuple of texts.
    STATE = "_x cost level _trial epochs updates idles compensations doubts checksum status"

    def __init__(self, x0):
        # made once
        self.n = len(x0)
        self.x = list(x0)
        self.trial = list(x0)
        # changes on go
        self._x = list(x0)
        self._spare = list(x0)
        self.cost = None
        self.level = None  # the cost where the next step starts; None while it is to be told
        # changes every epoch
        self._trial = list(x0)
        self.epochs = self.updates = self.idles = self.compensations = 0
        self.doubts = 0  # updates whose cost and gradients disagree
        self.checksum = EMPTY

    def check_lists(self):
        """Raises RuntimeError when someone changed x or the trial, which are as they were then."""
        if self.x != self._x or self.trial != self._trial:
            self.show()
            raise refusal(CHANGED)

    def show(self):
        """Makes x and trial equal to the optimiser's own."""
        self.x[:] = self._x
        self.trial[:] = self._trial

    def _count(self, kind, cost, checksum, probe=False):
        """Writes down an epoch that the model has learnt from, or the evaluation of a start.

        probe: whether the trial may be the best point though it was no step."""
        epochs = self.epochs
        updates = self.updates
        compensations = self.compensations
        level = self.level
        if level is not None:
            epochs += 1
            updates += kind & 1
            compensations += kind >> 1
        if level is None or kind & 1:
            level = cost
        best = self._x
        lowest = self.cost
        # A rejected trial may be the best one of the asked grid where the fine one is another.
        if self.refine or self.level is None or kind & 1 or probe:
            if (lowest is None or cost < lowest) and (
                not self.refine or self._position.box.asked(self._trial)
            ):
                lowest = cost
                best = self._spare
                for i in range(self.n):
                    best[i] = self._trial[i]
        try:
            self._write(best, lowest, level, checksum, epochs, updates, compensations)
        except BaseException:  # such as Ctrl-C: what is begun is completed
            self._write(best, lowest, level, checksum, epochs, updates, compensations)
            raise

    def _write(self, best, cost, level, checksum, epochs, updates, compensations):
        """Sets x, costs and counts. To do it twice is to do it once."""
        if best is not self._x:
            self._spare = self._x
            self._x = best
        self.cost = cost
        self.level = level
        self.checksum = checksum
        self.epochs = epochs
        self.updates = updates
        self.idles = epochs - updates
        self.compensations = compensations
        if self.x != best:
            for i in range(self.n):
                self.x[i] = best[i]

    @property
    def success(self):
        """Whether the run ended, and neither for a limit nor for an error."""
        from .endings import success

        return success(self.status)

    @property
    def message(self):
        """Why it ended, a sentence, with what to do."""
        from .summary import message

        return message(self)

    def __repr__(self):
        from .summary import summary

        return summary(self)
