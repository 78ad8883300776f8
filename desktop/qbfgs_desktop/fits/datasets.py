"""Data sets at the desk: CSV files as columns of integers, and the data files that boards read.

A column of decimals becomes integers v that stand for v / 10^decimals: exactly where they fit, else
rounded half up to the most decimals that fit.  A column of words becomes class numbers.
"""

import csv
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import NamedTuple

from qbfgs.data.sources import FIXED, MAGIC, MOST, VERSION
from qbfgs.words.crc import crc16

from ..files import write_whole

MISSING = {"", "?", "na", "n/a", "nan", "null", "none", "-", "inf", "-inf", "+inf"}
LIMITS = {2: 0x7FFF, 4: MOST}
MOST_DECIMALS = 12
MOST_COLUMNS = 255
MOST_LABELS = 255


class DataError(ValueError):
    """What is wrong with the data, where, and what to do."""


class Column(NamedTuple):
    """A column. values: ints; decimals: a value v stands for v / 10^decimals; width: 2 or 4 bytes;
    labels: the texts that 0, 1 .. stand for, none for numbers; error: the largest rounding, in
    units of the last decimal (a Decimal; 0: exact)."""

    name: str
    values: list
    decimals: int
    width: int
    labels: tuple = ()
    error: Decimal = Decimal(0)


class Dataset(NamedTuple):
    """Columns of one length; the last is the target when there is one."""

    columns: list
    has_target: bool = False

    @property
    def rows(self):
        """The rows as a list of lists of ints: what `qbfgs.data.Table` takes."""
        return [list(row) for row in zip(*(c.values for c in self.columns), strict=True)]


class Cell(NamedTuple):
    """A text of a file and the line that it is in."""

    line: int
    text: str


def read_csv(path):
    """A CSV file as {name: list of Cell}. Raises DataError, OSError.

    The first line gives the names, unless all of it are numbers: then they are 1, 2 ..
    """
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, skipinitialspace=True)
            lines = [
                (reader.line_num, [c.strip() for c in cells]) for cells in reader if any(cells)
            ]
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not text in UTF-8: export it as CSV") from error
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num}: {error}") from error
    if not lines:
        raise DataError(f"{path} is empty")
    first = lines[0][1]
    other = next((mark for mark in ";\t" if len(first) == 1 and mark in first[0]), None)
    if other:
        raise DataError(f"{path}: values have {other!r} between them: export it with commas")
    if all(map(_is_number, first)):
        names = [str(k + 1) for k in range(len(first))]
    else:
        names, lines = first, lines[1:]
    if not lines:
        raise DataError(f"{path} has names but no rows")
    for k, name in enumerate(names):
        if not name:
            raise DataError(f"{path}, line 1: column {k + 1} has no name")
        if name in names[:k]:
            raise DataError(f"{path}, line 1: two columns are named {name!r}")
    for number, cells in lines:
        if len(cells) != len(names):
            raise DataError(f"{path}, line {number}: {len(cells)} values, but {len(names)} columns")
    return {
        name: [Cell(number, cells[k]) for number, cells in lines] for k, name in enumerate(names)
    }


def load(path, columns=None, target=None, classes=False, width=4, drop_constant=False):
    """The Dataset of a CSV file.

    columns: names of those to take, in that order; all by default.  target: the name of the column
    to learn, which goes last; its words, or with classes its numbers too, become class numbers.
    width: of the widest integers, 2 or 4 bytes.  drop_constant: leave constant inputs out.
    Raises DataError, naming line and column, for missing values, text among numbers, numbers that
    do not fit, constant columns, a target of one class, and fewer rows than columns; OSError.
    """
    table = read_csv(path)
    names = list(table) if columns is None else list(columns)
    if target is not None:
        names = [name for name in names if name != target] + [target]
    for k, name in enumerate(names):
        if name not in table:
            raise DataError(f"{path} has no column {name!r}: there are {', '.join(table)}")
        if name in names[:k]:
            raise DataError(f"column {name!r} is asked for twice")
    made = []
    for name in names:
        is_target = name == target
        column = _column(name, table[name], is_target, classes, width)
        if len(set(column.values)) == 1:
            value = table[name][0].text
            if is_target:
                what = "one class only" if column.labels else "constant"
                raise DataError(f"column {name!r}, the target, is {what}: all values are {value}")
            if drop_constant:
                continue
            raise DataError(f"column {name!r} is constant: all values are {value}; leave it out")
        made.append(column)
    rows = len(made[0].values) if made else 0
    if len(made) < 1 + (target is not None):
        raise DataError(f"{path} has no input column that varies")
    if rows < len(made):
        raise DataError(f"{path} has {rows} rows, too few for {len(made)} columns")
    if len(made) > MOST_COLUMNS:
        raise DataError(f"{path} has {len(made)} columns; a data file takes {MOST_COLUMNS}")
    return Dataset(made, target is not None)


def rows_of(table, columns):
    """The rows of some columns of `read_csv` as lists of ints.

    columns: (name, decimals) pairs; a value becomes v = [value 10^decimals], half up.
    Raises DataError, naming line and column, for missing values, text, and what is no word.
    """
    made = []
    for name, decimals in columns:
        if name not in table:
            raise DataError(f"there is no column {name!r}: there are {', '.join(table)}")
        values = [_grid(v, decimals) for v in _numbers(name, table[name])]
        for cell, v in zip(table[name], values, strict=True):
            if abs(v) > MOST:
                raise DataError(
                    f"line {cell.line}, column {name!r}: {cell.text} is beyond what the model takes"
                )
        made.append(values)
    return [list(row) for row in zip(*made, strict=True)]


def to_bytes(dataset):
    """The data file of a Dataset, laid out as `qbfgs.data` says."""
    columns = dataset.columns
    described = bytearray()
    for c in columns:
        described += bytes([c.width, c.decimals])
        described += _text(c.name) + bytes([len(c.labels)])
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


def _text(text):
    data = text.encode()
    if len(data) > 255:
        raise DataError(f"the name {text[:20]!r}.. is longer than 255 bytes")
    return bytes([len(data)]) + data


def _is_number(text):
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _there(name, cells):
    for cell in cells:
        if cell.text.lower() in MISSING:
            what = f"is {cell.text}" if cell.text else "is missing"
            raise DataError(f"line {cell.line}, column {name!r}: the value {what}")


def _numbers(name, cells):
    """The cells as Decimals."""
    _there(name, cells)
    wrong = [cell for cell in cells if not _is_number(cell.text)]
    if wrong:
        raise DataError(
            f"line {wrong[0].line}, column {name!r}: {wrong[0].text!r} is not a number"
            + (" (a class belongs into the target)" if len(wrong) == len(cells) else "")
        )
    return [Decimal(cell.text) for cell in cells]


def _column(name, cells, is_target, classes, width):
    """The Column of a file's cells."""
    _there(name, cells)
    numeric = [_is_number(cell.text) for cell in cells]
    if is_target and (classes or not any(numeric)):
        return _labelled(name, cells, all(numeric))
    values = _numbers(name, cells)
    wanted = max(0, *(-v.normalize().as_tuple().exponent for v in values))
    largest = max(range(len(values)), key=lambda i: abs(values[i]))
    limit = LIMITS[width]
    if abs(values[largest]) > limit:
        raise DataError(
            f"line {cells[largest].line}, column {name!r}: {cells[largest].text} does not fit into"
            f" {8 * width} bits (at most {limit}): use a larger unit"
        )
    decimals = min(wanted, MOST_DECIMALS)
    while abs(_grid(values[largest], decimals)) > limit:
        decimals -= 1
    ints = [_grid(v, decimals) for v in values]
    error = max(abs(v.scaleb(decimals) - i) for v, i in zip(values, ints, strict=True))
    needed = 2 if max(map(abs, ints)) <= LIMITS[2] else 4
    return Column(name, ints, decimals, needed, (), error)


def _grid(value, decimals):
    """[value 10^decimals], half up."""
    return int((value.scaleb(decimals) + Decimal("0.5")).to_integral_value(ROUND_FLOOR))


def _labelled(name, cells, numeric):
    """A column of class numbers; the labels in order."""
    labels = sorted({cell.text for cell in cells}, key=Decimal if numeric else None)
    if len(labels) > MOST_LABELS:
        raise DataError(f"column {name!r} has {len(labels)} classes: at most {MOST_LABELS}")
    places = {label: k for k, label in enumerate(labels)}
    return Column(name, [places[cell.text] for cell in cells], 0, 2, tuple(labels))
