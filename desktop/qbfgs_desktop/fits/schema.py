"""What the JSON of a fitted model must be: checked whole before anything is computed from it.

Every number and every length has a bound, those that `qbfgs fit` keeps to or wider ones, so that
no file can make a prediction fail or take long.
"""

import json
import reprlib
from decimal import Decimal, InvalidOperation

from qbfgs.data.scaling import WORD
from qbfgs.grid.position import EDGE
from qbfgs.models.heads import MOST_CLASSES
from qbfgs.models.model import FINEST, MOST_INPUTS
from qbfgs.models.network import MOST_HIDDEN
from qbfgs.models.recipes import CLASSIFIERS, SHAPES, SQUARES, parse

from .datasets import MOST_COLUMNS, MOST_DECIMALS, MOST_LABELS

FORMAT = "qbfgs model 2"
MOST_BYTES = 1 << 22  # of a file; the largest model takes a tenth
_DEGREE = 126
_WIDE = 1 << 62  # of the parameters of least squares, which are products with a reduced basis
_NAME = 255  # bytes, as in data files
_COUNTS = {"sphere": 4, "ellipsoid": 6, "tilted": 9, "exp": 3, "saturation": 3}


def read(path):
    """The model in a JSON file.  Raises OSError, and ValueError for what is none, with a
    sentence."""
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"{path} is no model: larger than {MOST_BYTES} bytes")
    try:
        described = json.loads(data)
    except RecursionError as error:
        raise ValueError(f"{path} is no model: nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from error
    if not isinstance(described, dict) or described.get("format") != FORMAT:
        raise ValueError(f"{path} is no model of this version of qbfgs fit")
    try:
        check(described)
    except ValueError as error:
        raise ValueError(f"{path} is no model of qbfgs fit: {error}") from error
    return described


def check(described):
    """Raises ValueError, naming the place, for what is no model that `qbfgs fit` can write."""
    _MODEL(described, "")
    name, size, _ = parse(described["recipe"])
    columns, target = described["inputs"], described["target"]
    if (name in SHAPES) != (target is None):
        need = "no target" if name in SHAPES else "a target"
        raise ValueError(f"the model {name} has {need}")
    labels = target["labels"] if target else []
    for place, column in enumerate(columns):
        if column["labels"]:
            raise ValueError(f"inputs[{place}] is a number: it has no labels")
    _distinct("two inputs have the name", [c["name"] for c in columns])
    _distinct("two classes have the label", labels)
    wanted = {"logistic": (2, 2), "softmax": (2, MOST_CLASSES), "mlp": (0, MOST_CLASSES)}
    least, most = wanted.get(name, (0, 0))
    if not least <= len(labels) <= most or name == "mlp" and len(labels) == 1:
        raise ValueError(f"the model {name} has no target of {len(labels)} classes")
    inputs = {"poly": 1, "exp": 1, "saturation": 1, **dict.fromkeys(SHAPES, 3)}.get(name)
    if inputs is not None and len(columns) != inputs:
        raise ValueError(f"the model {name} has {inputs} inputs, not {len(columns)}")
    if name in (*CLASSIFIERS, "mlp") and len(columns) > MOST_INPUTS:
        raise ValueError(f"the model {name} has at most {MOST_INPUTS} inputs")
    limit = {"poly": _DEGREE, "mlp": MOST_HIDDEN}.get(name, 0)
    if size > limit:
        raise ValueError(f"the size of {name} is at most {limit}, not {size}")
    count = _count(name, size, len(columns) + 1, len(labels))
    if len(described["x"]) != count:
        raise ValueError(f"{described['recipe']} has {count} parameters, not {len(described['x'])}")
    if name not in SQUARES:
        _list(_whole(-EDGE, EDGE))(described["x"], "x")


def _count(name, size, width, classes):
    """The parameters of a model."""
    counts = {
        "linear": width,
        "poly": size + 1,
        "logistic": width,
        "softmax": classes * width,
        "mlp": size * width + max(1, classes) * (size + 1),
    }
    return {**_COUNTS, **counts}[name]


def _distinct(what, names):
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ValueError(f"{what} {name!r}")


# A rule is called with a value and its place, and raises ValueError.


def _refuse(place, wanted, value):
    raise ValueError(f"{place or 'the file'} must be {wanted}, not {reprlib.repr(value)}")


def _whole(least, most):
    def rule(value, place):
        if type(value) is not int or not least <= value <= most:
            _refuse(place, f"a whole number within {least} .. {most}", value)

    return rule


def _text(most):
    def rule(value, place):
        if not isinstance(value, str) or not 0 < len(value.encode(errors="replace")) <= most:
            _refuse(place, f"a text of 1 to {most} bytes", value)
        try:
            value.encode()
        except UnicodeEncodeError:
            _refuse(place, "a text of whole characters", value)

    return rule


def _decimal(value, place):
    _text(_NAME)(value, place)
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > MOST_DECIMALS:
        _refuse(place, f"a decimal number below 1e{MOST_DECIMALS}", value)


def _list(item, least=0, most=1 << 16):
    def rule(value, place):
        if not isinstance(value, list) or not least <= len(value) <= most:
            _refuse(place, f"a list of {least} to {most}", value)
        for k, one in enumerate(value):
            item(one, f"{place}[{k}]")

    return rule


def _record(**fields):
    def rule(value, place):
        if not isinstance(value, dict):
            _refuse(place, "an object", value)
        for name, field in fields.items():
            where = f"{place}.{name}" if place else name
            if name not in value:
                raise ValueError(f"{where} is missing")
            field(value[name], where)

    return rule


def _or_none(rule):
    return lambda value, place: value is None or rule(value, place)


_COLUMN = _record(
    name=_text(_NAME),
    decimals=_whole(-MOST_DECIMALS, MOST_DECIMALS),
    origin=_decimal,
    labels=_list(_text(_NAME), 0, MOST_LABELS),
    shift=_whole(-WORD, WORD),
    factor=_whole(1, WORD),
    drop=_whole(0, 40),
    most=_whole(1, WORD),
)
_MODEL = _record(
    recipe=_text(64),
    qp=_whole(1, FINEST),
    inputs=_list(_COLUMN, 1, MOST_COLUMNS),
    target=_or_none(_COLUMN),
    x=_list(_whole(-_WIDE, _WIDE)),
)
