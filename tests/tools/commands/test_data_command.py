"""`qbfgs data`, as its users meet it."""

import json
import os

import pytest

from qbfgs_tools.cli import main

CSV = "length,width,kind\n5.1,3.5,set\n4.9,3,set\n6.3,2.25,vir\n7,3.2,ver\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with a CSV file in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "iris.csv").write_text(CSV)
    return tmp_path


def test_pack_and_show(folder, capsys):
    assert main(["data", "pack", "iris.csv", "--target", "kind", "iris.qbfd"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [
        "column",
        "bits",
        "decimals",
        "least",
        "most",
        "rounding",
        "classes",
    ]
    assert lines[1].split() == ["length", "16", "1", "4.9", "7", "exact"]
    assert lines[3].split() == ["kind", "16", "0", "0", "2", "exact", "set,", "ver,", "vir"]
    size = (folder / "iris.qbfd").stat().st_size
    assert lines[-1] == f"iris.qbfd: 4 rows, {size} bytes."
    assert main(["data", "show", "iris.qbfd", "--rows", "2"]) == 0
    shown = capsys.readouterr().out
    assert f"4 rows, {size} bytes." in shown and "The first 2 rows" in shown
    assert shown.splitlines()[-1].split() == ["4.9", "3", "set"]
    assert "exact" not in shown  # the file does not know


def test_json(folder, capsys):
    assert main(["data", "pack", "iris.csv", "out", "--target", "kind", "--json"]) == 0
    packed = json.loads(capsys.readouterr().out)
    assert packed["rows"] == 4 and packed["columns"][0]["decimals"] == 1
    assert packed["columns"][2]["labels"] == ["set", "ver", "vir"]
    assert main(["data", "show", "out", "--json", "--rows", "0"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["rows"], shown["bytes"], shown["first"]) == (4, packed["bytes"], [])


def test_rounding_is_told(folder, capsys):
    (folder / "fine.csv").write_text("a,b\n0.123456789123,1\n5,2\n")
    assert main(["data", "pack", "fine.csv", "out"]) == 0
    assert "within 0.1088" in capsys.readouterr().out.splitlines()[1]


@pytest.mark.parametrize(
    "words, complaint",
    [
        (["iris.csv", "out"], "qbfgs: iris.csv: line 2, column 'kind': 'set' is not a number"),
        (["iris.csv", "out", "--columns", "length,height"], "no column 'height'"),
        (["iris.csv", "out", "--classes"], "--classes needs --target"),
        (["none.csv", "out"], "No such file"),
        (["iris.csv", "no/out", "--target", "kind"], "there is no folder no"),
    ],
)
def test_a_refusal_is_one_sentence_and_writes_nothing(folder, capsys, words, complaint):
    assert main(["data", "pack", *words]) == 2
    text, complaints = capsys.readouterr()
    assert text == "" and complaint in complaints and complaints.count("\n") == 1
    assert os.listdir(folder) == ["iris.csv"]


def test_show_refuses_what_is_no_data_file(folder, capsys):
    assert main(["data", "show", "iris.csv"]) == 2
    assert "iris.csv: this is no data file of qbfgs" in capsys.readouterr().err
    main(["data", "pack", "iris.csv", "out", "--target", "kind"])
    whole = (folder / "out").read_bytes()
    (folder / "out").write_bytes(whole[:-1])
    assert main(["data", "show", "out"]) == 2
    assert "out: the data file is cut short" in capsys.readouterr().err
