"""Runs of the core with every epoch written down, for tables and pictures."""

import time
from fractions import Fraction
from typing import NamedTuple

from qbfgs import Optimizer


class Epoch(NamedTuple):
    """One epoch of a run.

    number: from 1.  go: whether the trial was accepted.  compensating: whether a compensation
    proposed it.  trial: the point tried, grid integers.  cost: there, in cost units.  epsilon: by
    how much this go lowered the accepted cost, a Fraction in real units, negative where it rose
    (mode "fixed-rate" tests nothing); None for an idle.  seconds: what the epoch took.
    """

    number: int
    go: bool
    compensating: bool
    trial: tuple
    cost: int
    epsilon: Fraction | None
    seconds: float


class Run(NamedTuple):
    """A finished run.

    optimizer: as it is after it.  start: grid integers.  start_cost: cost units.  epochs: a list
    of `Epoch`.  seconds: the sum of theirs.
    """

    optimizer: Optimizer
    start: tuple
    start_cost: int
    epochs: list
    seconds: float

    @property
    def problem(self):
        """The problem that it minimised."""
        return self.optimizer.objective

    @property
    def epsilon(self):
        """The last go's epsilon, a Fraction in real units; None when there was no go."""
        return next((e.epsilon for e in reversed(self.epochs) if e.go), None)

    def accepted(self):
        """The points accepted, from the start on: tuples of grid integers."""
        return [self.start, *(e.trial for e in self.epochs if e.go)]

    def best_costs(self):
        """The least cost so far, in cost units: of the start, then after each epoch."""
        best = [self.start_cost]
        for epoch in self.epochs:
            best.append(min(best[-1], epoch.cost))
        return best


def record(optimizer):
    """Takes a new Optimizer to its end, and returns the `Run`.

    Its objective is one of `qbfgs.problems`, or has n, cost, gradient and cost_scale (real cost =
    cost / cost_scale) like them.
    """
    problem = optimizer.objective
    start, start_cost = tuple(optimizer.x), optimizer.cost
    accepted_cost = start_cost
    epochs = []
    begin = time.perf_counter()
    while optimizer.ask() is not None:
        trial = list(optimizer.ask())  # tell moves on to the next one
        updates, compensations = optimizer.updates, optimizer.compensations
        cost = problem.cost(trial)
        if optimizer.tell(cost):
            hessian = problem.hessian(trial) if optimizer.second else None
            optimizer.tell_gradient(problem.gradient(trial), hessian)
        go = optimizer.updates > updates
        compensating = optimizer.compensations > compensations
        epsilon = None
        if go:
            epsilon = Fraction(accepted_cost - cost, problem.cost_scale)
            accepted_cost = cost
        end = time.perf_counter()
        epochs.append(
            Epoch(len(epochs) + 1, go, compensating, tuple(trial), cost, epsilon, end - begin)
        )
        begin = end
    seconds = sum(e.seconds for e in epochs)
    return Run(optimizer, start, start_cost, epochs, seconds)
