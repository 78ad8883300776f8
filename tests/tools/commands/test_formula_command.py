"""`qbfgs fit`, `predict` and `report` of formulas, and what they write."""

import importlib.util
import json
from decimal import Decimal

import pytest
from virtual_boards import put, require

from qbfgs_tools.boards import fits
from qbfgs_tools.builds import forms
from qbfgs_tools.builds.files import sources
from qbfgs_tools.cli import main
from qbfgs_tools.virtual import unix as virtual_unix
from qbfgs_tools.virtual.interpreters import UnixPort32

pytest.importorskip("matplotlib")

MINE = """
from qbfgs.real import exp

def cooling(t, ambient, drop, rate):
    return ambient + drop * exp(-rate * t)

def plane(x, z, a, b):
    return a * x + b * z
"""
READINGS = ((0, 84.1), (10, 72.3), (20, 62.9), (30, 55.2), (45, 46.1), (60, 39.2), (90, 30.6))


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with mine.py, readings.csv and plane.csv, which is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MINE)
    lines = [f"{t},{y},0.1" for t, y in READINGS]
    (tmp_path / "readings.csv").write_text("\n".join(["t,degC,error", *lines]))
    lines = [f"{x},{z},{2 * x - z + (x * z) % 2}" for x in range(4) for z in range(4)]
    (tmp_path / "plane.csv").write_text("\n".join(["x,z,y", *lines]))
    return tmp_path


def ran(capsys, line, code=0):
    """What a command prints."""
    assert main(line.split()) == code, capsys.readouterr()
    return capsys.readouterr().out


MINE_FIT = "fit readings.csv --formula mine.py:cooling --inputs t --target degC --start 20,60,0.02"


def test_a_formula_of_one_s_own(place, capsys):
    out = ran(capsys, MINE_FIT + " --out m.json --module model.py --header m.h --plot m.svg")
    lines = [line.split() for line in out.splitlines()]
    assert ["parameter", "value", "standard", "error"] in lines
    assert [row[0] for row in lines if row and row[0] in ("ambient", "drop", "rate")] == [
        "ambient",
        "drop",
        "rate",
    ]
    assert "Converged" in out and "The grid costs" in out and "On a board: a table of" in out
    assert b"<svg" in (place / "m.svg").read_bytes()
    assert "m_predict" in (place / "m.h").read_text()
    assert "ambient = 2" in (place / "model.py").read_text()


def test_fit_predict_and_module_say_the_same(place, capsys):
    """To the last digit, in the CSV file, in JSON and in the module."""
    told = json.loads(ran(capsys, MINE_FIT + " --out m.json --module model.py --json"))
    spec = importlib.util.spec_from_file_location("model", place / "model.py")
    model = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(model)
    (place / "new.csv").write_text("t\n" + "\n".join(map(str, range(91))))
    ran(capsys, "predict m.json new.csv --out said.csv")
    said = (place / "said.csv").read_text().splitlines()[1:]
    assert model.ANSWER_DECIMALS == told["table"]["places"]
    module = [Decimal(model.predict([t])).scaleb(-model.ANSWER_DECIMALS) for t in range(91)]
    assert said == [f"{y:f}" for y in module]
    predicted = json.loads(ran(capsys, "predict m.json new.csv --json"))
    assert predicted["predictions"] == [[float(y)] for y in module]
    printed = ran(capsys, MINE_FIT)
    for row in told["parameters"]:
        text = next(
            line.split()[1] for line in printed.splitlines() if line.startswith(row["name"])
        )
        assert abs(float(text) - row["value"]) <= 0.5 * 10.0 ** -len(text.partition(".")[2])


def test_outside_of_what_was_learnt_from(place, capsys):
    ran(capsys, MINE_FIT + " --out m.json")
    (place / "new.csv").write_text("t,degC\n12.5,70\n200,21")
    assert main("predict m.json new.csv".split()) == 2
    assert "give --formula FILE.py:FUNCTION" in capsys.readouterr().err
    out = ran(capsys, "predict m.json new.csv --formula mine.py:cooling")
    assert "1 row is outside the range" in out and "Root mean square" in out
    ran(capsys, "fit readings.csv --model decay --inputs t --target degC --out d.json")
    assert out.split("Root")[0] == ran(capsys, "predict d.json new.csv").split("Root")[0]


def test_more_than_one_input(place, capsys):
    line = "fit plane.csv --formula mine.py:plane --target y --start 1,1 --out p.json"
    out = " ".join(ran(capsys, f"{line} --module p.py --header p.h").split())
    assert "for inputs from x = 0 to 3, z = 0 to 3, answers to" in out
    assert "p_predict(const int32_t *v" in (place / "p.h").read_text()
    (place / "new.csv").write_text("x,z\n2,1\n3,0\n9,9")
    out = ran(capsys, "predict p.json new.csv --formula mine.py:plane --out said.csv")
    assert "1 row is outside" in out
    spec = importlib.util.spec_from_file_location("p", place / "p.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    said = (place / "said.csv").read_text().splitlines()[1:3]
    unit = 10**module.ANSWER_DECIMALS
    wanted = [module.predict([2, 1]), module.predict([3, 0])]
    assert [Decimal(text) * unit for text in said] == wanted
    page = ran(capsys, "report p.html --fit p.json --formula mine.py:plane")
    assert "for inputs from x = 0 to 3" in " ".join((place / "p.html").read_text().split()), page
    damaged = json.loads((place / "p.json").read_text())
    for key, value in (("cells", [3]), ("words", [1, 2]), ("steps", [1, 1]), ("high", [0, 3])):
        table = damaged["table"] | {key: value}
        (place / "p.json").write_text(json.dumps(damaged | {"table": table}))
        assert main(["predict", "p.json", "new.csv"]) == 2
        assert "is no fitted formula" in capsys.readouterr().err


def test_a_formula_without_a_table_is_said(place, capsys):
    (place / "four.py").write_text("def f(a, b, c, d, p):\n    return a + b * p + c - d\n")
    rows = [f"{a},{b},{a * b},{a - b},{a + 2 * b}" for a in range(3) for b in range(3)]
    (place / "four.csv").write_text("\n".join(["a,b,c,d,y", *rows]))
    line = "fit four.csv --formula four.py --target y --start 1"
    assert "p  " in ran(capsys, line)
    assert main([*line.split(), "--module", "p.py"]) == 2
    assert "more than 3 inputs has no table" in capsys.readouterr().err


def test_settings(place, capsys):
    out = ran(capsys, MINE_FIT + " --fixed ambient --sigma error")
    assert "fixed" in out and "sigma." in out
    line = MINE_FIT.replace("20,60", "22,60")
    out = ran(capsys, line + " --lower=21,-,0 --upper=-,-,1 --loss huber")
    assert float(next(line for line in out.splitlines() if "ambient" in line).split()[1]) >= 21


def test_the_page_of_a_fit(place, capsys):
    ran(capsys, "fit readings.csv --model decay --inputs t --target degC --out d.json")
    ran(capsys, "report page.html --fit d.json")
    page = (place / "page.html").read_text()
    for text in ("decay: degC by t, 7 rows", "Correlation", "standard error", "The grid costs"):
        assert text in page
    assert "a table of" in page and page.count("image/svg+xml;base64") == 1
    if "Measured on" in page:
        assert " 0 bytes of heap for 100" in page


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fit readings.csv --target degC", "give --model, or a --formula"),
        ("fit readings.csv --model decay", "give --target"),
        (MINE_FIT + " --model decay", "not both"),
        (MINE_FIT + " --classes", "--classes is not for formulas"),
        ("fit readings.csv --model linear --target degC --start 1", "--start is for formulas"),
        ("fit readings.csv --formula mine.py --target degC", "no single function"),
        ("fit readings.csv --formula mine.py:x --target degC", "no function 'x'"),
        ("fit readings.csv --formula none.py:x --target degC", "none.py"),
        (MINE_FIT.replace("--inputs t ", ""), "2 names for 3 parameters"),
        (MINE_FIT.replace("--start 20,60,0.02", ""), "give start="),
        (MINE_FIT.replace("--inputs t", "--inputs q"), "no column 'q'"),
        ("report page.html --formula mine.py", "belongs to --fit"),
        ("report page.html --fit readings.csv", "no fitted formula"),
    ],
)
def test_what_is_wrong_is_said(place, capsys, line, said):
    assert main(line.split()) == 2
    assert said in capsys.readouterr().err


def test_a_bad_end_is_exit_code_1(place, capsys):
    """Twice the same parameter."""
    (place / "twice.py").write_text("def twice(t, a, b):\n    return a + b + 0 * t\n")
    line = "fit readings.csv --formula twice.py --inputs t --target degC --start 1,1"
    assert main(line.split()) == 1
    assert "do not tell all parameters apart" in capsys.readouterr().out.replace("\n", " ")


def test_a_damaged_file_is_refused(place, capsys):
    ran(capsys, MINE_FIT + " --out m.json")
    whole = json.loads((place / "m.json").read_text())
    for change in (
        {"table": {**whole["table"], "drop": 99}},
        {"table": {**whole["table"], "words": whole["table"]["words"][:-1]}},
        {"table": {**whole["table"], "words": [1 << 40] * 6}},
        {"rows": [["1"]]},
        {"rows": [["x", "1"]]},
        {"fit": {}},
        {"target": 3},
        {"more": 1},
    ):
        (place / "bad.json").write_text(json.dumps(whole | change))
        assert main("predict bad.json readings.csv".split()) == 2
        assert "no fitted formula" in capsys.readouterr().err


def test_a_board_fits_the_same_bits(place, capsys):
    require(virtual_unix, "unix32")
    board = "--board unix32 --folder flash"
    files = forms.fitting(forms.BYTECODE, forms.reported(UnixPort32()), sources())
    put(files, place / "flash")
    out = ran(capsys, f"{MINE_FIT} {board} --sigma error --json")
    told = json.loads(out)["board"]
    assert told["milliseconds"] > 0 and 50_000 < told["heap"] < 100_000
    line = f"fit readings.csv --model decay --inputs t --target degC {board} --heap 112"
    out = " ".join(ran(capsys, f"{line} --loss huber").split())
    assert "equal to the desk's to the bit" in out and "--board unix32 --folder flash" in out
    assert not list((place / "flash").glob("qbfgs_*"))
    assert main(f"{line} --heap 64".split()) == 2
    assert "--build lean" in capsys.readouterr().err


def test_what_a_board_did_otherwise_is_said():
    ours = json.dumps({"parameters": ["1", "2"], "end": 1})
    assert fits.difference(ours + "\n", ours) == ""
    other = json.dumps({"parameters": ["1", "3"], "end": 1})
    assert fits.difference(ours, other) == "parameters: ['1', '3'] there, ['1', '2'] here"
    assert "damaged" in fits.difference(ours, ours[:9])
