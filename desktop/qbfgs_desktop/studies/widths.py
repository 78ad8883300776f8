"""How wide the integers of a run are: what an objective asks of a board's words.

A width is the bits of the magnitude.  MicroPython on a 32-bit board keeps ints of 30 bits and sign
inside the pointer; wider ones take heap, each operation anew.
"""

from typing import NamedTuple

SMALL = 30  # bits of magnitude of a small int on a 32-bit board


class Widths(NamedTuple):
    """The widest magnitude seen, in bits: of the coordinates X; of a step; of a cost; of its change
    by a step; of the gradient's components; of the slope G.d along a step; and of any value inside
    the objective, the intermediate ones of `cost` and of `gradient`."""

    x: int = 0
    step: int = 0
    cost: int = 0
    change: int = 0
    gradient: int = 0
    slope: int = 0
    inside_cost: int = 0
    inside_gradient: int = 0

    def wider(self, **values):
        """These widths and those of some more values, lists of ints by field."""
        more = {
            name: max(getattr(self, name), *(abs(v).bit_length() for v in many))
            for name, many in values.items()
        }
        return self._replace(**more)

    def union(self, other):
        """The larger of each."""
        return Widths(*map(max, self, other))


class Watched:
    """An objective that does what another does, and notes in `widths` what passes through it.

    The values inside are seen as long as they are made from X by the operators of int.
    """

    def __init__(self, objective):
        self._objective = objective
        self.widths = Widths()
        self._x = self._cost = self._gradient = None

    def __getattr__(self, name):
        # n, and what it may have besides: qp, cost_scale, bounds.
        return getattr(self._objective, name)

    def cost(self, X):
        """The objective's cost; X is the start, then every trial."""
        cost, inside = _seen(self._objective.cost, X)
        seen = {"x": X, "inside_cost": [inside]}
        if type(cost) is int:
            seen["cost"] = [cost]
            if self._gradient is not None:
                step = [a - b for a, b in zip(X, self._x, strict=True)]
                slope = sum(g * d for g, d in zip(self._gradient, step, strict=True))
                seen |= {"step": step, "change": [cost - self._cost], "slope": [slope]}
        self.widths = self.widths.wider(**seen)
        self._last = cost
        return cost

    def gradient(self, X):
        """The objective's gradient; X was accepted."""
        gradient, inside = _seen(self._objective.gradient, X)
        if all(type(v) is int for v in gradient):
            self.widths = self.widths.wider(gradient=gradient, inside_gradient=[inside])
            self._x, self._cost, self._gradient = list(X), self._last, gradient
        return gradient


def _seen(function, X):
    """What a function of X returns, and the largest magnitude on the way."""
    _Traced.largest = 0
    value = function([_Traced(v) for v in X])
    if isinstance(value, _Traced):
        value = int(value)
    elif isinstance(value, (list, tuple)):
        value = [int(v) if isinstance(v, _Traced) else v for v in value]
    return value, _Traced.largest


class _Traced(int):
    """An int whose results are traced again, and noted."""

    largest = 0


def _trace(name):
    plain = getattr(int, name)

    def operator(self, *others):
        value = plain(self, *others)
        if type(value) is not int:
            return value
        _Traced.largest = max(_Traced.largest, abs(value))
        return _Traced(value)

    setattr(_Traced, name, operator)


for _name in (
    "add",
    "sub",
    "mul",
    "floordiv",
    "mod",
    "pow",
    "lshift",
    "rshift",
    "and",
    "or",
    "xor",
):
    _trace(f"__{_name}__")
    _trace(f"__r{_name}__")
for _name in "neg pos abs invert".split():
    _trace(f"__{_name}__")
