"""The optimiser: one cost evaluation an epoch, with its counts, status and checksum.

Allocates only when made, while the objective's answers fit a word. Not to be called from an
interrupt handler while another call runs; what an interrupt raises in a step it bears.
"""

from .ask_tell import AskTell
from .grid.position import Position
from .progress import refusal
from .status import RUNNING
from .words.compat import const

_ALONE = const(3)  # what is refused, see `errors`


class Optimizer(AskTell):
    """Minimises an integer function of lattice points, one bounded step at a time.

    objective: has `cost(X)` -> int and `gradient(X)` -> sequence of n ints, for a list X of n ints,
        both on one scale: the gradient is the change of the cost per grid step. It may have
        `hessian(X)` -> the lower triangle row by row, n (n + 1)/2 ints, on that scale per grid step
        squared: the Hessian, or what stands for it in sums of squares, 2 J'J. It may have `n`,
        and `qp` (grid steps per unit; one, or a list of one a parameter). None when the caller
        evaluates, by `ask` and `tell`.
    x0: the start, n >= 1 grid integers with |x| < 2^19. The ends of that range are bounds of the
        grid itself; a run that ends there has the status RANGE_LEFT.
    mode: "compensated", with an inverse Hessian of n^2 numbers, the default for n <= 20; "limited",
        which remembers the last secant pairs alone (memory and work O(n) an epoch), the default
        above; "newton", which needs `hessian`, the default where that is and n <= 48 (or what the
        objective's own `mode` says); or "paper", "steepest", "fixed-rate" to compare with.
    max_epochs: stop after so many; may be raised later to go on. Default 2000.
    target: stop when cost <= target; None (default) for no target.
    radius: the first trust radius, 1 .. 2^18 - 1 grid steps; default objective.qp // 4 (the
        least of a list), else a quarter of the largest |x0|, at least 1. In mode "newton" it is
        for each coordinate; default |x0| of each, and that where it is 0.
    pairs: secant pairs kept and applied again on a go, 1 or more; default 2 for n < 3, else 4; in
        mode "limited" 8. Fewer make a go cheaper (by about n^2 a pair, 4 n in mode "limited"), and
        runs longer.
    tolerance: k >= 0: the run has CONVERGED where the model promises to lower the cost by no more
        than 2^-k of it. Default 26 (1.5e-8); 12 where epochs are dear and data inexact: below 26 it
        has also where k steps from one point were no better.
    certify: True searches on for a certificate, LATTICE_MINIMUM where the lattice allows it: no
        `tolerance` unless one is given, and as many `polls` as it takes. See docs/endings.md.
    polls: rejected neighbours at one point before the model's word may end the run: 8 + 4 n with
        `certify`; default as many, without the last box for n < 4. After 100 + 5 n rejected
        steps, or twice `polls` where that is more, it does. A large number asks for a
        LATTICE_MINIMUM. In mode "limited": before POLLED ends it; 2 n with `certify`, default 16.
    lower, upper: bounds that no trial leaves, lists of n grid integers, or None for those without
        one; default: the objective's `lower` and `upper` where it has them. Modes
        "compensated" and "limited" alone take them. A certificate is then of the neighbours inside.
    refine: k, 0 .. 16, default 0: the grid of the objective, of x0 and of all here is 2^k times
        finer than the one asked for, whose points are the multiples of 2^k. The run goes over the
        fine grid first; x is the best point of the asked one, and a certificate is of its
        neighbours there. It finds better points, and costs some epochs; see `qbfgs.modes.refined`.

    x: the best point accepted (with `refine` the best one tried of those asked for), to be read
    only, as all points that are handed out; cost: its cost (None before the first answer, and until
    a renewal is answered). level: the cost where the next step starts, that of x but with `refine`;
    None as the cost, and after an interrupted step until x was evaluated again. epochs: cost
    evaluations after that of the start; updates (go) and idles add up to them; compensations are
    those with a compensating step. status: see `qbfgs.status`. checksum: of the whole trace.

    The start is evaluated when the optimiser is made. Raises TypeError or ValueError for wrong
    settings, and for wrong answers of the objective: then the status is BAD_OBJECTIVE, all else is
    as it was, and the next step asks again. So it does after an exception of the objective's own,
    and after the RuntimeError that an objective gets which changes its argument, or x.

    Any other exception in a step, such as KeyboardInterrupt, leaves x, cost and counts as they were
    before the step or as they are after it. Where it came while the model learnt, the status is
    INTERRUPTED: the next step evaluates x again, as `renew` does, and goes on with a new model.
    """

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
        refine=0,
        tolerance=None,
        certify=False,
        differences=None,
        noise=None,
    ):
        # What only this needs can be freed after it: see `heap.forget` of the board's layer.
        from .checks import checked_radius, checked_tolerance, measured, plain_start
        from .modes import chosen

        x0 = plain_start(x0)
        reach = checked_radius(objective, x0, max_epochs, target, radius, pairs, polls, refine)
        tolerance = checked_tolerance(tolerance, certify)
        measuring = None
        if measured(objective, differences, noise):
            from .measured.settings import measuring_of

            mode, measuring = measuring_of(objective, x0, differences, noise, reach, mode, refine)
        AskTell.__init__(self, x0, max_epochs, target, tolerance, measuring)
        self.objective = objective
        self.pairs = pairs
        self.refine = refine
        self.mode, box, rule = chosen(mode, objective, x0, lower, upper, refine)
        self._position = Position(x0, box)
        self.modelled = hasattr(rule, "doubtful") and not refine
        if not hasattr(rule, "promise"):
            self.tolerance = None
        elif certify and polls is None:
            polls = rule.ENOUGH[0] + rule.ENOUGH[1] * self.n
        self.second = hasattr(rule, "second")
        self._settings = (rule, radius if self.second else reach, polls)
        self.make_rule()
        if objective is not None:
            self.step()

    def make_rule(self):
        """A new rule, with a model that knows nothing."""
        rule, radius, polls = self._settings
        rule = rule(self._position, self.objective, radius, self.pairs, polls)
        if self._measuring is not None and polls is None:
            rule.budget = 0  # so many curvatures are measured that the model is believed
        if self.refine:
            from .modes.refined import Refined

            rule = Refined(rule, self._position, self.x, self.refine)
        self._rule = rule

    def step(self):
        """One epoch: evaluates the cost once, and the gradient only after a go.

        True while it can go on. Once stopped it evaluates nothing and returns False.
        """
        objective = self.objective
        if objective is None:
            raise refusal(_ALONE)
        if self.status == RUNNING or self.ask() is not None:
            self._answer = None  # a gradient that failed is asked for again, after its cost
            trial = self.trial
            if self.tell(objective.cost(trial)):
                if self.second:
                    self.tell_gradient(objective.gradient(trial), objective.hessian(trial))
                else:
                    self.tell_gradient(objective.gradient(trial))
        return self.status == RUNNING

    def renew(self):
        """The objective has changed, such as by new samples: goes on from x with H as it is.

        Cost and gradient at x are taken anew, now or by `ask` and `tell`; like the start this is no
        epoch. Raises RuntimeError while a gradient is awaited, and in modes that cannot do it.
        """
        from .renewing import renew

        if self.objective is not None:
            self._answer = None  # its gradient failed
        renew(self)
        if self.objective is not None:
            self.step()


def minimize(objective, x0, **settings):
    """Steps an Optimizer (see there for the settings) to its end, and returns it."""
    optimizer = Optimizer(objective, x0, **settings)
    while optimizer.step():
        pass
    return optimizer
