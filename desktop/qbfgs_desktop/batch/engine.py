"""Many runs of one problem in lock-step.

A lane is a place for one run.  One turn takes every lane that has a step to try through one epoch;
lanes whose runs have ended are given the next starts, so that they stay full.
"""

import numpy as np

from qbfgs.checks import check_settings, check_start
from qbfgs.position import EDGE, WIDEST
from qbfgs.quantizer import check_qp
from qbfgs.status import EPOCH_LIMIT, RUNNING, TARGET

from .answers import difference, feed_cost
from .checksums import feed
from .lanes import put, take
from .modes import WAITING, rule_of
from .objectives import batched
from .position import Position
from .results import Results
from .wide import PLAIN, Wide

LANES = 8192  # at most at once: their state is then some ten megabytes, whatever B is

_COUNTS = ("epochs", "updates", "idles", "compensations", "status", "checksum")


def solve(
    problem,
    starts,
    mode="compensated",
    max_epochs=2000,
    target=None,
    radius=None,
    pairs=None,
    polls=None,
    trace=None,
):
    """Runs the problem from each of the starts, a (B, n) array of grid integers: `Results`.

    problem: an objective as in `qbfgs.Optimizer`, which the settings are those of, one value for
    all runs. Every run equals that optimiser's to the bit: its trace, status and checksum.
    trace: called every turn with the numbers of the runs that had an epoch, their kinds (go + 2
    compensating, each 0 or 1), their trials (n, runs) and the costs there as a `Wide`.
    Raises TypeError or ValueError for wrong settings, starts and answers, as the optimiser does.
    """
    starts = _checked(starts, problem)
    check_settings(max_epochs, target, 1 if radius is None else radius, pairs, polls)
    rule = rule_of(mode)
    batch = _Batch(problem, starts, rule, (radius, pairs, polls), max_epochs, target, trace)
    while batch.turn():
        pass
    return batch.results


def _checked(starts, problem):
    starts = np.asarray(starts)
    if starts.ndim != 2:
        raise ValueError(f"starts must be an array (B, n), not one of shape {starts.shape}")
    if starts.dtype.kind not in "iu":
        raise TypeError(f"starts must be grid integers, not {starts.dtype}")
    beyond = ((starts > EDGE) | (starts < -EDGE)).any(axis=1)
    for start in starts[beyond][:1] if beyond.any() else starts[:1]:
        check_start(start.tolist(), problem)
    return np.ascontiguousarray(starts.T, np.int64)


def _radii(problem, starts, radius):
    """The first trust radius of each run, as `qbfgs.checks.default_radius` says."""
    if radius is not None:
        return np.full(starts.shape[1], radius)
    qp = getattr(problem, "qp", None)
    if qp is None:
        qp = np.abs(starts).max(axis=0)
    else:
        check_qp(qp)
        qp = np.full(starts.shape[1], min(qp, 4 * WIDEST))
    return np.minimum(WIDEST, np.maximum(1, qp >> 2))


class _Batch:
    """All lanes, and what is left to start; `results` is filled as runs end."""

    def __init__(self, problem, starts, rule, settings, max_epochs, target, trace):
        n, runs = starts.shape
        lanes = min(LANES, runs)
        # made once
        self.problem = problem
        self.objective = batched(problem)
        self.starts = starts
        self.rule_class = rule
        self.settings = settings
        self.max_epochs = max_epochs
        self.target = None if target is None else Wide.of(target)
        self.trace = trace
        # changes as runs end
        self.next_start = 0
        counts = (np.zeros(runs, np.int64) for _ in _COUNTS)
        self.results = Results(starts.T.copy(), np.zeros(runs, np.int64), *counts)
        self.run = np.zeros(lanes, np.int64)
        # changes every epoch
        self.position = Position(np.zeros((n, lanes), np.int64))
        self.rule = self._new_rule(starts[:, :lanes])
        self.x = np.zeros((n, lanes), np.int64)
        self.cost = Wide([np.zeros(lanes, np.int64)], 0)
        self.counts = {name: np.zeros(lanes, np.int64) for name in _COUNTS}
        self.active = self._begin(np.arange(lanes))

    def _new_rule(self, starts):
        radius, pairs, polls = self.settings
        radii = _radii(self.problem, starts, radius)
        return self.rule_class(len(starts), self.position, self.problem, radii, pairs, polls)

    def _begin(self, lanes):
        """Gives lanes the next starts; those lanes that got one."""
        first = self.next_start
        lanes = lanes[: self.starts.shape[1] - first]
        if len(lanes):
            self.next_start += len(lanes)
            x = self.starts[:, first : self.next_start]
            cost = self.objective.cost(x)
            self.run[lanes] = np.arange(first, self.next_start)
            self.position.start(lanes, x)
            put(self.x, lanes, x)
            self.cost.put(lanes, cost)
            for name in _COUNTS:
                self.counts[name][lanes] = 0
            self._record(lanes, np.zeros(len(lanes), np.int64), x, cost)
            rule = self._new_rule(x)
            rule.start(self.objective.gradient(x))
            self.rule.put(lanes, rule)
        return lanes

    def turn(self):
        """One turn; False when no lane is left."""
        lanes = self.active
        if not len(lanes):
            return False
        status = self._choose(lanes)
        ended = (status != RUNNING) & (status != WAITING)
        self._epoch(lanes[status == RUNNING])
        if ended.any():
            done = lanes[ended]
            self.counts["status"][done] = status[ended]
            self._end(done)
            self.active = np.concatenate((lanes[~ended], self._begin(done)))
        return True

    def _choose(self, lanes):
        """Trials for the lanes, or why there is none: statuses."""
        status = np.full(len(lanes), WAITING)
        status[self.counts["epochs"].take(lanes) >= self.max_epochs] = EPOCH_LIMIT
        if self.target is not None:
            status[difference(self.cost.take(lanes), self.target) <= 0] = TARGET
        going = status == WAITING
        if going.any():
            status[going] = self.rule.propose(lanes[going])
        return status

    def _epoch(self, lanes):
        """One epoch of each of the lanes."""
        if not len(lanes):
            return
        rule, counts = self.rule, self.counts
        trial = take(self.position.x, lanes) + take(rule.move, lanes)
        cost = self.objective.cost(trial)
        change = difference(cost, self.cost.take(lanes))
        go = rule.accepts(lanes, change)
        compensating = rule.compensating(lanes)
        kind = go + 2 * compensating
        self._record(lanes, kind, trial, cost)
        counts["epochs"][lanes] += 1
        counts["updates"][lanes] += go
        counts["idles"][lanes] += ~go
        counts["compensations"][lanes] += compensating
        if self.trace is not None:
            self.trace(self.run.take(lanes), kind, trial, cost)
        better = go & (change < 0)
        put(self.x, lanes[better], trial[:, better])
        self.cost.put(lanes[better], cost.take(np.flatnonzero(better)))
        if not go.all():
            rule.rejected(lanes[~go], change[~go])
        if go.any():
            lanes = lanes[go]
            self.position.move(lanes, take(rule.move, lanes))
            rule.accepted(lanes, self.objective.gradient(trial[:, go]))

    def _record(self, lanes, kind, trial, cost):
        """Feeds the checksums with a record each."""
        checksum = feed(self.counts["checksum"].take(lanes), kind)
        for row in trial:
            checksum = feed(checksum, row)
        self.counts["checksum"][lanes] = feed_cost(checksum, cost)

    def _end(self, lanes):
        """Writes down what the runs in these lanes came to."""
        run = self.run.take(lanes)
        results = self.results
        results.x[run] = take(self.x, lanes).T
        for name in _COUNTS:
            getattr(results, name)[run] = self.counts[name].take(lanes)
        cost = self.cost.take(lanes)
        if cost.bound >= PLAIN and results.cost.dtype != object:
            self.results = results = results._replace(cost=results.cost.astype(object))
        results.cost[run] = cost.ints() if results.cost.dtype == object else cost.rows[0]
