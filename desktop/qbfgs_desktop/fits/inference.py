"""A fitted model as a Python module: integer inference, one file, MicroPython 1.20 and later.

`predict` of the command runs the same text, so a board and a desk say the same.

A module computes in words of 30 bits and sign for inputs of the range learnt from, and then takes
no heap; further outside the same formulas go on in ints that are wider, and nothing is cut.
"""

import inspect
from decimal import Decimal
from fractions import Fraction
from textwrap import dedent
from typing import NamedTuple

from qbfgs.models import curves, designs
from qbfgs.models.logistic import BITS as CLASSIFIER_BITS
from qbfgs.models.recipes import SHAPES, parse
from qbfgs.models.scores import score
from qbfgs.words import functions

from ..texts import in_docstring
from . import learned
from .datasets import grid, plain

DIGITS = 7  # of the largest answer that was learnt, at most
FINE = 6  # digits of the largest input, at least, before `Predictor` rounds one
FARTHEST = 1 << 64  # of an input, as an int
HEAD = '''
"""{title}, made by qbfgs fit: integers only, for MicroPython 1.20 and later.

predict(row) takes {count} ints, {names}: a value v stands for {stands}.
It answers {answer}.
{heap}
"""

INPUTS = {inputs!r}
DECIMALS = {decimals!r}
'''
NO_HEAP = "It takes no heap for inputs as large as those learnt from."
LIST_HEAP = "correct(row, out) takes no heap, predict(row) a list of 3."
SOME_HEAP = "Its sums are wider than 30 bits and take heap."

SUM = """

def predict(row):
    total = _CONSTANT
    for j in range(len(_GAINS)):
        total += signed_times(row[j] - _SHIFTS[j] << _UPS[j], _GAINS[j])
    return total >> _DROP
"""

POWERS = """

def predict(row):
    t = row[0] - _SHIFT << _UP
    total = 0
    for j in range(len(_POWERS)):
        total = signed_times(total + _POWERS[j], t)
    return (total >> _MORE) + _CONSTANT >> _DROP
"""

DECAY = """

def predict(row):
    z = signed_times(row[0] - _SHIFT << _UP, _K)
    if z >= 0:
        g = exp(z) if z < 0x20000000 else 0
    else:
        # e^-z is 2^k e^-(k ln 2 + z)
        k = -z // _LN2 + 1
        if k > 40:
            raise ValueError("%d is too long before the times that were learnt" % row[0])
        g = exp(k * _LN2 + z) << k
    return signed_times(_A, g) + _CONSTANT >> _DROP
"""

SATURATION = """

def predict(row):
    z = signed_times(row[0] - _SHIFT << _UP, _K)
    if z <= -0x1000000:
        raise ValueError("%d is beyond the pole of the curve" % row[0])
    if 0 <= z < 0x1F000000:
        g = 0x10000000 - reciprocal(z + 0x1000000)
    else:
        g = (z << 28) // (z + 0x1000000)
    return signed_times(_A, g) + _CONSTANT >> _DROP
"""

CORRECTED = '''

def correct(row, out):
    """Writes the 3 ints that predict(row) answers into the list out; takes no heap."""
    for i in range(3):
        total = 1 << _DROP >> 1
        for j in range(3):
            total += signed_times((row[j] << _UP) - _CENTRE[j], _GAINS[3 * i + j])
        out[i] = total >> _DROP


def predict(row):
    out = [0, 0, 0]
    correct(row, out)
    return out
'''

SCALED = """

def _scale(row):
    for j in range(len(_a)):
        drop = _DROPS[j]
        _a[j] = (row[j] - _SHIFTS[j]) * _FACTORS[j] + (1 << drop >> 1) >> drop
"""

# _sum(k) leaves the score of class k in _score, as 2^10 high + low.
LINEAR = """

def _begin(row):
    _scale(row)


def _sum(k):
    at = k * (len(_a) + 1)
    high = low = 0
    for v in _a:
        high += v * (_X[at] >> 10)
        low += v * (_X[at] & 1023)
        at += 1
    low += (_X[at] & 1023) << {bits}
    _score[0] = high + (_X[at] >> 10 << {bits}) + (low >> 10)
    _score[1] = low & 1023
"""

NETWORK = """

def _begin(row):
    _scale(row)
    at = 0
    for h in range(len(_h)):
        high = low = 0
        for v in _a:
            high += v * (_X[at] >> 10)
            low += v * (_X[at] & 1023)
            at += 1
        high += _X[at] >> 10 << {bits}
        low += (_X[at] & 1023) << {bits}
        at += 1
        _h[h] = tanh(score(high, low, _QP, {bits}))


def _sum(k):
    at = len(_h) * (len(_a) + 1) + k * (len(_h) + 1)
    high = middle = low = rest = 0
    for v in _h:
        xh = _X[at] >> 10
        xl = _X[at] & 1023
        high += (v >> 14) * xh
        middle += (v & 0x3FFF) * xh
        low += (v >> 14) * xl
        rest += (v & 0x3FFF) * xl
        at += 1
    low += (middle + (rest >> 10) >> 4) + ((_X[at] & 1023) << 14)
    _score[0] = high + (_X[at] >> 10 << 14) + (low >> 10)
    _score[1] = low & 1023
"""

BINARY = """

def predict(row):
    _begin(row)
    _sum(0)
    return 1 if _score[0] >= 0 else 0
"""

BEST = """

def predict(row):
    _begin(row)
    for k in range({count}):
        _sum(k)
        if k == 0 or _score[0] > high or _score[0] == high and _score[1] > low:
            best = k
            high = _score[0]
            low = _score[1]
    return best
"""

SCORES = '''

def scores(row):
    """A sum a class, of one scale; the largest is the likeliest. Takes heap for its list."""
    _begin(row)
    out = []
    for k in range({count}):
        _sum(k)
        out.append((_score[0] << 10) + _score[1])
    return out
'''

NUMBER = """

def predict(row):
    _begin(row)
    _sum(0)
    z = score(_score[0], _score[1], _QP, 14)
    if z >= 0x1FFFFFFF or z <= -0x1FFFFFFF:
        z = ((_score[0] << 10) + _score[1] << 10) // _QP
    return signed_times(z, _GAIN) + _CONSTANT >> _DROP
"""


class Body(NamedTuple):
    """What follows a module's head. answer: what predict(row) gives; heap: how much it takes."""

    text: str
    answer: str
    heap: str


def module(described):
    """The text of a module that predicts as the model does. described: see `learned`.

    Raises ValueError where a fit found no ellipsoid.
    """
    body = _BODIES[parse(described["recipe"])[0]](described)
    columns = described["inputs"]
    origins = [c["origin"] for c in columns]
    head = HEAD.format(
        title=in_docstring(f"Model {described['recipe']}"),
        count=len(columns),
        names=in_docstring(", ".join(c["name"] for c in columns)),
        stands=_stands("DECIMALS", *origins),
        answer=body.answer,
        heap=body.heap,
        inputs=tuple(c["name"] for c in columns),
        decimals=tuple(c["decimals"] for c in columns),
    )
    return head.lstrip() + body.text


def program(described):
    """The function `predict` of the module."""
    space = {"__name__": "model"}
    exec(compile(module(described), "model", "exec"), space)
    return space["predict"]


class Predictor:
    """A model for values in units: the module's `predict`, on a finer grid of inputs where that of
    the module would round a value by more than 10^-FINE of the range learnt from."""

    def __init__(self, described):
        self.described = described
        self._programs = {}
        self._program([c["decimals"] for c in described["inputs"]])

    def __call__(self, values):
        """What predict(row) answers for Decimals, one an input.

        Raises ValueError for what the model cannot take.
        """
        columns = self.described["inputs"]
        places = [_places(v, c) for v, c in zip(values, columns, strict=True)]
        row = [
            grid(v, p, Decimal(c["origin"]))
            for v, p, c in zip(values, places, columns, strict=True)
        ]
        return self._program(places)(row)

    def is_outside(self, values):
        """Whether a value is further from the middle of its input than all that were learnt."""
        return any(
            abs(grid(v, c["decimals"], Decimal(c["origin"])) - c["shift"]) > c["most"]
            for v, c in zip(values, self.described["inputs"], strict=True)
        )

    def _program(self, places):
        key = tuple(places)
        if key not in self._programs:
            columns = zip(self.described["inputs"], places, strict=True)
            finer = [_finer(c, p - c["decimals"]) for c, p in columns]
            self._programs[key] = program({**self.described, "inputs": finer})
        return self._programs[key]


def _places(value, column):
    """The decimals that a value of a column is taken with."""
    decimals = column["decimals"]
    if value.adjusted() > len(str(FARTHEST)) - decimals:
        raise ValueError(f"{plain(value)} is beyond what the model takes")
    exact = (value - Decimal(column["origin"])).scaleb(decimals)
    if exact == grid(exact, 0):
        return decimals
    finest = decimals + max(0, FINE - len(str(column["most"])))
    return min(finest, decimals - exact.normalize().as_tuple().exponent)


def _finer(column, more):
    """A column that counts 10^-more of what it counted."""
    if more == 0:
        return column
    unit = 10**more
    return {
        **column,
        "decimals": column["decimals"] + more,
        "shift": column["shift"] * unit,
        "most": column["most"] * unit,
        "factor": round(Fraction(column["factor"] << 64, unit)),
        "drop": column["drop"] + 64,
    }


def answer_decimals(described):
    """The decimals of what predict(row) answers of a number: as many as keep the largest that was
    learnt within DIGITS digits."""
    if described["target"] is None:
        unit = learned.unit_of(described["inputs"][0])
        return _decimals(max(_reach(described)) / unit)
    target = described["target"]
    return _decimals((abs(target["shift"]) + target["most"]) / learned.unit_of(target))


def _decimals(largest):
    """The most decimals that keep a Fraction below 10^DIGITS."""
    decimals = DIGITS - len(str(int(largest))) if largest >= 1 else DIGITS
    while largest * Fraction(10) ** (decimals + 1) < 10**DIGITS:
        decimals += 1
    return decimals if decimals >= 0 else decimals + 1  # a word holds 8 digits


def _stands(decimals, *origins):
    """What a value v stands for, as a text."""
    text = f"v / 10^{decimals}"
    return text if set(origins) == {"0"} else f"{text}, counted from {', '.join(origins)}"


def _constants(**values):
    return "".join(f"{name} = {value!r}\n" for name, value in values.items())


def _factor(value, most):
    """(up, gain): d value is signed_times(d << up, gain) for ints d up to `most`."""
    up = max(0, 28 - most.bit_length())
    gain = round(value * (1 << 28) / (1 << up))
    if abs(gain) > 1 << 28:
        up += 1
        gain = round(value * (1 << 28) / (1 << up))
    return up, gain


class _Answer:
    """Answers of a model in numbers: `value` counts 2^-drop of an answer's last decimal.

    bound: of all sums, in units of the target beyond its origin.
    """

    def __init__(self, described, bound):
        self.decimals = answer_decimals(described)
        self.unit = Fraction(10) ** self.decimals
        self.drop = max(0, 27 - int(bound * self.unit).bit_length())
        self.fits = int(bound * self.unit) << self.drop < 1 << 28

    def value(self, number):
        """A number of the target's units as such a value, a Fraction."""
        return number * self.unit * (1 << self.drop)

    def constant(self, number):
        """The same as an int, with the half that rounds the answer."""
        return round(self.value(number)) + (1 << self.drop >> 1)

    def body(self, described, text, fits=True, **constants):
        """The Body of a module."""
        numbers = _constants(ANSWER_DECIMALS=self.decimals, _DROP=self.drop, **constants)
        stands = _stands("ANSWER_DECIMALS", described["target"]["origin"])
        answer = f"the target as an int: v stands for {stands}"
        return Body(numbers + text, answer, NO_HEAP if fits and self.fits else SOME_HEAP)


def _target(described, bits):
    """(gain, offset): what the model answers is gain v + offset of the target's units, Fractions,
    beyond its origin."""
    column = described["target"]
    gain = learned.scaled(column, bits)[0]
    return 1 / gain, column["shift"] / learned.unit_of(column)


def _linear(described):
    gain, offset = _target(described, designs.Affine.BITS)
    qp, columns = described["qp"], described["inputs"]
    slopes = [
        Fraction(x, qp) * _per_int(c, designs.Affine.BITS) * gain
        for x, c in zip(described["x"], columns, strict=False)
    ]
    constant = Fraction(described["x"][-1], qp) * gain + offset
    terms = [abs(slope) * c["most"] for slope, c in zip(slopes, columns, strict=True)]
    answer = _Answer(described, abs(constant) + sum(terms))
    factors = [
        _factor(answer.value(slope), c["most"]) for slope, c in zip(slopes, columns, strict=True)
    ]
    return answer.body(
        described,
        _needed(functions.signed_times) + SUM,
        _SHIFTS=tuple(c["shift"] for c in columns),
        _UPS=tuple(up for up, _ in factors),
        _GAINS=tuple(gain for _, gain in factors),
        _CONSTANT=answer.constant(constant),
    )


def _per_int(column, bits):
    """By how much an int of a column changes what the model sees, a Fraction."""
    return Fraction(column["factor"], 1 << column["drop"] + bits)


def _poly(described):
    gain, offset = _target(described, designs.Polynomial.BITS)
    column = described["inputs"][0]
    length = column["most"].bit_length()
    step = _per_int(column, designs.Polynomial.BITS) * (1 << length)
    *slopes, constant = [Fraction(x, described["qp"]) * gain for x in described["x"]]
    powers = [constant + offset] + [slope * step**k for k, slope in enumerate(slopes, 1)]
    answer = _Answer(described, sum(map(abs, powers)))
    # Outside the range the high powers grow: they keep all the bits that a word has.
    values = [answer.value(power) for power in powers[:0:-1]]
    more = max(0, 28 - int(sum(map(abs, values))).bit_length())
    return answer.body(
        described,
        _needed(functions.signed_times) + POWERS,
        _SHIFT=column["shift"],
        _UP=max(0, 28 - length),
        _POWERS=tuple(round(value * (1 << more)) for value in values),
        _MORE=more,
        _CONSTANT=answer.constant(powers[0]),
    )


def _curve(described):
    k, a, c = learned.curve(described)
    c -= Fraction(described["target"]["origin"])
    column = described["inputs"][0]
    decays = parse(described["recipe"])[0] == "exp"
    answer = _Answer(described, abs(a) + abs(c))
    up, rate = _factor(k / learned.unit_of(column) * (1 << 24), column["most"])
    needed = (functions.exp if decays else functions.reciprocal, functions.signed_times)
    return answer.body(
        described,
        _needed(*needed) + (DECAY if decays else SATURATION),
        fits=abs(rate) <= 1 << 28,
        _SHIFT=column["shift"],
        _UP=up,
        _K=rate,
        _A=round(answer.value(a)),
        _CONSTANT=answer.constant(c),
    )


def _scalings(described):
    columns = described["inputs"]
    keys = {"_SHIFTS": "shift", "_FACTORS": "factor", "_DROPS": "drop"}
    numbers = {name: tuple(c[key] for c in columns) for name, key in keys.items()}
    return {**numbers, "_X": tuple(described["x"]), "_a": [0] * len(columns), "_score": [0, 0]}


def _classifier(described):
    labels = described["target"]["labels"]
    numbers = _constants(LABELS=tuple(labels), **_scalings(described))
    return _deciding(described, numbers + SCALED + LINEAR.format(bits=CLASSIFIER_BITS))


def _deciding(described, text):
    count = len(described["target"]["labels"])
    if parse(described["recipe"])[0] == "logistic":
        text += SCORES.format(count=1) + BINARY
    else:
        text += SCORES.format(count=count) + BEST.format(count=count)
    return Body(text, "the number of a class; LABELS names them", NO_HEAP)


def _network(described):
    hidden = parse(described["recipe"])[1]
    numbers = dict(_scalings(described), _QP=described["qp"], _h=[0] * hidden)
    text = SCALED + NETWORK.format(bits=CLASSIFIER_BITS)
    needed = functions.tanh, score
    if described["target"]["labels"]:
        numbers = _constants(LABELS=tuple(described["target"]["labels"]), **numbers)
        return _deciding(described, numbers + _needed(*needed) + text)
    gain, offset = _target(described, curves.TARGET_BITS)
    # Outputs of the data are below 8, and those of the network hardly above them.
    answer = _Answer(described, 8 * gain + abs(offset))
    return answer.body(
        described,
        _needed(*needed, functions.signed_times) + text + NUMBER,
        _GAIN=round(answer.value(gain) * 16),
        _CONSTANT=answer.constant(offset),
        **numbers,
    )


def _centre(described):
    """The centre of a shape as ints of the columns, Fractions."""
    found = learned.parameters(described)[:3]
    columns = described["inputs"]
    return [
        (p.value - Fraction(c["origin"])) * learned.unit_of(c)
        for p, c in zip(found, columns, strict=True)
    ]


def _reach(described):
    """How far readings are from the centre along each axis, as ints of the columns, at most."""
    centre = _centre(described)
    columns = zip(described["inputs"], centre, strict=True)
    return [c["most"] + abs(c["shift"] - v) for c, v in columns]


def _corrected(described):
    """Readings about the centre; of an ellipsoid, on the sphere of its mean semi-axis."""
    gains = [[1.0 if i == j else 0.0 for j in range(3)] for i in range(3)]
    if parse(described["recipe"])[0] != "sphere":
        gains = learned.to_sphere(described)
    unit, reach = learned.unit_of(described["inputs"][0]), _reach(described)
    rows = [[Fraction(g) / unit for g in row] for row in gains]
    sums = [sum(abs(g) * r for g, r in zip(row, reach, strict=True)) for row in rows]
    answer = _Answer(described, max(sums))
    most = int(max(reach)) + 1
    largest = max(abs(g) for row in rows for g in row)
    up = _factor(answer.value(largest), most)[0]
    numbers = _constants(
        ANSWER_DECIMALS=answer.decimals,
        _DROP=answer.drop,
        _UP=up,
        _CENTRE=tuple(round(c * (1 << up)) for c in _centre(described)),
        _GAINS=tuple(round(answer.value(g) * (1 << 28) / (1 << up)) for row in rows for g in row),
    )
    text = "the reading about the centre, 3 ints: v stands for v / 10^ANSWER_DECIMALS"
    heap = LIST_HEAP if answer.fits else SOME_HEAP
    return Body(numbers + _needed(functions.signed_times) + CORRECTED, text, heap)


_BODIES = {
    "linear": _linear,
    "poly": _poly,
    "logistic": _classifier,
    "softmax": _classifier,
    "mlp": _network,
    "exp": _curve,
    "saturation": _curve,
    **dict.fromkeys(SHAPES, _corrected),
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
