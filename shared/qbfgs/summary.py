"""What a person wants to know of a run. Texts take heap: who asks for none does not load them."""

from .status import text

_SHOWN = 8  # coordinates of a point


def message(optimizer):
    """The sentence of its status, and what else there is to say."""
    sentence = text(optimizer.status)
    if optimizer.doubts > 2 and 2 * optimizer.doubts > optimizer.updates:
        sentence += (
            "; but in %d of %d updates the cost did not change as the gradients said: compare them"
            " by qbfgs.derivatives.check_gradient" % (optimizer.doubts, optimizer.updates)
        )
    return sentence


def summary(optimizer):
    """An optimiser for a person's eyes, in one line."""
    o = optimizer
    x = ", ".join([str(v) for v in o.x[:_SHOWN]]) + (", ..." if o.n > _SHOWN else "")
    head = text(o.status).split(":")[0]
    counts = "%d epochs, %d updates and %d idles" % (o.epochs, o.updates, o.idles)
    return "<Optimizer, mode %s: %s; cost %s at [%s]; %s>" % (o.mode, head, o.cost, x, counts)
