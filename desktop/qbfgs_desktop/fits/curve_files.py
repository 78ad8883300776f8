"""A fitted formula as JSON: the fit, its rows, and the table that predictions run on."""

import json
import math
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from qbfgs.fits import load

from ..files import write_whole
from . import surfaces, tables

FORMAT = "qbfgs curve 1"
MOST_BYTES = 1 << 26


class Curve(NamedTuple):
    """title: the named model, or FILE.py:FUNCTION. fit: what `Fit.save` gave, a text. inputs,
    target: names of columns. rows: of decimal texts, the target last. sigma: a text a row, or None.
    table: a `tables.Table`, for more than one input a `surfaces.Surface`, or None."""

    title: str
    fit: str
    inputs: tuple
    target: str
    rows: tuple
    sigma: tuple | None
    table: tables.Table | surfaces.Surface | None

    def loaded(self, formula=None):
        """The `qbfgs.fits.fit.Fit`. formula: the function, of a model without a name; where it is
        missing, predictions from it raise ValueError."""
        if formula is None and json.loads(self.fit)["model"] is None:
            formula = _missing
        return load(self.fit, formula, self.rows, None, self.sigma)


def _missing(*numbers):
    raise ValueError("this takes the formula: give --formula FILE.py:FUNCTION")


def save(curve, path):
    """Writes it, whole or not at all."""
    described = {"format": FORMAT} | curve._asdict()
    described["fit"] = json.loads(curve.fit)
    described["table"] = curve.table and curve.table._asdict()
    write_whole(path, json.dumps(described, indent=1) + "\n")


def is_one(path):
    """Whether a file begins as a saved curve does. Raises OSError."""
    with open(path, "rb") as file:
        return FORMAT.encode() in file.read(100)


def read(path):
    """The `Curve` of a file. Raises OSError, and ValueError for what is none."""
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"{path} is no fitted formula: larger than {MOST_BYTES} bytes")
    try:
        described = json.loads(data)
        described.pop("format")
        described["fit"] = json.dumps(described["fit"])
        table = described.pop("table")
        curve = Curve(
            **described, table=table and (_surface if "cells" in table else _table)(table)
        )
        curve = curve._replace(
            inputs=tuple(map(_text, curve.inputs)),
            target=_text(curve.target),
            title=_text(curve.title),
            rows=tuple(tuple(map(_number, row)) for row in curve.rows),
            sigma=curve.sigma and tuple(map(_number, curve.sigma)),
        )
        if table and len(curve.table.ranges()) != len(curve.inputs):
            raise ValueError("its table is of other inputs")
        if any(len(row) != len(curve.inputs) + 1 for row in curve.rows):
            raise ValueError("rows are not as wide as there are columns")
        curve.loaded()
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError(f"{path} is no fitted formula of qbfgs fit: {error}") from error
    return curve


def _text(value):
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def _number(value):
    try:
        if Decimal(_text(value)).is_finite() and len(value) <= 100:
            return value
    except InvalidOperation:
        pass
    raise ValueError(f"{value!r} is no number")


def _table(described):
    """A `tables.Table` that can do no harm."""
    table = tables.Table(**{**described, "words": tuple(described["words"])})
    numbers = (*table[:-1], *table.words)
    starts, shifts = table.words[:: tables.FIELDS], table.words[1 :: tables.FIELDS]
    if (
        not all(type(v) is int and abs(v) < 1 << 29 for v in numbers)
        or not 0 < table.drop <= 28
        or not 0 <= min(table.decimals, table.places)
        or max(table.decimals, table.places) > 99
        or not 0 < len(table.words) <= tables.FIELDS * (tables.MOST_SEGMENTS + 1)
        or len(table.words) % tables.FIELDS
        or not all(0 <= s <= 28 for s in shifts)
        or starts != tuple(sum(1 << s for s in shifts[:i]) for i in range(len(shifts)))
        or not starts[-1] <= table.high - table.low < starts[-1] + (1 << shifts[-1])
    ):
        raise ValueError("its table is damaged")
    return table


def _surface(described):
    """A `surfaces.Surface` that can do no harm."""
    made = surfaces.Surface(
        **{k: tuple(v) if isinstance(v, list) else v for k, v in described.items()}
    )
    numbers = [made.places, made.drop, *made.decimals, *made.low, *made.high, *made.cells]
    if (
        not all(type(v) is int and abs(v) < 1 << 29 for v in (*numbers, *made.words))
        or not 1 < len(made.cells) <= surfaces.MOST_INPUTS
        or not 0 < made.drop <= 28
        or not 0 <= min(made.places, *made.decimals)
        or max(made.places, *made.decimals) > 99
        or min(made.cells) < surfaces.FEWEST
        or len(made.words) != math.prod(m + 1 for m in made.cells)
        or len(made.words) > surfaces.MOST_WORDS
        or max(map(abs, made.words)) >= 1 << surfaces.TOP
        or made != surfaces.laid(*made[:4], *made[-3:])
    ):
        raise ValueError("its table is damaged")
    return made
