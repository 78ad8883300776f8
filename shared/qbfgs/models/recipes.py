"""Models by name: a short text says which, and a source says the rest.

A recipe is MODEL[:SIZE][+L2], such as "linear", "poly:3", "mlp:4+16": the size is the degree of
poly and the hidden units of mlp; the penalty is L2 / 1024 |w|^2 / 2 on the weights of logistic,
softmax and mlp.  All columns of the source but the last are inputs, the last is the target; sphere,
ellipsoid and tilted (an ellipsoid of any direction) take three inputs and no target.

This is where scalings are chosen, so that a board and a desk choose the same.
"""

from ..data.samples import Samples
from ..data.scaling import Scaling

SQUARES = ("linear", "poly", "sphere", "ellipsoid", "tilted")
CURVES = ("exp", "saturation")
CLASSIFIERS = ("logistic", "softmax")
NAMES = SQUARES + CURVES + CLASSIFIERS + ("mlp",)
SHAPES = ("sphere", "ellipsoid", "tilted")
_SIZED = ("poly", "mlp")
_PENALISED = CLASSIFIERS + ("mlp",)


def parse(text):
    """(name, size, l2) of a recipe; 0 for what it does not say. Raises ValueError."""
    body, plus, penalty = text.partition("+")
    name, colon, size = body.partition(":")
    if name not in NAMES:
        raise ValueError("unknown model %r: use one of %s" % (name, ", ".join(NAMES)))
    if bool(colon) != (name in _SIZED):
        wanted = "%s:SIZE" % name if name in _SIZED else name
        raise ValueError("%r: write the model as %s" % (text, wanted))
    if plus and name not in _PENALISED:
        raise ValueError("%r: the model %s has no penalty" % (text, name))
    return name, _number(text, size, 1) if colon else 0, _number(text, penalty, 0) if plus else 0


def _number(recipe, text, least):
    try:
        value = int(text)
    except ValueError:
        value = -1
    if value < least:
        raise ValueError("%r: %r is not a number of %d or more" % (recipe, text, least))
    return value


def make(text, source, classes, qp):
    """The model of a recipe, which learns from a source on a grid of qp.

    source: see `qbfgs.data`; it is read twice or once for the scalings.  classes: of the target, 0
    for a target that is a number.  The model is an objective and has `start()`; least squares come
    as `reduced.Reduced`.
    Raises ValueError for a wrong recipe, for a source that does not fit it, and as `Scaling` and
    the models do.
    """
    name, size, l2 = parse(text)
    inputs = source.columns - (name not in SHAPES)
    wanted = {"poly": 1, "exp": 1, "saturation": 1, "sphere": 3, "ellipsoid": 3, "tilted": 3}
    if inputs < 1 or inputs != wanted.get(name, inputs):
        text = "the model %s takes %d inputs, but there are %d"
        raise ValueError(text % (name, wanted.get(name, 1), inputs))
    if name in CLASSIFIERS and classes < 2:
        raise ValueError("the model %s needs classes, but the target is a number" % name)
    if name == "logistic" and classes > 2:
        raise ValueError("the model logistic takes 2 classes, but there are %d" % classes)
    if name in SQUARES:
        return _squares(name, size, source, inputs, qp)
    if name in CURVES:
        return _curve(name, source, qp)
    places = list(range(inputs))
    scaling = Scaling(inputs)
    scaling.measure(source, places, 13, 9)
    if name == "mlp":
        from .network import Network

        values = None if classes else _target(source, inputs, 22)
        samples = Samples(source, places, inputs, scaling, values)
        return Network(samples, size, max(1, classes), qp, l2)
    samples = Samples(source, places, inputs, scaling)
    if name == "logistic":
        from .logistic import Logistic

        return Logistic(samples, qp, l2)
    from .softmax import Softmax

    return Softmax(samples, classes, qp, l2)


def _target(source, place, width):
    scaling = Scaling(1)
    scaling.measure(source, [place], width)
    return scaling


def _squares(name, size, source, inputs, qp):
    from . import designs
    from .least_squares import LeastSquares
    from .reduced import Reduced

    if name == "linear":
        design = designs.Affine(inputs)
    elif name == "poly":
        design = designs.Polynomial(size)
    elif name == "sphere":
        design = designs.Sphere()
    else:
        design = designs.Ellipsoid(name == "tilted")
    places = list(range(inputs))
    scaling = Scaling(inputs)
    scaling.measure(source, places, design.WIDTH, None, name in SHAPES)
    if name in SHAPES:
        return Reduced(LeastSquares(Samples(source, places, None, scaling), design, qp))
    values = _target(source, inputs, design.BITS)
    samples = Samples(source, places, inputs, scaling, values)
    return Reduced(LeastSquares(samples, design, qp))


def _curve(name, source, qp):
    from . import curves

    scaling = Scaling(1)
    scaling.measure(source, [0], curves.WIDTH, shift="clock" if name == "exp" else "none")
    values = _target(source, 1, curves.TARGET_WIDTH - 1)
    samples = Samples(source, [0], 1, scaling, values)
    return (curves.Decay if name == "exp" else curves.Saturation)(samples, qp)
