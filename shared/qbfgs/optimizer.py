"""The optimiser: one cost evaluation an epoch, with its counts, status and checksum.

Allocates only when made, while the objective's answers fit a word; not interrupt-safe.
"""

from .answers import check_cost, check_gradient
from .position import Position
from .recording import Recording
from .status import BAD_OBJECTIVE, EPOCH_LIMIT, RUNNING, TARGET
from .wide import difference


class Optimizer(Recording):
    """Minimises an integer function of lattice points, one bounded step at a time.

    objective: has `cost(X)` -> int and `gradient(X)` -> sequence of n ints, for a list X of n ints,
        both on one scale: the gradient is the change of the cost per grid step. It may have `n`,
        and `qp` (grid steps per unit; one, or a list of one a parameter). None when the caller
        evaluates, by `ask` and `tell`.
    x0: the start, n >= 1 grid integers with |x| < 2^19.
    mode: "compensated", with an inverse Hessian of n^2 numbers, the default for n <= 20; "limited",
        which remembers the last secant pairs alone (memory and work O(n) an epoch), the default
        above; or "paper", "steepest", "fixed-rate" to compare with.
    max_epochs: stop after so many; may be raised later to go on. Default 2000.
    target: stop when cost <= target; None (default) for no target.
    radius: the first trust radius, 1 .. 2^18 - 1 grid steps; default objective.qp // 4 (the
        least of a list), else a quarter of the largest |x0|, at least 1.
    pairs: secant pairs kept and applied again on a go, 1 or more; default 2 for n < 3, else n + 2;
        in mode "limited" 8. Fewer make a go cheaper (a pair costs about n^2; 4 n an epoch in mode
        "limited") and runs longer.
    polls: rejected neighbours at one point before the model's word may end the run; default
        8 + 4 n. A large number asks for a LATTICE_MINIMUM. In mode "limited": before POLLED ends
        it; default 100; 2 n ask for a LATTICE_MINIMUM, of the unit steps.
    lower, upper: bounds that no trial leaves, lists of n grid integers, or None for those without
        one; default: the objective's `lower` and `upper` where it has them. Modes
        "compensated" and "limited" alone take them. A certificate is then of the neighbours inside.

    x: the best point accepted; cost: its cost (None before the first answer). epochs: cost
    evaluations after that of the start; updates (go) and idles add up to them; compensations are
    those with a compensating step. status: see `qbfgs.status`. checksum: of the whole trace.

    The start is evaluated when the optimiser is made. Raises TypeError or ValueError for wrong
    settings, and for wrong answers of the objective: then the status is BAD_OBJECTIVE, all else is
    as it was, and the next step asks again. So it does after an exception of the objective's own.
    """

    # What a checkpoint holds, here and in the other classes: fields, and the parts with more.
    STATE = ("x", "cost") + Recording.STATE + ("status",)
    PARTS = ("_position", "_rule")

    def __init__(
        self,
        objective,
        x0,
        mode=None,
        max_epochs=2000,
        target=None,
        radius=None,
        pairs=None,
        polls=None,
        lower=None,
        upper=None,
    ):
        # What only this needs can be freed after it: see `heap.forget` of the board's layer.
        from .checks import check_settings, check_start, default_radius
        from .modes import box_of, default_mode, rule_of

        check_start(x0, objective)
        Recording.__init__(self, x0)
        if radius is None:
            radius = default_radius(objective, x0)
        check_settings(max_epochs, target, radius, pairs, polls)
        # made once
        self.objective = objective
        self.n = len(x0)
        self.mode = mode = default_mode(self.n) if mode is None else mode
        self.pairs = pairs
        self._position = Position(x0, box_of(mode, objective, x0, lower, upper))
        self._rule = rule_of(mode)(self._position, objective, radius, pairs, polls)
        # changes on go
        self.x = list(x0)
        self.cost = None
        self._answer = None  # the cost of a go whose gradient is awaited
        # for stopping
        self.max_epochs = max_epochs
        self.target = target
        self.status = RUNNING
        if objective is not None:
            self._evaluate()

    def ask(self):
        """The point whose cost is wanted, n ints; None at the end.

        The first is the start. It stays the same until its cost is told.
        """
        if self.status == EPOCH_LIMIT or self.status == TARGET:
            self._choose()  # the limit may have been raised, the target lowered
        if self.status == RUNNING or self.status == BAD_OBJECTIVE:
            return self.trial
        return None

    def tell(self, cost):
        """Takes the cost of the point asked for, an int of up to 4096 bits.

        True when it was accepted: then `tell_gradient` must follow, and completes the epoch.
        Raises RuntimeError when no point is asked for.
        """
        if self.ask() is None:
            raise RuntimeError("the run has ended, no cost is wanted: see status")
        self.status = BAD_OBJECTIVE
        check_cost(cost, self.trial)
        self.status = RUNNING
        self._answer = cost
        if self.cost is None:
            return True
        change = difference(cost, self.cost)
        if self._rule.accepts(change):
            return True
        self._answer = None
        self._count(0, self._rule.compensating(), cost)
        self._rule.rejected(change)
        self._choose()
        return False

    def tell_gradient(self, g):
        """Takes the gradient, n ints in a list or tuple, at the point that `tell` accepted."""
        if self._answer is None:
            raise RuntimeError("no gradient is wanted: call tell first, and this when it is True")
        self.status = BAD_OBJECTIVE
        check_gradient(g, self.trial)
        if self.cost is None:
            self._record(0, self._answer)
            self._rule.start(g)
        else:
            self._count(1, self._rule.compensating(), self._answer)
            self._position.accept()
            self._rule.accepted(g)
        if self.cost is None or self._answer < self.cost:
            self.cost = self._answer
            for i in range(self.n):
                self.x[i] = self.trial[i]
        self._answer = None
        self._choose()

    def step(self):
        """One epoch: evaluates the cost once, and the gradient only after a go.

        True while it can go on. Once stopped it evaluates nothing and returns False.
        """
        if self.objective is None:
            raise RuntimeError("there is no objective to evaluate: use ask and tell")
        if self.ask() is not None:
            self._evaluate()
        return self.status == RUNNING

    def between_epochs(self):
        """True when the start was evaluated and no gradient is awaited: then checkpoints work."""
        return self.cost is not None and self._answer is None

    def bounded(self):
        """True when it has bounds."""
        return self._position.box is not None

    def _evaluate(self):
        if self.tell(self.objective.cost(self.trial)):
            self.tell_gradient(self.objective.gradient(self.trial))

    def _choose(self):
        """The next trial, or the status that says why there is none."""
        position = self._position
        if self.target is not None and self.cost <= self.target:
            self.status = TARGET
        elif self.epochs >= self.max_epochs:
            self.status = EPOCH_LIMIT
        else:
            self.status = self._rule.propose()
            if self.status == RUNNING:
                for i in range(self.n):
                    self.trial[i] = position.x[i] + position.move[i]


def minimize(objective, x0, **settings):
    """Steps an Optimizer (see there for the settings) to its end, and returns it."""
    optimizer = Optimizer(objective, x0, **settings)
    while optimizer.step():
        pass
    return optimizer
