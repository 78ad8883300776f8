"""What is said of each status. Texts take heap: who asks for none does not load them."""

from .status import CONVERGED, LATTICE_MINIMUM, MODEL_MINIMUM, NOISE, POLLED, TARGET

_TEXTS = (
    "running: step() can go on",
    "target reached: the cost is at or below `target`",
    "lattice minimum: no better point in the whole list of neighbours (the short vectors of the"
    " reduced basis; with up to 4 parameters a box about the point, with more, and in mode"
    " 'limited', the unit steps)",
    "model minimum: every neighbour left could only be better if the curvature measured so far were"
    " wrong; certify=True asks more of them; a finer grid, or a start elsewhere, may find more",
    "epoch limit: raise `max_epochs` to go on from here",
    "bad objective: it answered something that is not an int, or a gradient of the wrong length;"
    " mend it and step again",
    "table full: none of 160 + 8 n steps from one point was better, and no more can be remembered;"
    " set fewer `polls`; where parameters differ much in effect, give each its own Qp; where the"
    " cost is flat or noisy, use a finer cost scale or a coarser grid",
    "stalled: the mode has no step left that changes the point; mode 'compensated' may go on",
    "polled: the first `polls` neighbours were no better, and the others were not tried; 2 n polls"
    " try each",
    "range left: a parameter came to the end of the grid, 2^19 - 1 steps from 0, and better points"
    " may be beyond; give that parameter a smaller Qp (or take a smaller `refine`)",
    "interrupted: an exception, such as Ctrl-C, cut a step short; x, cost and counts are whole, and"
    " step() or ask() goes on from x with a new model",
    "converged: the model promises to lower the cost by no more than 2^-`tolerance` of it; a larger"
    " `tolerance` goes on, certify=True asks the neighbours too",
    "noise: what the model still promises is less than the noise of a measurement; the cost is the"
    " mean of some measurements of x; less noise, or a start elsewhere, may find more",
)


_SUCCESSES = (TARGET, LATTICE_MINIMUM, MODEL_MINIMUM, POLLED, CONVERGED, NOISE)
_SHOWN = 8  # coordinates of a point


def success(optimizer):
    """Whether a run ended, and neither for a limit nor for a lack of room."""
    return optimizer.status in _SUCCESSES


def message(optimizer):
    """The sentence of its status, and what else there is to say."""
    sentence = of_status(optimizer.status)
    if optimizer.doubts > 2 and 2 * optimizer.doubts > optimizer.updates:
        sentence += (
            "; but in %d of %d updates the cost did not change as the gradients said: compare them by"
            " qbfgs.derivatives.check_gradient" % (optimizer.doubts, optimizer.updates)
        )
    return sentence


def summary(optimizer):
    """An optimiser for a person's eyes, in one line."""
    o = optimizer
    x = ", ".join([str(v) for v in o.x[:_SHOWN]]) + (", ..." if o.n > _SHOWN else "")
    head = of_status(o.status).split(":")[0]
    counts = "%d epochs, %d updates and %d idles" % (o.epochs, o.updates, o.idles)
    return "<Optimizer, mode %s: %s; cost %s at [%s]; %s>" % (o.mode, head, o.cost, x, counts)


def of_status(code):
    """The sentence of a status code. Raises ValueError for a code that is none."""
    if isinstance(code, int) and 0 <= code < len(_TEXTS):
        return _TEXTS[code]
    raise ValueError("no such status: %r" % (code,))
