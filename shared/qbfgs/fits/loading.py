"""A fit from its JSON text: to look at, to predict, or to go on stepping."""

from .. import checkpoints
from . import endings
from .fit import Fit
from .numbers import number
from .objective import Objective
from .region import Region
from .saving import FORMAT
from .settings import Settings, formula_of
from .squares import Squares


class Loaded(Fit):
    """A fit from what `save` made of it. See `qbfgs.fits.load`."""

    def __init__(self, text, formula, rows, weights, sigma):
        import json

        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ValueError("this is no saved fit: give the text that its save() returned")
        s = self.settings = _Kept(found, formula, rows, weights, sigma)
        self.names = s.names
        self.evaluations = found["evaluations"]
        self.end = found["end"]
        self.squares = Squares(s.formula, rows or (), s.units, s.loss)
        if found["limit"] is not None:
            self.squares.limit = number(found["limit"])
        self._objective = Objective(self.squares, s.free, s.lower, s.upper)
        region = self._region = Region(len(s.free))
        region.sizes = _reals(found["sizes"])
        if found["delta"] is not None:
            region.delta = number(found["delta"])
        self._remeasured = found["remeasured"]
        self._values = _reals(found["parameters"])
        total, squares = _reals(found["sums"])
        flat = _reals(found["matrix"])
        matrix = [flat[i * (i + 1) // 2 : (i + 1) * (i + 2) // 2] for i in range(len(s.free))]
        self._sums = (total, _reals(found["slopes"]), matrix, squares)
        self._run = None
        if self.end == endings.GOING and rows is not None:
            self._prepare()
            run = found["run"]
            data = bytearray([int(run[k : k + 2], 16) for k in range(0, len(run), 2)])
            self._run = checkpoints.load(data, self._objective)


class _Kept(Settings):
    """Settings as they were saved; the rows, which were not, may be missing."""

    def __init__(self, found, formula, rows, weights, sigma):
        self.model = found["model"]
        self.formula = formula_of(self.model) if formula is None else formula
        self.names = found["names"]
        self.count = found["rows"]
        self.rows = rows
        if rows is not None and len(rows) != self.count:
            raise ValueError("the fit had %d rows, and now %d" % (self.count, len(rows)))
        self.units = self.units_of(weights, sigma)
        self.absolute = found["absolute_sigma"] == 1
        self.loss = found["loss"]
        self.free = found["free"]
        self.lower = _reals(found["lower"])
        self.upper = _reals(found["upper"])
        self.qp = found["qp"]
        self.max_evaluations = found["max_evaluations"]
        self.least = number(found["least"])


def _reals(texts):
    return [None if text is None else number(text) for text in texts]
