"""Checkpoints in the two files of a Pair: what `qbfgs.checkpoints.dump` wrote."""

from qbfgs.checkpoints import dump, load

from .clock import Stopwatch
from .pair import Pair
from .report import CHECKPOINT, described, say, send


class Store(Pair):
    """The two files of a job, in the current folder.

    label: an int that stands for the job; checkpoints of other jobs are refused.
    """

    def __init__(self, label):
        self._label = label
        Pair.__init__(self, "qbfgs")

    def resume(self, objective, refuse):
        """The optimiser of the newer valid checkpoint, None when there is none.

        refuse: called with a sentence for each file that is not believed.
        """
        return self.read(lambda data: load(data, objective, self._label), refuse)

    def report(self, optimizer):
        """Saves the optimiser and says so; says why, where that fails: the run goes on."""
        watch = Stopwatch()
        try:
            sequence, file, size = self.save(optimizer)
        except OSError as error:
            text = "no checkpoint was written (%s): is there room on the board, and is it healthy?"
            say("W", CHECKPOINT, text % described(error))
        else:
            send("C", optimizer.epochs, sequence, file, size, watch.lap())

    def save(self, optimizer):
        """Writes the optimiser as `Pair.write` does. Raises OSError."""
        return self.write(dump(optimizer, self._label))
