"""What is behind an error that ends a run: needed by runs that fail alone."""

from qbfgs.status import INTERRUPTED

from .report import FILES, OBJECTIVE, OPTIMIZER, Failure, described

_REINSTALL = "qbfgs on the board lacks files, or has compiled ones of another MicroPython: "
_REINSTALL += "install it again, and compile your own files anew"


def judged(code, sentence):
    """The code and the sentence of the last record, from those of a `Failure`."""
    if "incompatible .mpy" in sentence or "no module named 'qbfgs" in sentence:
        return FILES, _REINSTALL
    return code, sentence


def of_epoch(error, x, status):
    """The Failure for an exception in the epoch that tried x. status: of the optimiser then."""
    if status == INTERRUPTED:  # the problem had answered
        text = "qbfgs itself failed after X = %r: %s; please report this"
        return Failure(OPTIMIZER, text % (x, described(error)))
    text = "the problem failed at X = %r: %s; mend it and reset"
    return Failure(OBJECTIVE, text % (x, described(error)))
