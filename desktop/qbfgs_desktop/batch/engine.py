"""Many runs of one problem in lock-step.

A lane is a place for one run.  One turn takes every lane that has a step to try through one epoch;
a rule may let lanes rest for some turns until there are enough for what they do next.
lanes whose runs have ended are given the next starts, so that they stay full.
"""

import numpy as np

from qbfgs.checks import TOLERANCE, check_settings, check_start, checked_tolerance
from qbfgs.grid.position import EDGE, WIDEST
from qbfgs.grid.scales import check_qp
from qbfgs.modes import default_mode
from qbfgs.status import CONVERGED, EPOCH_LIMIT, RANGE_LEFT, RUNNING, TARGET

from .grid.position import Position
from .modes import RESTING, rule_of
from .objectives import batched
from .one_by_one import solve_one_by_one
from .results import Results
from .words.answers import difference, feed_cost, narrow
from .words.arrays import WORD, at_least, at_most, full, masked, select, zeros
from .words.checksums import feed
from .words.lanes import EVERY, mostly, put, take
from .words.scalars import scaled
from .words.wide import PLAIN, Wide

LANES = 131072  # at most at once, whatever B is; fewer cost more a run, more save little
MOST = 16  # parameters; the core looks at more in windows of so many
_COUNTS = ("epochs", "updates", "idles", "compensations", "status", "checksum")


def solve(
    problem,
    starts,
    mode=None,
    max_epochs=2000,
    target=None,
    radius=None,
    pairs=None,
    polls=None,
    tolerance=None,
    certify=False,
    trace=None,
):
    """Runs the problem from each of the starts, a (B, n) array of grid integers: `Results`.

    problem: an objective as in `qbfgs.Optimizer`, which the settings are those of, one value for
    all runs. Every run equals that optimiser's to the bit: its trace, status and checksum.
    Mode "limited", bounds, and more than 16 parameters have no form on arrays: such runs are made
    by that optimiser, one by one.
    trace: called every turn with the numbers of the runs that had an epoch, their kinds (go + 2
    compensating, each 0 or 1), their trials (n, runs) and the costs there as a `Wide`. On arrays
    only.
    Raises TypeError or ValueError for wrong settings, starts and answers, as the optimiser does.
    """
    starts = _checked(starts, problem)
    settings = {"radius": radius, "pairs": pairs, "polls": polls}
    check_settings(max_epochs, target, 1 if radius is None else radius, pairs, polls)
    n = starts.shape[1]
    mode = default_mode(n, problem) if mode is None else mode
    rule = rule_of(mode)
    bounded = getattr(problem, "lower", None) or getattr(problem, "upper", None)
    tolerance = checked_tolerance(tolerance, certify)
    needs = hasattr(rule, "second") and not hasattr(problem, "hessian")  # the optimiser says so
    if rule is None or bounded or n > MOST or needs:
        settings |= {"mode": mode, "max_epochs": max_epochs, "target": target}
        settings |= {"tolerance": tolerance, "certify": certify}
        return solve_one_by_one(problem, starts, **settings)
    if not hasattr(rule, "promise"):
        tolerance = None
    elif certify and polls is None:
        settings["polls"] = rule.ENOUGH[0] + rule.ENOUGH[1] * n
    starts = np.ascontiguousarray(starts.T, WORD)
    batch = _Batch(problem, starts, rule, settings, max_epochs, target, tolerance, trace)
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
    return starts


def _radii(problem, starts, radius):
    """The first trust radius of each run, as `qbfgs.grid.radius.default_radius` says."""
    if radius is not None:
        return full(starts.shape[1], radius)
    qp = getattr(problem, "qp", None)
    if qp is None:
        qp = np.abs(starts).max(axis=0).astype(WORD)
    else:
        check_qp(qp)
        qp = full(starts.shape[1], min(qp, 4 * WIDEST))
    return at_most(at_least(qp >> 2, 1), WIDEST)


def _recorded(checksum, kind, trial, cost):
    """The checksums after a record each."""
    checksum = feed(checksum, kind)
    for row in trial:
        checksum = feed(checksum, row)
    return feed_cost(checksum, cost)


class _Batch:
    """All lanes, and what is left to start; `results` is filled as runs end."""

    def __init__(self, problem, starts, rule, settings, max_epochs, target, tolerance, trace):
        n, runs = starts.shape
        lanes = min(LANES, runs)
        # made once
        self.problem = problem
        self.objective = batched(problem)
        self.starts = starts
        self.rule_class = rule
        self.second = hasattr(rule, "second")
        if self.second and hasattr(problem, "expect_hessian"):
            problem.expect_hessian()
        self.settings = settings
        self.max_epochs = max_epochs
        self.target = None if target is None else Wide.of(target)
        self.tolerance = tolerance
        self.trace = trace
        # changes as runs end
        self.next_start = 0
        counts = (np.zeros(runs, np.int64) for _ in _COUNTS)
        self.results = Results(starts.T.copy(), np.zeros(runs, np.int64), *counts)
        self.run = np.zeros(lanes, np.int64)
        self.alive = np.ones(lanes, bool)  # lanes with a run; others are dropped from time to time
        self.active = self.alive  # those of them that have a trial
        # changes every epoch
        self.position = Position(zeros(n, lanes))
        self.rule = self._new_rule(starts[:, :lanes])
        self.x = zeros(n, lanes)
        self.cost = Wide([np.zeros(lanes, np.int64)], 0)
        self.counts = {name: zeros(lanes) for name in _COUNTS}
        self._begin(np.arange(lanes))

    def _new_rule(self, starts):
        settings = self.settings | {"radius": _radii(self.problem, starts, self.settings["radius"])}
        rule = self.rule_class(len(starts), self.position, self.problem, **settings)
        if self.second and self.settings["radius"] is None:
            rule.follow(starts)
        return rule

    def _slopes(self, x):
        """What the rule learns from at points."""
        if self.second:
            return self.objective.slopes(x)
        return (narrow(self.objective.gradient(x)),)

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
            empty = zeros(len(lanes))
            self.counts["checksum"][lanes] = _recorded(empty, empty, x, cost)
            rule = self._new_rule(x)
            rule.start(*self._slopes(x))
            self.rule.put(lanes, rule, "START")
        return lanes

    def turn(self):
        """One epoch of every run; False when all have ended."""
        self._choose()
        if not mostly(self.alive):
            self._drop()
        if not len(self.run):
            return False
        if self.active.any():
            self._epoch()
        return True

    def _choose(self):
        """Gives runs their trials. Those that have none end, and others begin in their places."""
        lanes, wanted = EVERY, self.alive
        self.active = wanted.copy()
        while True:
            status = self._propose(lanes, wanted)
            self.active[lanes] &= status == RUNNING
            ended = np.flatnonzero((status != RUNNING) & (status != RESTING))
            if not len(ended):
                return
            done = ended if lanes is EVERY else lanes.take(ended)
            self.counts["status"][done] = status.take(ended)
            self._end(done)
            lanes = self._begin(done)
            self.alive[done[len(lanes) :]] = False
            self.active[lanes] = True
            if not len(lanes):
                return
            wanted = np.ones(len(lanes), bool)

    def _propose(self, lanes, wanted):
        """Trials for some lanes, where wanted, or why there is none: statuses, or RESTING."""
        status = full(len(wanted), RUNNING)
        status[wanted & (take(self.counts["epochs"], lanes) >= self.max_epochs)] = EPOCH_LIMIT
        if self.target is not None:
            status[wanted & (self.cost.take(lanes) <= self.target)] = TARGET
        wanted = wanted & (status == RUNNING)
        if self.tolerance is not None and wanted.any():
            converged = self._converged(lanes, wanted)
            status[converged] = CONVERGED
            wanted = wanted & ~converged
            if converged.any():
                status[converged & self.position.at_edge(lanes)] = RANGE_LEFT
        if wanted.any():
            status = select(masked(wanted), self.rule.propose(lanes, wanted), status)
            ended = wanted & (status != RUNNING) & (status != RESTING)
            if ended.any():
                status[ended & self.position.at_edge(lanes)] = RANGE_LEFT
        return status

    def _converged(self, lanes, wanted):
        """As `AskTell._converged`."""
        rejected = take(self.position.count, lanes)
        fresh = wanted & (rejected == 0)
        tired = wanted & (rejected > 0) & (rejected >= self.tolerance)
        tired &= self.tolerance < TOLERANCE
        promise = self.rule.promise(lanes, fresh)
        if fresh.any():
            nothing = Wide([np.zeros(len(wanted), np.int64)], 0)
            level = np.abs(difference(self.cost.take(lanes), nothing))
            fresh &= promise <= scaled(level, -self.tolerance)
        return fresh | tired

    def _drop(self):
        """Gives up the lanes without a run."""
        lanes = np.flatnonzero(self.alive)
        self.run = self.run.take(lanes)
        self.alive = self.alive.take(lanes)
        self.active = self.active.take(lanes)
        self.position = self.position.at(lanes)
        self.rule = self.rule.at(lanes)
        self.rule.position = self.position
        self.x = take(self.x, lanes)
        self.cost = self.cost.take(lanes)
        self.counts = {name: count.take(lanes) for name, count in self.counts.items()}

    def _epoch(self):
        """One epoch of every run that has a trial."""
        rule, counts, active = self.rule, self.counts, self.active
        trial = self.position.x + rule.move
        cost = self._cost(trial)
        change = difference(cost, self.cost)
        go = rule.accepts(change) & active
        compensating = rule.compensating() & active
        kind = go.astype(WORD) + (compensating.astype(WORD) << 1)
        checksum = counts["checksum"]
        recorded = _recorded(checksum, kind, trial, cost)
        counts["checksum"] = select(masked(active), recorded, checksum)
        counts["epochs"] += active
        counts["updates"] += go
        counts["idles"] += active & ~go
        counts["compensations"] += compensating
        if self.trace is not None:
            self._trace(kind, trial, cost)
        better = np.flatnonzero(go & (change < 0))
        put(self.x, better, take(trial, better))
        self.cost.put(better, cost.take(better))
        idle = np.flatnonzero(active & ~go)
        if len(idle):
            rule.rejected(idle, change.take(idle))
        if go.any():
            self.position.move(go, rule.move)
            lanes = np.flatnonzero(go)
            rule.accepted(lanes, *self._slopes(take(trial, lanes)))

    def _cost(self, trial):
        """The costs at the trials, where there are some."""
        if self.active.all():
            return self.objective.cost(trial)
        lanes = np.flatnonzero(self.active)
        cost = Wide([np.zeros(len(self.alive), np.int64)], 0)
        cost.put(lanes, self.objective.cost(take(trial, lanes)))
        return cost

    def _trace(self, kind, trial, cost):
        lanes = np.flatnonzero(self.active)
        self.trace(self.run.take(lanes), kind.take(lanes), take(trial, lanes), cost.take(lanes))

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
