"""A rule that ends a fit: where an epoch is a pass over the data, the last 0.1 % costs the most.

It is no business of the optimiser, whose statuses speak of the lattice: a run that it ends is still
RUNNING, and may go on.
"""

from .words.compat import const

BITS = const(12)


class EarlyStopping:
    """Tells when the last `window` epochs lowered the cost by no more than 1 / 2^BITS of it.

    Not before the first update: the first steps may be far too long.
    window: an int of 1 or more; windows begin with the run, or where it was resumed.
    """

    def __init__(self, optimizer, window):
        self.optimizer = optimizer
        self.window = window
        self._begin()

    def reached(self):
        """Whether the run may end here; to be asked after every epoch."""
        o = self.optimizer
        if o.epochs < self._end or o.updates == 0:
            return False
        before = self._cost
        self._begin()
        return before - self._cost <= before >> BITS

    def _begin(self):
        self._cost = self.optimizer.cost
        self._end = self.optimizer.epochs + self.window
