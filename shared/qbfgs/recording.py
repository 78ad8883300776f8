"""What is counted of a run, and the checksum of its trace."""

from .checksums import EMPTY
from .wide import feed_record


class Recording:
    """The counts and the checksum of an Optimizer, and its trial; see there.

    A record: kind of epoch, trial, cost.  kind: 1 for a go, and 2 more for a compensating step.
    """

    STATE = "trial epochs updates idles compensations checksum"

    def __init__(self, x0):
        self.trial = list(x0)
        self.epochs = self.updates = self.idles = self.compensations = 0
        self.checksum = EMPTY

    def _count(self, go, compensating, cost):
        """One epoch more, with its record."""
        kind = go
        if compensating:
            kind += 2
            self.compensations += 1
        self.epochs += 1
        self.checksum = feed_record(self.checksum, kind, self.trial, cost)
