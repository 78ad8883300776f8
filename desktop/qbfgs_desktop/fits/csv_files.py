"""CSV files as columns of texts: what lies between the values, which line has the names."""

import csv
import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

MISSING = {"", "?", "na", "n/a", "nan", "null", "none", "-", "inf", "-inf", "+inf"}
MISSING_WORD = {"", "?"}  # in a column of words, where the others are words
DELIMITERS = "\t;,| "
SAMPLE = 50  # lines that the delimiter is told by
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(e[+-]?\d+)?", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")


class DataError(ValueError):
    """What is wrong with the data, where, and what to do."""


class Cell(NamedTuple):
    """A text of a file and the line that it is in."""

    line: int
    text: str


class Sheet:
    """The columns of a CSV file.

    names: of all columns that have one, in order; notes: sentences on what was left out.
    `sheet[name]` is a list of Cells; it raises DataError for a name that is not there or not alone.
    """

    def __init__(self, path, names, columns, numbered):
        self.path = path
        self.notes = []
        self._numbered = numbered
        self._columns = {}
        self._twice = set()
        self._nameless = []
        for k, (name, cells) in enumerate(zip(names, columns, strict=True), 1):
            if (not name or name.startswith("Unnamed: ")) and _counts_rows(cells):
                self.notes.append(f"Column {k}, without a name, counts the rows: left out.")
            elif name:
                self._twice.update({name} & self._columns.keys())
                self._columns[name] = cells
            elif any(cell.text for cell in cells):
                self._nameless.append(k)

    @property
    def names(self):
        """The names of the columns."""
        return list(self._columns)

    def __contains__(self, name):
        return name in self._columns

    def __getitem__(self, name):
        if name not in self:
            there = f"there are {', '.join(self.names)}"
            if self._numbered:
                there += " (line 1 has values, so the columns are numbered)"
            raise DataError(f"{self.path} has no column {name!r}: {there}")
        if name in self._twice:
            raise DataError(f"{self.path}, line 1: two columns are named {name!r}")
        return self._columns[name]

    def all_names(self):
        """The names, where every column has one. Raises DataError."""
        if self._nameless:
            column = f"column {self._nameless[0]} has no name"
            raise DataError(f"{self.path}, line 1: {column}: give it one, or choose columns")
        return self.names


def read_csv(path):
    """The Sheet of a CSV file in UTF-8. Raises DataError, OSError.

    Between values there are commas, semicolons, tabs, bars or spaces, told from the first lines.
    The first line gives the names, unless it has values: then they are 1, 2 ..
    """
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            delimiter = _delimiter(file)
            file.seek(0)
            reader = _reader(file, delimiter)
            lines = [
                (reader.line_num, [c.strip() for c in cells]) for cells in reader if any(cells)
            ]
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not text in UTF-8: export it as CSV") from error
    except csv.Error as error:
        raise DataError(f"{path}: {error}") from error
    if not lines:
        raise DataError(f"{path} is empty")
    width = len(lines[0][1])
    for number, cells in lines:
        if len(cells) != width:
            text = f"{path}, line {number}: {len(cells)} values, but {width} columns"
            if delimiter == "," and len(cells) == 2 * width:
                text += ": for decimal commas write points, or semicolons between the values"
            raise DataError(text)
    columns = [[Cell(number, cells[k]) for number, cells in lines] for k in range(width)]
    columns = [_with_points(column, delimiter) for column in columns]
    named = _has_names(columns)
    names = [column[0].text if named else str(k) for k, column in enumerate(columns, 1)]
    if named:
        columns = [column[1:] for column in columns]
    if not columns[0]:
        raise DataError(f"{path} has names but no rows")
    return Sheet(path, names, columns, not named)


def is_number(text):
    """Whether a text is a finite decimal number."""
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def is_missing(text):
    """Whether a text among numbers says that there is none."""
    return text.lower() in MISSING


def numbers(name, cells):
    """The cells as Decimals. Raises DataError, naming line and column, for what is no number."""
    for cell in cells:
        if is_missing(cell.text):
            what = f"is {cell.text}" if cell.text else "is missing"
            raise DataError(f"line {cell.line}, column {name!r}: the value {what}")
    wrong = [cell for cell in cells if not is_number(cell.text)]
    if wrong:
        first = wrong[0]
        hint = ""
        if THOUSANDS.fullmatch(first.text):
            hint = ": a decimal comma, or thousands? Write a point, or no comma"
        elif len(wrong) == len(cells):
            hint = " (a class belongs into the target; --inputs chooses columns)"
        place = f"line {first.line}, column {name!r}"
        raise DataError(f"{place}: {first.text!r} is not a number{hint}")
    return [Decimal(cell.text) for cell in cells]


def is_words(cells):
    """Whether cells are words: some are no numbers, even where none, NA or - are called missing,
    or all are such."""
    texts = [cell.text for cell in cells if cell.text]
    some = any(not is_number(text) and not is_missing(text) for text in texts)
    return some or (bool(texts) and not any(map(is_number, texts)))


def _reader(lines, delimiter):
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def _delimiter(file):
    """What is between the values: that with which most lines are as wide as the first."""
    lines = []
    for line in file:
        if line.strip():
            lines.append(line)
        if len(lines) == SAMPLE:
            break
    best, most = ",", 0
    for delimiter in DELIMITERS:
        widths = [len(cells) for cells in _reader(lines, delimiter) if any(cells)]
        if widths and widths[0] > 1 and widths.count(widths[0]) > most:
            best, most = delimiter, widths.count(widths[0])
    return best


def _with_points(column, delimiter):
    """A column of numbers with decimal points where it has decimal commas.

    In a file with commas between values 1,234 may be thousands, and stays.
    """
    commas = [cell.text for cell in column[1:] if DECIMAL_COMMA.fullmatch(cell.text)]
    clear = delimiter != "," or any(not THOUSANDS.fullmatch(text) for text in commas)
    if not commas or not clear:
        return column
    for cell in column[1:]:
        text = cell.text
        if not (is_number(text) or is_missing(text) or DECIMAL_COMMA.fullmatch(text)):
            return column
    return [
        cell._replace(text=cell.text.replace(",", "."))
        if DECIMAL_COMMA.fullmatch(cell.text)
        else cell
        for cell in column
    ]


def _has_names(columns):
    """Whether the first line has names: it has no number, or a word above numbers."""
    first = [column[0].text for column in columns]
    if not any(is_number(text) or (text and is_missing(text)) for text in first):
        return True
    for text, column in zip(first, columns, strict=True):
        below = [cell.text for cell in column[1:] if not is_missing(cell.text)]
        mostly = 2 * sum(map(is_number, below)) > len(below)
        if mostly and not is_number(text) and not is_missing(text):
            return True
    return False


def _counts_rows(cells):
    """Whether the cells are 0, 1 .. or 1, 2 .."""
    first = cells[0].text
    return first in ("0", "1") and all(
        cell.text == str(int(first) + k) for k, cell in enumerate(cells)
    )
