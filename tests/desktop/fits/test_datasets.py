"""Data sets: CSV to integers exactly, and wrong data refused with line and column."""

import io
import os
from decimal import Decimal
from fractions import Fraction

import pytest

from qbfgs.data import DataFile
from qbfgs.data.sources import MOST
from qbfgs_desktop.fits.datasets import DataError, load, save, to_bytes

GOOD = "a, b, kind\n1.5,-20,x\n2.25,30000,y\n-0.5,7,x\n"


@pytest.fixture
def csv(tmp_path):
    """csv(text) -> the path of a file with it."""

    def write(text, encoding="utf-8"):
        path = tmp_path / "data.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


def test_columns_become_integers(csv):
    data = load(csv(GOOD), target="kind")
    assert [c.name for c in data.columns] == ["a", "b", "kind"] and data.has_target
    a, b, kind = data.columns
    assert (a.values, a.decimals, a.width, a.error) == ([150, 225, -50], 2, 2, 0)
    assert (b.values, b.decimals, b.width) == ([-20, 30000, 7], 0, 2)
    assert (kind.values, kind.labels) == ([0, 1, 0], ("x", "y"))
    assert data.rows == [[150, -20, 0], [225, 30000, 1], [-50, 7, 0]]


def test_what_is_packed_is_read_back(csv, tmp_path):
    data = load(csv(GOOD), target="kind")
    out = tmp_path / "out.qbfd"
    size = save(data, out)
    assert size == out.stat().st_size and os.listdir(tmp_path) == ["data.csv", "out.qbfd"]
    with open(out, "rb") as file:
        packed = DataFile(file)
        row, rows = [0] * 3, []
        while packed.read(row):
            rows.append(list(row))
    assert rows == data.rows
    assert (packed.names, packed.decimals) == (["a", "b", "kind"], [2, 0, 0])
    assert packed.labels == [[], [], ["x", "y"]]


def test_columns_and_target_can_be_chosen(csv):
    path = csv("u,v,w,t\n1,2,3,10\n4,5,6,20\n7,8,0,20\n")
    data = load(path, columns=["w", "t", "u"], target="t")
    assert [c.name for c in data.columns] == ["w", "u", "t"]
    assert data.columns[-1].values == [10, 20, 20] and not data.columns[-1].labels
    classes = load(path, columns=["u"], target="t", classes=True).columns[-1]
    assert (classes.values, classes.labels) == ([0, 1, 1], ("10", "20"))
    assert not load(path, columns=["u", "v"]).has_target


def test_classes_of_numbers_are_in_their_order(csv):
    text = "x,t\n" + "\n".join(f"{k},{k}" for k in (10, 9, 2, 1))
    assert load(csv(text), target="t", classes=True).columns[-1].labels == ("1", "2", "9", "10")


def test_a_file_without_names(csv):
    data = load(csv("1,2\n3,5\n-1,7\n"), target="2")
    assert [c.name for c in data.columns] == ["1", "2"] and len(data.rows) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_names_in_utf_8_quotes_and_empty_lines(csv, encoding):
    data = load(csv('"Länge, cm",b\n\n 1 ,2\n,\n"3",4\n', encoding))
    assert data.columns[0].name == "Länge, cm" and data.rows == [[1, 2], [3, 4]]


def test_numbers_that_need_more_places_than_fit_are_rounded_half_up(csv):
    long = ["0.123456789012345", "-5.5", "5.36870911", "1e-7"]
    text = "x,y\n" + "\n".join(f"{v},{k}" for k, v in enumerate(long))
    column = load(csv(text)).columns[0]
    assert column.decimals == 7 and column.width == 4
    for text, value in zip(long, column.values, strict=True):
        error = Fraction(text) * 10**7 - value
        assert Fraction(-1, 2) <= error < Fraction(1, 2)
        assert abs(error) <= Fraction(column.error) <= Fraction(1, 2)
    short = load(csv("x,y\n0.00005,1\n3.2767,2\n"), width=2).columns[0]
    assert (short.decimals, short.values, short.error) == (4, [1, 32767], Decimal("0.5"))


def test_the_largest_numbers(csv):
    data = load(csv(f"a,b\n{MOST},32767\n{-MOST},-32767\n0,1"))
    assert [c.width for c in data.columns] == [4, 2]
    assert DataFile(io.BytesIO(to_bytes(data))).rows == 3
    assert load(csv("a,b\n32768,1\n0,2")).columns[0].width == 4


BAD = {
    "missing": ("a,b\n1,2\n,3\n", {}, "line 3, column 'a': the value is missing"),
    "question mark": ("a,b\n1,2\n4,?\n", {}, "line 3, column 'b': the value is ?"),
    "nan": ("a,b\n1,NaN\n4,2\n", {}, "line 2, column 'b': the value is NaN"),
    "infinite": ("a,b\n1,2\n4,-inf\n", {}, "line 3, column 'b': the value is -inf"),
    "missing class": (
        "a,t\n1,x\n2,\n",
        {"target": "t"},
        "line 3, column 't': the value is missing",
    ),
    "text": ("a,b\n1,2\n3,4.5.6\n", {}, "line 3, column 'b': '4.5.6' is not a number"),
    "words": ("a,b\n1,u\n3,v\n", {}, "line 2, column 'b': 'u' is not a number \\(a class belongs"),
    "half words": (
        "a,t\n1,x\n3,4\n",
        {"target": "t"},
        "line 2, column 't': 'x' is not a number",
    ),
    "constant": ("a,b\n1,2\n1,4\n", {}, "column 'a' is constant: all values are 1; leave it out"),
    "constant target": (
        "a,t\n1,5\n2,5\n",
        {"target": "t"},
        "column 't', the target, is constant: all values are 5",
    ),
    "one class": (
        "a,t\n1,x\n2,x\n",
        {"target": "t"},
        "column 't', the target, is one class only: all values are x",
    ),
    "one number as class": (
        "a,t\n1,5\n2,5\n",
        {"target": "t", "classes": True},
        "one class only",
    ),
    "all constant": (
        "a,t\n1,5\n1,6\n",
        {"target": "t", "drop_constant": True},
        "no input column that varies",
    ),
    "few rows": ("a,b,c\n1,2,3\n4,5,6\n", {}, "2 rows, too few for 3 columns"),
    "tiny": ("a,b\n1e-200,2\n3e-200,3\n", {}, "line 3, column 'a': 3e-200 does not fit: use a sm"),
    "huge": ("a,b\n1,2\n1e999999,3\n", {}, "line 3, column 'a': 1e999999 does not fit"),
    "empty": ("", {}, "data.csv is empty"),
    "blank": ("\n\n", {}, "data.csv is empty"),
    "names alone": ("a,b\n", {}, "has names but no rows"),
    "ragged": ("a,b\n1,2\n3\n", {}, "line 3: 1 values, but 2 columns"),
    "no name": ("a,,c\n1,2,3\n", {}, "line 1: column 2 has no name"),
    "same names": ("a,a\n1,2\n", {}, "line 1: two columns are named 'a'"),
    "no such column": ("a,b\n1,2\n3,4\n", {"columns": ["c"]}, "no column 'c': there are a, b"),
    "no such target": ("a,b\n1,2\n3,4\n", {"target": "c"}, "no column 'c': there are a, b"),
    "twice": ("a,b\n1,2\n3,4\n", {"columns": ["a", "a"]}, "column 'a' is asked for twice"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_data_are_refused_with_their_place(csv, case):
    text, settings, message = BAD[case]
    with pytest.raises(DataError, match=message):
        load(csv(text), **settings)


def test_what_is_no_text(tmp_path):
    path = tmp_path / "photo.csv"
    path.write_bytes(b"\xff\xd8\xff\xe0" * 9)
    with pytest.raises(DataError, match="not text in UTF-8"):
        load(path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing.csv")


def test_too_many_columns_and_classes_and_long_names(csv):
    many = ",".join(f"c{k}" for k in range(256))
    rows = "\n".join(",".join(str(i + k) for k in range(256)) for i in range(256))
    with pytest.raises(DataError, match="has 256 columns; a data file takes 255"):
        load(csv(f"{many}\n{rows}"))
    rows = "\n".join(f"{k},w{k}" for k in range(256))
    with pytest.raises(DataError, match="column 't' has 256 classes: at most 255"):
        load(csv("a,t\n" + rows), target="t")
    data = load(csv("a,%s\n1,2\n3,4\n" % ("n" * 256)))
    with pytest.raises(DataError, match="longer than 255 bytes"):
        to_bytes(data)


def test_nothing_half_written(csv, tmp_path, monkeypatch):
    """A disk that fills up leaves the file that was there, and no other."""
    data = load(csv(GOOD), target="kind")
    out = tmp_path / "out.qbfd"
    out.write_bytes(b"before")

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        save(data, out)
    assert out.read_bytes() == b"before"
    assert sorted(os.listdir(tmp_path)) == ["data.csv", "out.qbfd"]


def test_constant_columns_can_be_left_out(csv):
    data = load(csv("a,b,t\n1,5,0\n2,5,1\n"), target="t", drop_constant=True)
    assert [c.name for c in data.columns] == ["a", "t"]
