"""A fit as JSON text, the same on boards and desks.

Numbers are text of 20 digits, from which the same Reals are read.  Written by hand, for the order
of a board's dictionaries is not that of a desk's.
"""

from .. import checkpoints
from . import endings
from .numbers import Real
from .texts import short

FORMAT = "qbfgs fit 1"
DIGITS = 20


def save(fit):
    """The text."""
    s, region = fit.settings, fit._region
    total, slopes, matrix, squares = fit._sums
    run = ""
    if fit.end == endings.GOING:
        run = "".join(["%02x" % byte for byte in checkpoints.dump(fit._run)])
    pairs = (
        ("format", FORMAT),
        ("model", s.model),
        ("names", fit.names),
        ("parameters", fit.parameters),
        ("errors", fit.errors),
        ("residual", fit.residual),
        ("rows", s.count),
        ("message", fit.message),
        ("evaluations", fit.evaluations),
        ("end", fit.end),
        ("free", s.free),
        ("lower", s.lower),
        ("upper", s.upper),
        ("qp", s.qp),
        ("loss", s.loss),
        ("limit", fit.squares.limit),
        ("absolute_sigma", int(s.absolute)),
        ("max_evaluations", s.max_evaluations),
        ("least", s.least),
        ("sums", [total, squares]),
        ("slopes", slopes),
        ("matrix", [v for row in matrix for v in row]),
        ("sizes", region.sizes),
        ("delta", region.delta),
        ("remeasured", fit._remeasured),
        ("run", run),
    )
    return "{" + ",\n ".join(['"%s": %s' % (key, _json(value)) for key, value in pairs]) + "}\n"


def _json(value):
    """A value, or a list of values, as JSON."""
    items = value if isinstance(value, (list, tuple)) else [value]
    texts = []
    for item in items:
        if item is None:
            texts.append("null")
        elif isinstance(item, Real):
            texts.append('"%s"' % short(item.mantissa, item.exponent, DIGITS))
        elif isinstance(item, str):
            texts.append('"%s"' % item.replace("\\", "\\\\").replace('"', '\\"'))
        else:
            texts.append(str(item))
    return "[" + ", ".join(texts) + "]" if items is value else texts[0]
