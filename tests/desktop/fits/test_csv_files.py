"""CSV files as people have them: what is read, and the true reason for what is not."""

from decimal import Decimal

import pytest

from qbfgs_desktop.fits.csv_files import DataError, read_csv
from qbfgs_desktop.fits.datasets import LIMITS, load, to_bytes


@pytest.fixture
def csv(tmp_path):
    """csv(text) -> the path of a file with it."""

    def write(text):
        path = tmp_path / "data.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


NAMES = {
    "words above numbers": ("a,b\n1,2\n3,4\n", ["a", "b"], 2),
    "numbers alone": ("1,2\n3,4\n", ["1", "2"], 2),
    "a word among the first values": ("1,2,u\n3,4,v\n", ["1", "2", "3"], 2),
    "not a number as the first value": ("NaN,2\n3,4\n", ["1", "2"], 2),
    "missing marks as the first value": ("1,?,u\n3,4,v\n5,6,u\n", ["1", "2", "3"], 3),
    "a year as a name": ("day,2019\n1,2\n3,4\n", ["day", "2019"], 2),
    "sodium and potassium": ("Na,K\n1,2\n3,4\n", ["Na", "K"], 2),
    "words alone": ("a,b\nu,v\nw,x\n", ["a", "b"], 2),
    "a number above words": ("5,b\nu,v\nw,x\n", ["1", "2"], 3),
}


@pytest.mark.parametrize("case", NAMES)
def test_22_a_first_row_that_is_data_is_not_eaten_as_names(case, csv):
    text, names, rows = NAMES[case]
    sheet = read_csv(csv(text))
    assert sheet.names == names and len(sheet[names[0]]) == rows


def test_22_a_missing_value_in_line_1_is_told_with_its_line(csv):
    path = csv("NaN,2\n2,4\n3,7\n4,8\n")
    with pytest.raises(DataError, match="line 1, column '1': the value is NaN"):
        load(path, None, "2")
    with pytest.raises(DataError, match=r"no column 'u': .* \(line 1 has values, so the columns"):
        load(csv("1,2,u\n3,4,v\n"), None, "u")


DELIMITERS = {
    "semicolons": "a;b\n1;2\n3;4.5\n",
    "tabs": "a\tb\n1\t2\n3\t4.5\n",
    "bars": "a|b\n1|2\n3|4.5\n",
    "spaces": "a   b\n1   2\n3 4.5\n",
    "decimal commas": "a;b\n1,0;2,0\n3;4,5\n",
    "decimal commas in quotes": 'a,b\n"1,0",2\n3,"4,5"\n',
}


@pytest.mark.parametrize("case", DELIMITERS)
def test_22_delimiters_and_decimal_commas(case, csv):
    a, b = load(csv(DELIMITERS[case])).columns
    assert (a.values, a.decimals) == ([1, 3], 0)
    assert (b.values, b.decimals) == ([20, 45], 1)


UNCLEAR = {
    "thousands": ('a,b\n"1,234",2\n"5,678",3\n', "a decimal comma, or thousands"),
    "bare decimal commas": (
        "a,b\n1,5,2,5\n3,0,4,5\n",
        "4 values, but 2 columns: for decimal",
    ),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_22_what_may_mean_two_things_is_refused_with_both(case, csv):
    text, message = UNCLEAR[case]
    with pytest.raises(DataError, match=message):
        load(csv(text))


LABELS = {
    "none": ["none", "wave", "tap"],
    "NA": ["NA", "EU", "AS"],
    "nan": ["nan", "null", "x"],
    "signs": ["+", "-"],
    "infinite": ["inf", "-inf", "finite"],
}


@pytest.mark.parametrize("case", LABELS)
def test_22_none_and_na_are_labels_where_the_column_is_words(case, csv):
    labels = LABELS[case]
    text = "a,k\n" + "".join(f"{i},{labels[i % len(labels)]}\n" for i in range(12))
    target = load(csv(text), None, "k").columns[-1]
    assert target.labels == tuple(sorted(labels))


@pytest.mark.parametrize("blank", ["", "?"])
def test_22_a_blank_label_is_missing_still(blank, csv):
    with pytest.raises(DataError, match="line 3, column 'k': the value is"):
        load(csv(f"a,k\n1,none\n2,{blank}\n3,wave\n"), None, "k")


def test_22_na_among_numbers_is_missing_still(csv):
    with pytest.raises(DataError, match="line 3, column 'k': the value is NA"):
        load(csv("a,k\n1,5\n2,NA\n3,7\n"), None, "k", True)


def test_22_1_and_1_0_are_one_label(csv):
    text = "a,k\n" + "".join(f"{i},{k}\n" for i, k in enumerate(["1", "1.0", "2", "1e0", "2.00"]))
    target = load(csv(text), None, "k", True).columns[-1]
    assert (target.labels, target.values) == (("1", "2"), [0, 0, 1, 0, 1])


def test_22_columns_that_are_not_asked_for_do_not_block(csv):
    text = "a,a,,note,v\n1,2,x,p q,3\n4,5,,,7\n6,5,z,-,8\n"
    data = load(csv(text), ["v"])
    assert data.columns[0].values == [3, 7, 8]
    with pytest.raises(DataError, match="line 1: column 3 has no name: give it one, or choose"):
        load(csv(text), None, "v")
    with pytest.raises(DataError, match="line 1: two columns are named 'a'"):
        load(csv(text), ["a"], "v")
    with pytest.raises(DataError, match="line 3, column 'note': the value is missing"):
        load(csv(text), ["note"], "v")


@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
@pytest.mark.parametrize("first", [0, 1])
def test_22_an_index_column_is_left_out_with_a_word(name, first, csv):
    text = f"{name},a,v\n" + "".join(f"{first + i},{i * i},{3 * i}\n" for i in range(5))
    data = load(csv(text), None, "v")
    assert [c.name for c in data.columns] == ["a", "v"]
    assert data.notes == ("Column 1, without a name, counts the rows: left out.",)


def test_22_epoch_seconds_are_counted_from_the_first(csv):
    text = "time,v\n" + "".join(f"{1764430000 + 20 * i},{i}\n" for i in range(5))
    time = load(csv(text)).columns[0]
    assert (time.values, time.decimals, time.width) == ([0, 20, 40, 60, 80], 0, 2)
    assert (time.origin, time.error, time.since) == (1764430000, 0, "time - 1764430000")
    assert b"time - 1764430000" in to_bytes(load(csv(text)))
    years = load(csv("t,v\n1990,1\n2020,2\n")).columns[0]
    assert (years.values, years.origin) == ([1990, 2020], 0)  # they fit as they are


def test_22_counts_of_3e8_are_packed_in_tens(csv):
    column = load(csv("c,v\n-300000001,1\n300000004,2\n7,3\n")).columns[0]
    assert (column.values, column.decimals) == ([-30000000, 30000000, 1], -1)
    assert column.error == Decimal("0.4") and column.unrounded[0] == pytest.approx(-30000000.1)


@pytest.mark.parametrize("scale", [1e-30, 1e-9, 1, 1e9, 1e30])
def test_22_full_precision_floats_are_packed_by_scaling(scale, csv):
    values = [0.123456789012345678 * scale, -0.98765432109876543 * scale, 0.5 * scale]
    column = load(csv("a,v\n" + "".join(f"{v!r},{i}\n" for i, v in enumerate(values)))).columns[0]
    assert max(map(abs, column.values)) <= LIMITS[4]
    assert max(column.values) - min(column.values) <= LIMITS[4]
    unit = 10.0**column.decimals
    for value, v, exact in zip(column.values, values, column.unrounded, strict=True):
        assert abs(value / unit - v) < 1e-7 * scale
        assert exact / unit == pytest.approx(v, rel=1e-15)


def test_09_tiny_units_are_exact(csv):
    column = load(csv("t,y\n1e-13,2.0\n2e-13,3.1\n3.2e-13,4.4\n")).columns[0]
    assert (column.values, column.decimals, column.error) == ([10, 20, 32], 14, 0)


def test_22_limits_are_said_at_once_with_the_columns_name(csv):
    names = ",".join(f"c{k}" for k in range(130))
    text = names + "\n" + "not a number" + ",1" * 129 + "\n"
    with pytest.raises(DataError, match="129 inputs, but the model takes 126: 'c126' is the first"):
        load(csv(text), None, "c129", most_inputs=126)
    text = "a,k\n" + "".join(f"{i},w{i}\n" for i in range(40))
    with pytest.raises(DataError, match="column 'k' has 40 classes: at most 31"):
        load(csv(text), None, "k", most_labels=31)


@pytest.mark.parametrize("text", ['a,b\n"1,2\n', "a,b\n1,2\n3,4\n\x00,5\n", "a\n1\n2\n"])
def test_odd_files_are_read_or_refused(text, csv):
    try:
        assert read_csv(csv(text)).names
    except DataError:
        pass
