"""Checkpoints of one job, and a board's start that goes on from them."""

from qbfgs_board import store

from qbfgs import Optimizer
from qbfgs.problems import Rosenbrock

LABEL = 77


def optimizer_at(epochs, mode=None):
    """An optimiser that made so many epochs."""
    optimizer = Optimizer(Rosenbrock(64), [-79, 78], mode, epochs)
    while optimizer.step():
        pass
    return optimizer


def resumed(label=LABEL):
    """(epochs of the optimiser resumed or None, sentences of refusal, its store)."""
    refusals = []
    kept = store.Store(label)
    optimizer = kept.resume(Rosenbrock(64), refusals.append)
    return optimizer and optimizer.epochs, refusals, kept
