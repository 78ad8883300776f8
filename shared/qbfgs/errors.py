"""The errors for wrong calls, and for wrong answers of an objective.

Texts take heap, so that a program which goes well does not load them.
"""

from .status import BAD_OBJECTIVE
from .words.plain import plain
from .words.wide import WIDEST, fits, is_cost, is_gradient, is_int

_CALLS = (  # in the order of the names in `ask_tell`, `optimizer`, `renewing`, `progress`
    "no cost is wanted, the run has ended: see status; with a new limit or target call ask first",
    "no gradient is wanted: call tell first, and this when it is True",
    "a gradient is awaited: call tell_gradient before renew",
    "there is no objective to evaluate: use ask and tell",
    "this mode cannot renew: use 'compensated' or 'limited'",
    "a gradient is awaited, for the cost told last was accepted: call tell_gradient, then tell",
    "the last step was cut short by an exception: call ask, which goes on from x",
    "the point asked for, or x, was changed by the caller or the objective: it is as it was again;"
    " work on a copy, such as list(X)",
)


def of_call(which):
    """The error for a call that makes no sense now, by its number there."""
    return RuntimeError(_CALLS[which])


def taken_cost(cost, optimizer):
    """A cost of NumPy's as an int; the error for all else raised."""
    cost = plain(cost)
    if not is_cost(cost):
        optimizer.status = BAD_OBJECTIVE
        raise of_cost(cost, optimizer.trial)
    return cost


def taken_gradient(g, optimizer):
    """A gradient with numbers of NumPy's as a list of ints; the error for all else raised."""
    g = plain(g)
    if not is_gradient(g, optimizer.n):
        optimizer.status = BAD_OBJECTIVE
        raise of_gradient(g, optimizer.trial)
    return g


def refuse_hessian(h, optimizer):
    """Raises the error for a Hessian."""
    optimizer.status = BAD_OBJECTIVE
    raise of_hessian(h, optimizer.trial)


def of_cost(cost, x):
    """The error for the cost at x."""
    if not is_int(cost):
        return TypeError("the cost at %r must be an int, not %r" % (x, cost))
    return _wide("the cost")


def of_gradient(g, x):
    """The error for the gradient at x."""
    if not isinstance(g, (list, tuple)):
        return TypeError("the gradient at %r must be a list, not %r" % (x, g))
    if len(g) != len(x):
        return ValueError("the gradient at %r has %d numbers, not %d" % (x, len(g), len(x)))
    for i in range(len(g)):
        if not is_int(g[i]):
            return TypeError("gradient[%d] at %r must be an int, not %r" % (i, x, g[i]))
        if not fits(g[i]):
            break
    return _wide("the gradient")


def of_hessian(h, x):
    """The error for the Hessian at x."""
    count = len(x) * (len(x) + 1) // 2
    shape = "%d ints, the lower triangle row by row" % count
    if not isinstance(h, (list, tuple)):
        return TypeError(
            "the hessian at %r must be a list of %s, not %r: mode 'compensated' needs none"
            % (x, shape, h)
        )
    if len(h) != count:
        return ValueError("the hessian at %r has %d numbers, not %s" % (x, len(h), shape))
    for i in range(count):
        if not is_int(h[i]):
            return TypeError("hessian[%d] at %r must be an int, not %r" % (i, x, h[i]))
    return _wide("the hessian")


def of_start(x0, objective, edge):
    """The error for a start. edge: the end of the grid."""
    n = len(x0)
    if n == 0:
        return ValueError("x0 is empty: give one grid integer a parameter")
    if getattr(objective, "n", n) != n:
        return ValueError("x0 has %d numbers, but the objective takes %d" % (n, objective.n))
    for i in range(n):
        if not is_int(x0[i]):
            return TypeError(
                "x0[%d] must be a grid integer, not %r: qbfgs.quantizer.quantize makes one of text"
                % (i, x0[i])
            )
        if not -edge <= x0[i] <= edge:
            break
    return ValueError(
        "x0[%d] = %d is outside the grid, whose ends are -%d and %d: use a smaller Qp"
        % (i, x0[i], edge, edge)
    )


def of_tolerance(tolerance):
    """The error for a tolerance."""
    return ValueError(
        "tolerance must be an int k, which stands for 2^-k of the cost, not %r: 20 is 1e-6"
        % (tolerance,)
    )


def of_refine(refine, x0):
    """The error for a start between the points of a grid 2^refine coarser."""
    if refine > 16:
        return ValueError("refine must be 16 or less, not %d" % refine)
    i = 0
    while not x0[i] & ((1 << refine) - 1):
        i += 1
    return ValueError(
        "x0[%d] = %d is between the points asked for: take a multiple of 2^%d" % (i, x0[i], refine)
    )


def of_qp(qp):
    """The error for a Qp."""
    advice = "give the grid steps per unit, such as 1024"
    if not is_int(qp):
        return TypeError("Qp must be an int, not %r: %s" % (qp, advice))
    return ValueError("Qp must be 1 or more, not %d: %s" % (qp, advice))


def _wide(name):
    return ValueError("%s has more than %d bits: choose a coarser scale" % (name, WIDEST))
