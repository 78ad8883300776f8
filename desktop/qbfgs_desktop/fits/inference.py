"""A fitted model as a Python module: integer inference, one file, MicroPython 1.9.2 and later.

`predict` of the command runs the same text, so a board and a desk say the same.
"""

import inspect
from fractions import Fraction
from textwrap import dedent

from qbfgs.models import curves
from qbfgs.models.logistic import BITS as CLASSIFIER_BITS
from qbfgs.models.recipes import parse
from qbfgs.models.scores import score
from qbfgs.words import functions

from ..texts import in_docstring
from . import learned

HEAD = '''
"""{title}, made by qbfgs fit: integers only, for MicroPython 1.9.2 and later.

predict(row) takes {count} ints, {names}: a value v stands for v / 10^DECIMALS.
It answers {answer}.
"""

INPUTS = {inputs!r}
DECIMALS = {decimals!r}
'''

SCALED = """

def _scaled(row):
    out = []
    for v, (shift, factor, drop, most) in zip(row, _SCALINGS):
        v = max(-most, min(most, v - shift)) * factor
        out.append(v + (1 << drop >> 1) >> drop)
    return out
"""

SCORES = '''

def scores(row):
    """A sum a class, of one scale; the largest is the likeliest."""
    a = _scaled(row)
    out = []
    for start in range(0, len(_X), len(a) + 1):
        total = _X[start + len(a)] << %d
        for j in range(len(a)):
            total += a[j] * _X[start + j]
        out.append(total)
    return out
'''

BINARY = """

def predict(row):
    return 1 if scores(row)[0] >= 0 else 0
"""

BEST = """

def predict(row):
    s = scores(row)
    return s.index(max(s))
"""

RATIO = """

def predict(row):
    total = _CONSTANT
    for v, n in zip(row, _SLOPES):
        total += n * v
    return (total + _DENOMINATOR // 2) // _DENOMINATOR
"""

POWERS = """

def predict(row):
    total = 0
    for n in _POWERS:
        total = total * row[0] + n
    return (total + _DENOMINATOR // 2) // _DENOMINATOR
"""

NETWORK = """

def _outputs(row):
    a = _scaled(row)
    a.append(1 << {bits})
    values = []
    at = 0
    for h in range(_HIDDEN):
        high = low = 0
        for v in a:
            high += v * (_X[at] >> 10)
            low += v * (_X[at] & 1023)
            at += 1
        values.append(tanh(score(high, low, _QP, {bits})))
    out = []
    while at < len(_X):
        high = middle = low = rest = 0
        for v in values:
            xh = _X[at] >> 10
            xl = _X[at] & 1023
            high += (v >> 14) * xh
            middle += (v & 0x3FFF) * xh
            low += (v >> 14) * xl
            rest += (v & 0x3FFF) * xl
            at += 1
        high += _X[at] >> 10 << 14
        low += (middle + (rest >> 10) >> 4) + ((_X[at] & 1023) << 14)
        at += 1
        out.append((high, low))
    return out
"""

NETWORK_CLASS = '''

def scores(row):
    """A sum a class, of one scale; the largest is the likeliest."""
    return [(high << 10) + low for high, low in _outputs(row)]
'''

NETWORK_NUMBER = """

def predict(row):
    high, low = _outputs(row)[0]
    total = _GAIN * score(high, low, _QP, 14) + _CONSTANT
    return (total + _DENOMINATOR // 2) // _DENOMINATOR
"""

CURVE = """

def predict(row):
    t = max(0, _scaled(row)[0])
    z = 0
    if _K > 0:
        z = score(t * (_K >> 10), t * (_K & 1023), _QP, {bits})
    total = _A * {shape} + _C
    return (total + _DENOMINATOR // 2) // _DENOMINATOR
"""
DECAY = "exp(z)"
SATURATION = "(0x10000000 - reciprocal(min(0x1FFFFFFF, z + 0x1000000)))"

CORRECTED = """

def predict(row):
    about = [v * _DENOMINATOR - c for v, c in zip(row, _CENTRE)]
    half = _DENOMINATOR << 13
    out = []
    for gains in _GAINS:
        total = half
        for v, gain in zip(about, gains):
            total += v * gain
        out.append(total // (half << 1))
    return out
"""


def module(described):
    """The text of a module that predicts as the model does. described: see `learned`.

    Raises ValueError where a fit found no ellipsoid.
    """
    name = parse(described["recipe"])[0]
    body, answer = _BODIES[name](described)
    columns = described["inputs"]
    head = HEAD.format(
        title=in_docstring(f"Model {described['recipe']}"),
        count=len(columns),
        names=in_docstring(", ".join(c["name"] for c in columns)),
        answer=answer,
        inputs=tuple(c["name"] for c in columns),
        decimals=tuple(c["decimals"] for c in columns),
    )
    return head.lstrip() + body


def program(described):
    """The function `predict` of the module."""
    space = {"__name__": "model"}
    exec(compile(module(described), "model", "exec"), space)
    return space["predict"]


def _constants(**values):
    return "".join(f"{name} = {value!r}\n" for name, value in values.items())


def _scalings(described):
    keys = ("shift", "factor", "drop", "most")
    return {"_SCALINGS": tuple(tuple(c[key] for key in keys) for c in described["inputs"])}


def _labels(described):
    return {"LABELS": tuple(described["target"]["labels"])}


def _target(described):
    return {"TARGET_DECIMALS": described["target"]["decimals"]}


_NUMBER = "the target as an int: v stands for v / 10^TARGET_DECIMALS"
_CLASS = "the number of a class; LABELS names them"


def _classifier(described):
    numbers = _constants(**_labels(described), **_scalings(described), _X=tuple(described["x"]))
    last = BINARY if parse(described["recipe"])[0] == "logistic" else BEST
    return numbers + SCALED + SCORES % CLASSIFIER_BITS + last, _CLASS


def _integers(values):
    """Fractions as ints over one denominator."""
    denominator = 1
    for value in values:
        denominator *= value.denominator // _gcd(denominator, value.denominator)
    return [int(v * denominator) for v in values], denominator


def _gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def _linear(described):
    found = learned.parameters(described)
    target = learned.unit_of(described["target"])
    units = [learned.unit_of(c) for c in described["inputs"]] + [Fraction(1)]
    raw = [p.value * target / unit for p, unit in zip(found, units, strict=True)]
    (*slopes, constant), denominator = _integers(raw)
    numbers = _constants(
        **_target(described),
        _SLOPES=tuple(slopes),
        _CONSTANT=constant,
        _DENOMINATOR=denominator,
    )
    return numbers + RATIO, _NUMBER


def _poly(described):
    unit = learned.unit_of(described["inputs"][0])
    target = learned.unit_of(described["target"])
    raw = [c * target / unit**k for k, c in enumerate(learned.powers(described))]
    found, denominator = _integers(raw[::-1])
    numbers = _constants(**_target(described), _POWERS=tuple(found), _DENOMINATOR=denominator)
    return numbers + POWERS, _NUMBER


def _unscaled(described, value_bits):
    """(gain, constant, denominator), ints: a raw target is (gain v + constant) / denominator
    where v is what the model answers, counting 2^-value_bits."""
    column = described["target"]
    factor = Fraction(1 << column["drop"] + curves.TARGET_BITS, column["factor"] << value_bits)
    (gain, constant), denominator = _integers([factor, Fraction(column["shift"])])
    return gain, constant, denominator


def _network(described):
    classes = described["target"]["labels"]
    numbers = dict(_scalings(described), _QP=described["qp"], _X=tuple(described["x"]))
    numbers["_HIDDEN"] = parse(described["recipe"])[1]
    body = SCALED + NETWORK.format(bits=CLASSIFIER_BITS)
    if classes:
        text = _constants(**_labels(described), **numbers) + _needed(functions.tanh, score)
        return text + body + NETWORK_CLASS + BEST, _CLASS
    gain, constant, denominator = _unscaled(described, 24)
    numbers.update(_GAIN=gain, _CONSTANT=constant, _DENOMINATOR=denominator)
    text = _constants(**_target(described), **numbers) + _needed(functions.tanh, score)
    return text + body + NETWORK_NUMBER, _NUMBER


def _curve(described):
    k, a, c = described["x"]
    qp = described["qp"]
    gain, constant, denominator = _unscaled(described, 28)
    decays = parse(described["recipe"])[0] == "exp"
    function = functions.exp if decays else functions.reciprocal
    numbers = _constants(
        **_target(described),
        **_scalings(described),
        _QP=qp,
        _K=k,
        _A=a * gain,
        _C=(c << 28) * gain + constant * qp,
        _DENOMINATOR=denominator * qp,
    )
    shape = DECAY if decays else SATURATION
    body = SCALED + CURVE.format(bits=curves.BITS, shape=shape)
    return numbers + _needed(function, score) + body, _NUMBER


def _corrected(described):
    """Readings about the centre; of an ellipsoid, on the sphere of its mean semi-axis."""
    found = learned.parameters(described)
    gains = [[1.0 if i == j else 0.0 for j in range(3)] for i in range(3)]
    if parse(described["recipe"])[0] != "sphere":
        gains = learned.to_sphere(described)
    units = map(learned.unit_of, described["inputs"])
    raw = [p.value * unit for p, unit in zip(found[:3], units, strict=True)]
    centre, denominator = _integers(raw)
    matrix = tuple(tuple(round(g * (1 << 14)) for g in row) for row in gains)
    numbers = _constants(_CENTRE=tuple(centre), _GAINS=matrix, _DENOMINATOR=denominator)
    return numbers + CORRECTED, "the reading about the centre, 3 ints of the same scales"


_BODIES = {
    "linear": _linear,
    "poly": _poly,
    "logistic": _classifier,
    "softmax": _classifier,
    "mlp": _network,
    "exp": _curve,
    "saturation": _curve,
    "sphere": _corrected,
    "ellipsoid": _corrected,
    "tilted": _corrected,
}


def _needed(*wanted):
    """The text of functions of the core with all that they use."""
    texts, constants = {}, {}
    queue = list(wanted)
    while queue:
        function = queue.pop(0)
        texts.setdefault(function.__name__, dedent(inspect.getsource(function)))
        for name in function.__code__.co_names:
            value = function.__globals__.get(name)
            if inspect.isfunction(value):
                if name not in texts:
                    queue.append(value)
            elif value is not None:
                constants[name] = value
    return _constants(**constants) + "".join("\n\n" + text for text in texts.values())
