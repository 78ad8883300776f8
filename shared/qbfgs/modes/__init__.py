"""The modes: how steps are chosen is the business of a rule, one class a mode.

A rule is made with a Position, the objective and the settings of Optimizer.  `take(gradient)` gets
the gradient at the start and after each go, and changes nothing yet; `start()` comes after the
first; `propose()` writes `position.move` and returns RUNNING, or the status that ends the run;
`accepts(change)` judges the trial by the change of the cost, a scalar; `rejected(change)` and
`accepted()` learn from the answer; `compensating()` says what kind of step was proposed.
"""

from ..grid.position import EDGE

MODES = ("compensated", "paper", "steepest", "fixed-rate", "limited", "newton")
BOUNDED = ("compensated", "limited", "newton")  # those that take bounds and refine
DENSE = 20  # parameters at most for which an H in full is worth its memory and work
NEWTON = 48  # the same where the objective gives a Hessian


def default_mode(n, objective=None):
    """The mode for n parameters where none was asked for: the objective's own, if it names one."""
    own = getattr(objective, "mode", None)
    if own is not None:
        return own
    if n <= NEWTON and hasattr(objective, "hessian"):
        return "newton"
    return "compensated" if n <= DENSE else "limited"


def box_of(mode, objective, x0, lower, upper, refine):
    """The Box of these bounds, or of the objective's own; None where nothing is bounded.

    With a refinement there is always one, of points asked for.
    Raises TypeError or ValueError for bounds that are none, and for a mode that keeps none.
    """
    if lower is None:
        lower = getattr(objective, "lower", None)
    if upper is None:
        upper = getattr(objective, "upper", None)
    if lower is None and upper is None and not refine:
        return None
    from ..grid.box import Box, check_bounds

    check_bounds(lower, upper, x0)
    if mode not in BOUNDED:
        what = "refines nothing" if refine else "keeps no bounds"
        raise ValueError("mode %r %s: use %s" % (mode, what, " or ".join(BOUNDED)))
    return Box(lower, upper, EDGE, len(x0), refine)


def chosen(mode, objective, x0, lower, upper, refine):
    """The mode, the Box or None, and the rule's class for these settings of Optimizer."""
    if mode is None:
        mode = default_mode(len(x0), objective)
    rule = rule_of(mode)
    if hasattr(rule, "second") and objective is not None and not hasattr(objective, "hessian"):
        raise TypeError("mode 'newton' needs a hessian(X): give one, or use 'compensated'")
    return mode, box_of(mode, objective, x0, lower, upper, refine), rule


def check_mode(mode):
    """Raises ValueError for a mode that is none."""
    if mode not in MODES:
        raise ValueError("unknown mode %r: use one of %s" % (mode, ", ".join(MODES)))


def rule_of(mode):
    """The rule's class. Only that one is imported, for boards are small.

    Raises ValueError for a mode that is none.
    """
    check_mode(mode)
    if mode == "compensated":
        from .compensated import Compensated as rule
    elif mode == "newton":
        from .newton import Newton as rule
    elif mode == "limited":
        from .limited import Limited as rule
    elif mode == "paper":
        from .paper import Paper as rule
    elif mode == "steepest":
        from .steepest import Steepest as rule
    else:
        from .fixed_rate import FixedRate as rule
    return rule
