"""Data sets at the desk: CSV files as columns of integers, and the data files that boards read.

A column of decimals becomes integers v that stand for origin + v / 10^decimals: exactly where they
fit, else rounded half up to the most decimals that fit.  The origin is 0 but where values are large
beside what they vary by, such as seconds since 1970: then it is the least of them.  Decimals below
0 stand for tens, hundreds ..  A column of words becomes class numbers.
"""

from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import NamedTuple

import numpy as np

from qbfgs.data.sources import FIXED, MAGIC, VERSION
from qbfgs.words.crc import crc16

from ..files import write_whole
from .csv_files import MISSING_WORD as MISSING
from .csv_files import DataError, is_number, is_words, numbers, read_csv

# Of an integer, and of what a column spans: what `qbfgs.data.scaling` takes.
LIMITS = {2: 0x7FFF, 4: 0xFFFFFFF}
MOST_DECIMALS = 120
MOST_COLUMNS = 255
MOST_LABELS = 255
WORTH = 2  # decimals that an origin must win


class Column(NamedTuple):
    """A column. values: ints; decimals, origin: a value v stands for origin + v / 10^decimals;
    width: 2 or 4 bytes; labels: the texts that 0, 1 .. stand for, none for numbers; error: the
    largest rounding, in units of the last decimal (a Decimal; 0: exact); unrounded: what the values
    were before it, floats; () where it is 0."""

    name: str
    values: list
    decimals: int
    width: int
    labels: tuple = ()
    error: Decimal = Decimal(0)
    origin: Decimal = Decimal(0)
    unrounded: tuple | list = ()

    @property
    def doubles(self):
        """The values before their rounding, as an array."""
        return np.array(self.unrounded or self.values, dtype=float)

    @property
    def since(self):
        """The name with the origin that the values count from."""
        if not self.origin:
            return self.name
        return f"{self.name} {'-' if self.origin > 0 else '+'} {plain(abs(self.origin))}"

    def rows(self, places):
        """The column with some of its rows, by their places."""
        unrounded = [self.unrounded[i] for i in places] if self.unrounded else ()
        return self._replace(values=[self.values[i] for i in places], unrounded=unrounded)


class Dataset(NamedTuple):
    """Columns of one length; the last is the target when there is one. notes: sentences on what was
    left out of the file."""

    columns: list
    has_target: bool = False
    notes: tuple = ()

    @property
    def rows(self):
        """The rows as a list of lists of ints: what `qbfgs.data.Table` takes."""
        return [list(row) for row in zip(*(c.values for c in self.columns), strict=True)]


def load(
    path,
    columns=None,
    target=None,
    classes=False,
    width=4,
    drop_constant=False,
    most_inputs=None,
    most_labels=MOST_LABELS,
):
    """The Dataset of a CSV file.

    columns: names of those to take, in that order; all by default.  target: the name of the column
    to learn, which goes last; its words, or with classes its numbers too, become class numbers.
    width: of the widest integers, 2 or 4 bytes.  drop_constant: leave constant inputs out.
    most_inputs, most_labels: refuse more columns beside the target, and more classes.
    Raises DataError, naming line and column, for missing values, text among numbers, numbers that
    no scale holds, constant columns, a target of one class, and fewer rows than columns; OSError.
    """
    sheet = read_csv(path)
    names = sheet.all_names() if columns is None else list(columns)
    if target is not None:
        names = [name for name in names if name != target] + [target]
    for k, name in enumerate(names):
        if name in names[:k]:
            raise DataError(f"column {name!r} is asked for twice")
    cells = {name: sheet[name] for name in names}
    if len(names) > MOST_COLUMNS:
        last = names[MOST_COLUMNS]
        raise DataError(
            f"{path} has {len(names)} columns; a data file takes {MOST_COLUMNS}: {last!r} is the"
            " first that is too many"
        )
    inputs = len(names) - (target is not None)
    if most_inputs is not None and inputs > most_inputs:
        raise DataError(
            f"{inputs} inputs, but the model takes {most_inputs}: {names[most_inputs]!r} is the"
            " first that is too many"
        )
    made, rows = [], len(cells[names[0]])
    for name in names:
        is_target = name == target
        column = _column(name, cells[name], is_target and (classes or None), width, most_labels)
        if len(set(column.values)) == 1 and rows > 1:
            value = cells[name][0].text
            if is_target:
                what = "one class only" if column.labels else "constant"
                raise DataError(f"column {name!r}, the target, is {what}: all values are {value}")
            if drop_constant:
                continue
            raise DataError(f"column {name!r} is constant: all values are {value}; leave it out")
        made.append(column)
    if len(made) < 1 + (target is not None):
        raise DataError(f"{path} has no input column that varies")
    if rows < len(made):
        count = "1 row" if rows == 1 else f"{rows} rows"
        raise DataError(f"{path} has {count}, too few for {len(made)} columns")
    return Dataset(made, target is not None, tuple(sheet.notes))


def to_bytes(dataset):
    """The data file of a Dataset, laid out as `qbfgs.data` says.

    A column that counts from an origin has that in its name.
    """
    columns = dataset.columns
    described = bytearray()
    for c in columns:
        described += bytes([c.width, c.decimals & 0xFF])
        described += _text(c.since) + bytes([len(c.labels)])
        for label in c.labels:
            described += _text(label)
    head = bytearray(MAGIC) + bytes([VERSION, len(columns)])
    head += len(columns[0].values).to_bytes(4, "little")
    head += (FIXED + len(described) + 2).to_bytes(2, "little")
    head += described
    body = bytearray()
    for row in zip(*(c.values for c in columns), strict=True):
        for value, c in zip(row, columns, strict=True):
            body += value.to_bytes(c.width, "little", signed=True)
    return bytes(head) + crc16(head).to_bytes(2, "big") + body + crc16(body).to_bytes(2, "big")


def save(dataset, path):
    """Writes the data file of a Dataset, whole or not at all; returns its size in bytes."""
    data = to_bytes(dataset)
    write_whole(path, data)
    return len(data)


def grid(value, decimals, origin=Decimal(0)):
    """[(value - origin) 10^decimals] of a Decimal, half up."""
    scaled = (value - origin).scaleb(decimals)
    return int((scaled + Decimal("0.5")).to_integral_value(ROUND_FLOOR))


def plain(value):
    """A Decimal as a text without zeros at its end, and without an exponent where it is short."""
    if value and not -20 < value.adjusted() < 20:
        return str(value.normalize())
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def text_of(value, decimals, origin=Decimal(0)):
    """What an int of a column stands for, as a text."""
    return plain(origin + Decimal(value).scaleb(-decimals))


def label_of(text):
    """What texts of one label have in common: numbers have one for each value."""
    return plain(Decimal(text) + 0) if is_number(text) else text


def pack(values, width):
    """(ints, decimals, origin, error) of Decimals that fit into 2 or 4 bytes, see `Column`."""
    with localcontext() as context:
        context.prec = 60
        wanted = max(0, *(-v.normalize().as_tuple().exponent for v in values))
        least, most = min(values), max(values)
        places = {}
        for origin in (Decimal(0), least):
            low, high = least - origin, most - origin
            decimals = min(wanted, _most_decimals(low, high, LIMITS[width]))
            places[origin] = max(-MOST_DECIMALS, min(MOST_DECIMALS, decimals))
        worth = WORTH if places[least] < wanted else 1
        origin = least if places[least] >= places[Decimal(0)] + worth else Decimal(0)
        decimals = places[origin]
        ints = [grid(v, decimals, origin) for v in values]
        exact = [(v - origin).scaleb(decimals) for v in values]
        error = max(abs(v - i) for v, i in zip(exact, ints, strict=True))
        return ints, decimals, origin, error, [float(v) for v in exact] if error else ()


def _most_decimals(low, high, limit):
    """The most decimals with which values from low to high fit, and what they span."""
    largest = max(abs(low), abs(high), high - low)
    if not largest:
        return MOST_DECIMALS
    decimals = len(str(limit)) - 1 - largest.adjusted()
    while True:
        ends = grid(low, decimals), grid(high, decimals)
        if max(abs(ends[0]), abs(ends[1]), ends[1] - ends[0]) <= limit:
            return decimals
        decimals -= 1


def _text(text):
    data = text.encode()
    if len(data) > 255:
        raise DataError(f"the name {text[:20]!r}.. is longer than 255 bytes")
    return bytes([len(data)]) + data


def _column(name, cells, classes, width, most_labels):
    """The Column of a file's cells. classes: True for class numbers, False for numbers, None for
    what the cells are."""
    if classes is None:
        classes = is_words(cells) and not any(is_number(cell.text) for cell in cells)
    if classes:
        return _labelled(name, cells, most_labels)
    values = numbers(name, cells)
    largest = max(range(len(values)), key=lambda i: abs(values[i]))
    if abs(values[largest].adjusted()) > MOST_DECIMALS:
        unit = "a larger unit" if abs(values[largest]) > 1 else "a smaller unit"
        cell = cells[largest]
        place = f"line {cell.line}, column {name!r}"
        raise DataError(f"{place}: {cell.text} does not fit: use {unit}")
    ints, decimals, origin, error, unrounded = pack(values, width)
    needed = 2 if max(map(abs, ints)) <= LIMITS[2] else 4
    return Column(name, ints, decimals, needed, (), error, origin, unrounded)


def _labelled(name, cells, most):
    """A column of class numbers; the labels in order."""
    words = is_words(cells)
    if not words:
        numbers(name, cells)
    for cell in cells:
        if cell.text.lower() in MISSING:
            what = f"is {cell.text}" if cell.text else "is missing"
            raise DataError(f"line {cell.line}, column {name!r}: the value {what}")
    texts = {}
    for cell in cells:
        texts.setdefault(label_of(cell.text), cell.text)
    if len(texts) > most:
        raise DataError(f"column {name!r} has {len(texts)} classes: at most {most}")
    labels = sorted(texts, key=None if words else Decimal)
    places = {label: k for k, label in enumerate(labels)}
    values = [places[label_of(cell.text)] for cell in cells]
    return Column(name, values, 0, 2, tuple(texts[label] for label in labels))
