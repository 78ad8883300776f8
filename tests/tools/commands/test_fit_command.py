"""`qbfgs fit` and `predict`, as their users meet them; models as modules on MicroPython."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from virtual_boards import require

from qbfgs_desktop.fits import inference, learned
from qbfgs_tools.cli import main
from qbfgs_tools.virtual import interpreters
from qbfgs_tools.virtual import unix as virtual_unix

INTERPRETERS = interpreters.every()
RNG = np.random.default_rng(4)
TIME = np.linspace(0, 50, 40).round(2)
NOISE = RNG.normal(0, 0.1, 40)
ROUND = RNG.normal(size=(60, 3))
ROUND /= np.linalg.norm(ROUND, axis=1)[:, None]
ROTATION = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
AXES = (480, 500, 420)


def csv(names, *columns):
    rows = zip(*(c if c.dtype.kind == "U" else c.round(2) for c in columns), strict=True)
    return "\n".join([names, *(",".join(map(str, row)) for row in rows)]) + "\n"


def shaped(points):
    return csv("mx,my,mz", *(points + (120, -60, 33) + RNG.normal(0, 1, (60, 3))).T)


KINDS = np.repeat(["red", "green", "blue"], 20)
PLACES = np.repeat([[0, 0], [3, 1], [1, 4]], 20, axis=0) + RNG.normal(0, 0.8, (60, 2))
DATA = {
    "linear": csv("t,v", TIME, 3 - 0.2 * TIME + NOISE),
    "poly:2": csv("t,v", TIME, 3 - 0.2 * TIME + 0.01 * TIME**2 + NOISE),
    "exp": csv("t,v", TIME, 3 + 10 * np.exp(-0.15 * TIME) + NOISE),
    "saturation": csv("t,v", TIME, 3 + 10 * TIME / (TIME + 8) + NOISE),
    "mlp:3": csv("t,v", TIME, 3 + np.sin(TIME / 10) + NOISE),
    "logistic": csv("a,b,v", PLACES[:40, 0], PLACES[:40, 1], KINDS[:40]),
    "softmax": csv("a,b,v", PLACES[:, 0], PLACES[:, 1], KINDS),
    "mlp:2": csv("a,b,v", PLACES[:, 0], PLACES[:, 1], KINDS),
    "sphere": shaped(480 * ROUND),
    "ellipsoid": shaped(AXES * ROUND),
    "tilted": shaped((AXES * ROUND) @ ROTATION),
}
# What the data were made with: a parameter, its value and a tolerance.
MADE = {
    "linear": [("t", -0.2, 0.01), ("intercept", 3, 0.1)],
    "poly:2": [("t", -0.2, 0.02), ("t^2", 0.01, 0.001), ("intercept", 3, 0.15)],
    "exp": [("k", 0.15, 0.01), ("a", 10, 0.2), ("c", 3, 0.1)],
    "saturation": [("half of a at", 8, 0.8), ("a", 10, 0.3), ("c", 3, 0.2)],
    "sphere": [("centre x", 120, 1), ("centre y", -60, 1), ("radius", 480, 1)],
    "ellipsoid": [("centre z", 33, 1), ("semi-axis x", 480, 2), ("semi-axis z", 420, 2)],
    "tilted": [("centre z", 33, 1), ("semi-axis 1", 500, 2), ("semi-axis 3", 420, 2)],
}
SHAPES = ("sphere", "ellipsoid", "tilted")
EXAMPLE = {"linear": "t", "exp": "1 / t"}


@pytest.fixture
def call(capsys):
    """Runs `qbfgs ...`; returns the exit code, the output and the standard error."""

    def run(*words):
        capsys.readouterr()
        code = main([*map(str, words)])
        text, errors = capsys.readouterr()
        return code, text, errors

    return run


def fit(call, folder, model, *more):
    """Fits a model of DATA with all that is written; returns the data that --json prints."""
    path = folder / "data.csv"
    path.write_text(DATA[model])
    target = () if model in SHAPES else ("--target", "v")
    written = ("--out", folder / "model.json", "--module", folder / "model.py")
    code, text, errors = call("fit", path, "--model", model, *target, *written, *more, "--json")
    assert code in (0, 1), errors
    return json.loads(text)


@pytest.mark.parametrize("model", DATA)
def test_a_fit_is_near_its_reference_and_what_the_data_were_made_with(model, call, tmp_path):
    found = fit(call, tmp_path, model, "--qp", 4096)
    if model != "mlp:3":  # a network has other minima than the reference's
        assert -1e-6 < found["quantization_loss"] < 0.01
    values = {p["name"]: p["value"] for p in found["parameters"]}
    for name, value, tolerance in MADE.get(model, ()):
        assert abs(values[name] - value) <= tolerance, (name, values[name])
    if found["comparison"]["measure"] == "accuracy":
        assert abs(found["comparison"]["training"] - found["comparison"]["reference_training"]) <= 1


def test_softmax_of_two_classes(call, tmp_path):
    """Weights of opposite signs, half as large as those of a logistic regression of half the
    penalty."""
    (tmp_path / "data.csv").write_text(DATA["logistic"])
    words = ("fit", tmp_path / "data.csv", "--target", "v", "--qp", 4096, "--json", "--model")
    one = json.loads(call(*words, "logistic", "--l2", 0.5)[1])
    two = json.loads(call(*words, "softmax", "--l2", 1)[1])
    assert one["quantization_loss"] < 1e-4 and two["quantization_loss"] < 1e-4
    weights = [p["value"] for p in one["parameters"]]
    halves = [p["value"] for p in two["parameters"]]
    # Both classes may be shifted alike: the biases have no penalty, and no class is the first.
    between = [(b - a) / 2 for a, b in zip(halves[:3], halves[3:], strict=True)]
    assert between == pytest.approx([w / 2 for w in weights], rel=0.02)


def test_only_sums_a_class_or_unit_limit_the_rows(call, tmp_path, monkeypatch):
    from qbfgs_desktop.fits import fitting

    monkeypatch.setattr(fitting, "MOST_ROWS", 39)
    fit(call, tmp_path, "linear", "--qp", 16)
    (tmp_path / "data.csv").write_text(DATA["logistic"])
    words = ("--target", "v", "--model", "logistic", "--qp", 16)
    code, _, errors = call("fit", tmp_path / "data.csv", *words)
    assert code == 2 and "40 rows; the model logistic learns from at most 39" in errors


def test_a_loss_above_the_tolerance_is_told_and_has_an_exit_code(call, tmp_path):
    (tmp_path / "data.csv").write_text(DATA["softmax"])
    words = ("fit", tmp_path / "data.csv", "--target", "v", "--model", "softmax")
    code, text, _ = call(*words, "--tolerance", 1e-9, "--qp", 65536, "--max-epochs", 1000)
    assert code == 1
    assert "1e-07 % above the reference's: there is no finer grid." in text
    code, text, _ = call(*words, "--tolerance", 1e-9, "--qp", 1, "--max-epochs", 2)
    assert code == 1 and "1e-07 % above the reference's: try more --max-epochs." in text
    code, text, _ = call(*words, "--tolerance", 1e-9, "--qp", 1)
    assert code == 1 and "1e-07 % above the reference's: try a finer grid." in text
    code, text, _ = call(*words, "--tolerance", 1, "--qp", 8)
    assert code == 0 and "above the reference's" not in text


@pytest.mark.parametrize("interpreter", INTERPRETERS, ids=lambda i: i.name)
def test_modules_predict_as_the_desk_does(interpreter, call, tmp_path, need):
    """All models in one script, for emulators start slowly."""
    need(interpreter)
    lines, expected = [], []
    for k, model in enumerate(DATA):
        fit(call, tmp_path, model, "--qp", 1000)
        described = learned.load(tmp_path / "model.json")
        predict = inference.program(described)
        rows = sample_rows(described)
        (tmp_path / f"model{k}.py").write_text((tmp_path / "model.py").read_text())
        lines += [f"import model{k}", f"print([model{k}.predict(row) for row in {rows!r}])"]
        expected.append(str([predict(row) for row in rows]))
    script = tmp_path / "predict.py"
    script.write_text("\n".join(lines) + "\n")
    result = interpreter.run(script, path=[tmp_path], timeout=1800)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.decode().splitlines() == expected


def sample_rows(described):
    """Rows about the data, and far beyond them."""
    columns = described["inputs"]
    rows = [[c["shift"] + c["most"] * part // 4 for c in columns] for part in range(-4, 5)]
    if described["recipe"] in ("exp", "saturation"):
        rows = rows[4:]
    return rows + [[9 * v + 1 for v in row] for row in rows[-2:]]


@pytest.mark.parametrize("model", ["logistic", "softmax", "mlp:2"])
def test_a_module_decides_as_the_core_does(model, call, tmp_path):
    from qbfgs_desktop.fits import datasets, fitting

    fit(call, tmp_path, model, "--qp", 37, "--l2", 0.5)
    described = learned.load(tmp_path / "model.json")
    data = datasets.load(tmp_path / "data.csv", None, "v", True)
    core = fitting.task(described["recipe"], data).maker(37)
    predict = inference.program(described)
    rows = sample_rows(described)[:9] + [row[:-1] for row in data.rows]
    assert [predict(row) for row in rows] == [core.classify(described["x"], [*r, 0]) for r in rows]


def test_what_people_see(call, tmp_path):
    (tmp_path / "data.csv").write_text(DATA["softmax"])
    words = ("--model", "softmax", "--target", "v", "--test-fraction", 0.25, "--qp", 64)
    code, text, errors = call("fit", tmp_path / "data.csv", *words)
    assert code == 0
    assert "softmax+1024 on the grid of 1/64: 9 parameters, 45 rows, 15 kept for the test." in text
    assert re.search(r"blue: a +-?[\d.]+ +log odds / a", text)
    assert re.search(r"qbfgs +[\d.]+ +\d+/45 [\d.]+ % +\d+/15 [\d.]+ %", text)
    assert "scikit-learn LogisticRegression" in text
    assert "Quantization loss: " in text
    assert "passes over the data after the scaling, at the desk." in text
    assert "Converged: the model promises to lower the cost by no more than 2^-`tolerance`" in text
    assert errors == ""  # in a pipe short work is silent


def test_predict_compares_with_the_target_and_writes_a_csv(call, tmp_path):
    fit(call, tmp_path, "softmax", "--qp", 256)
    out = tmp_path / "out.csv"
    words = (tmp_path / "model.json", tmp_path / "data.csv", "--out", out)
    code, text, _ = call("predict", *words)
    assert code == 0 and re.search(r"\d+ of 60 classes are right", text)
    assert len(out.read_text().splitlines()) == 61
    fit(call, tmp_path, "sphere", "--qp", 4096)
    code, text, _ = call("predict", *words, "--json")
    corrected = np.array(json.loads(text)["predictions"])
    assert corrected.dtype == float  # numbers, not texts
    assert np.abs(np.linalg.norm(corrected, axis=1) - 480).max() < 5
    fit(call, tmp_path, "tilted", "--qp", 8192)
    corrected = json.loads(call("predict", *words, "--json")[1])["predictions"]
    lengths = np.linalg.norm(corrected, axis=1)
    assert np.abs(lengths - np.mean(AXES)).max() < 8
    fit(call, tmp_path, "linear")
    code, text, _ = call("predict", *words)
    assert "Root mean square difference: 0." in text


def test_a_board_fits_the_same_bits(call, tmp_path):
    require(virtual_unix)
    board = ("--board", "unix", "--folder", tmp_path / "flash")
    assert call("board", "install", *board, "--build", "source")[0] == 0
    for model in ("linear", "logistic"):
        at_desk = fit(call, tmp_path, model, "--qp", 64, "--tolerance", 0.1)
        module = (tmp_path / "model.py").read_text()
        there = fit(call, tmp_path, model, "--qp", 64, "--tolerance", 0.1, *board)
        for key in ("parameters", "epochs", "checksum", "ended"):
            assert there[key] == at_desk[key]
        assert "equal to the desk's to the bit" in there["where"]
        assert (tmp_path / "model.py").read_text() == module


def test_a_job_with_a_data_file_is_copied_run_and_verified(call, tmp_path, monkeypatch):
    require(virtual_unix)
    monkeypatch.chdir(tmp_path)
    board = ("--board", "unix", "--folder", tmp_path / "flash")
    assert call("board", "install", *board, "--build", "source")[0] == 0
    (tmp_path / "data.csv").write_text(DATA["softmax"])
    assert call("data", "pack", "data.csv", "data.qbfd", "--target", "v")[0] == 0
    (tmp_path / "job.txt").write_text("problem softmax+1024@data.qbfd\nqp 64\ntolerance 12\n")
    code, text, errors = call("board", "verify", *board, "job.txt")
    assert code == 0, errors
    assert "1 of 1 runs with all records equal to the desk's" in text
    assert "\nconverged: the model promises" in text
    assert (tmp_path / "flash" / "data.qbfd").read_bytes() == (tmp_path / "data.qbfd").read_bytes()
    (tmp_path / "job.txt").write_text("problem softmax@nowhere.qbfd\nqp 64\n")
    code, _, errors = call("board", "run", *board, "job.txt")
    assert code == 2 and "nowhere.qbfd: copy it to the board" in errors


def test_a_board_without_qbfgs_says_so(call, tmp_path):
    require(virtual_unix)
    (tmp_path / "data.csv").write_text(DATA["linear"])
    board = ("--board", "unix", "--folder", tmp_path / "flash", "--qp", 16)
    words = (tmp_path / "data.csv", "--model", "linear", "--target", "v", *board)
    code, _, errors = call("fit", *words)
    assert code == 2 and "qbfgs board install" in errors


BAD = {
    "missing": ("a,b,v\n1,2,3\n2,,4\n3,4,5\n4,4,1\n", "linear", "line 3, column 'b': the value is"),
    "text": (
        "a,b,v\n1,2,3\n2,x,4\n3,4,5\n4,4,1\n",
        "linear",
        "line 3, column 'b': 'x' is not a nu",
    ),
    "constant": (
        "a,b,v\n1,7,3\n2,7,4\n3,7,5\n",
        "linear",
        "column 'b' is constant: all values are",
    ),
    "one class": (
        "a,b,v\n1,2,u\n2,1,u\n3,4,u\n",
        "logistic",
        "column 'v', the target, is one clas",
    ),
    "few rows": ("a,b,v\n1,2,3\n2,1,5\n", "linear", "has 2 rows, too few for 3 columns"),
    "overflow": (
        "a,v\n1,3\n1e200,4\n3,5\n",
        "linear",
        "line 3, column 'a': 1e200 does not fit: use a larger unit",
    ),
    "empty": ("", "linear", "is empty"),
    "names alone": ("a,v\n", "linear", "has names but no rows"),
    "short line": ("a,v\n1,2\n3\n", "linear", "line 3: 1 values, but 2 columns"),
    "three classes": (
        "a,v\n1,x\n2,y\n3,z\n4,x\n",
        "logistic",
        "column 'v' has 3 classes: at most 2",
    ),
    "two inputs": (
        "a,b,v\n1,2,3\n2,1,4\n3,7,5\n",
        "poly:2",
        "2 inputs, but the model takes 1: 'b' is the first that is too many",
    ),
    "words": ("a,v\n1,x\n2,y\n3,z\n", "linear", "learns a number, but column 'v' holds classes"),
    "dependent": ("a,b,v\n1,2,3\n2,4,4\n3,6,5\n4,8,9\n", "linear", "depend on each other"),
    "unknown": (
        "a,v\n1,2\n3,4\n",
        "cubic",
        "qbfgs: --model: unknown model 'cubic': use one of linear, poly,",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_data_are_told_and_nothing_is_written(name, call, tmp_path):
    text, model, sentence = BAD[name]
    (tmp_path / "data.csv").write_text(text)
    (tmp_path / "model.json").write_text("of yesterday")
    words = ("--model", model, "--target", "v", "--out", tmp_path / "model.json")
    code, text, errors = call("fit", tmp_path / "data.csv", *words, "--module", tmp_path / "m.py")
    assert code == 2 and text == ""
    assert sentence in errors and len(errors.strip().splitlines()) == 1
    assert (tmp_path / "model.json").read_text() == "of yesterday"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data.csv", "model.json"]


WRONG_WORDS = {
    "no file": (
        ("nowhere.csv", "--model", "linear", "--target", "v"),
        "qbfgs: nowhere.csv: No such file",
    ),
    "no target": (("data.csv", "--model", "linear"), "the model linear needs a target"),
    "a target": (("data.csv", "--model", "sphere", "--target", "v"), "takes no target"),
    "no column": (("data.csv", "--model", "linear", "--target", "w"), "has no column 'w'"),
    "no folder": (
        ("data.csv", "--model", "linear", "--target", "v", "--out", "nowhere/m.json"),
        "cannot write nowhere/m.json: there is no folder nowhere",
    ),
    "penalty": (("data.csv", "--model", "mlp:2", "--l2", "-1", "--target", "v"), "--l2 must be"),
    "no penalty": (
        ("data.csv", "--model", "linear", "--l2", "1", "--target", "v"),
        "--l2 is not for linear",
    ),
    "tolerance": (
        ("data.csv", "--model", "linear", "--tolerance", "nan", "--target", "v"),
        "--tolerance must be 0 or more, not nan",
    ),
    "recipe": (("data.csv", "--model", "mlp:2+9", "--target", "v"), "give the penalty as --l2"),
    "fraction": (
        ("data.csv", "--model", "linear", "--target", "v", "--test-fraction", "1"),
        "a test fraction of 1.0 leaves none of 40 rows",
    ),
    "grid": (
        ("data.csv", "--model", "linear", "--target", "v", "--qp", "65537"),
        "a model takes Qp up to 65536",
    ),
}


@pytest.mark.parametrize("name", WRONG_WORDS)
def test_wrong_words_are_told(name, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text(DATA["linear"])
    words, sentence = WRONG_WORDS[name]
    code, _, errors = call("fit", *words)
    assert code == 2 and sentence in errors


def test_predict_tells_what_is_wrong(call, tmp_path):
    fit(call, tmp_path, "softmax", "--qp", 16)
    model, path = tmp_path / "model.json", tmp_path / "new.csv"

    def told(text):
        path.write_text(text)
        code, said, errors = call("predict", model, path, "--out", tmp_path / "out.csv")
        assert code == 2 and said == "" and not (tmp_path / "out.csv").exists()
        return errors

    assert f"qbfgs: {path} has no column 'b': there are a" in told("a\n1\n")
    assert "line 2, column 'b': 'x' is not a number" in told("a,b\n1,x\n")
    assert "line 2, column 'a': the value is missing" in told("a,b\n,1\n")
    assert "line 3: 1E+60 is beyond what the model takes" in told("a,b\n1,1\n1e60,1\n")
    assert "line 2, column 'v': 'pink' is no class of the model" in told("a,b,v\n1,1,pink\n")
    model.write_text("{}")
    assert "is no model of this version" in told("a,b\n1,1\n")
    model.write_text("x")
    assert f"qbfgs: {model} is no JSON" in told("a,b\n1,1\n")
    model.write_text('{"format": "qbfgs model 2"}')
    assert f"qbfgs: {model} is no model of qbfgs fit" in told("a,b\n1,1\n")
    model.unlink()
    assert f"qbfgs: {model}: No such file or directory\n" in told("a,b\n1,1\n")


COOL = "s,degC\n" + "".join(f"{s},{21 + 64 * np.exp(-s / 40):.2f}\n" for s in range(0, 31, 3))


def test_19_a_cooling_curve_is_predicted_for_later_times(call, tmp_path):
    (tmp_path / "cool.csv").write_text(COOL)
    (tmp_path / "later.csv").write_text("s\n30\n45\n60.5\n120\n")
    model = tmp_path / "m.json"
    words = ("--model", "exp", "--target", "degC", "--out", model)
    code, text, errors = call("fit", tmp_path / "cool.csv", *words, "--json")
    assert code == 0, errors
    k, a, c = [p["value"] for p in json.loads(text)["parameters"]]
    code, text, _ = call("predict", model, tmp_path / "later.csv", "--json")
    said = json.loads(text)
    assert said["outside"] == 3
    for s, (value,) in zip((30, 45, 60.5, 120), said["predictions"], strict=True):
        assert abs(float(value) - (c + a * np.exp(-k * s))) < 2e-5
        assert abs(float(value) - (21 + 64 * np.exp(-s / 40))) < 0.05
    text = call("predict", model, tmp_path / "later.csv")[1]
    assert "3 rows are outside the range that was learnt from, and extrapolated." in text


def test_20_a_clock_of_its_own_is_said(call, tmp_path):
    text = "t,y\n" + "".join(
        f"{100 + t},{20 + 55 * np.exp(-t / 18):.2f}\n" for t in range(0, 60, 5)
    )
    (tmp_path / "data.csv").write_text(text)
    code, text, _ = call("fit", tmp_path / "data.csv", "--model", "exp", "--target", "y")
    assert code == 0 and re.search(r"^t0 +100  t$", text, re.M)
    assert "y = c + a e^(-k (t - t0)): the clock begins at the first t." in text


def test_21_a_loss_far_above_the_references_is_no_success(call, tmp_path):
    text = "t,y\n" + "".join(f"{t},{np.exp(t / 8):.3f}\n" for t in range(30))
    (tmp_path / "data.csv").write_text(text)
    words = ("--model", "exp", "--target", "y", "--out", tmp_path / "m.json")
    code, text, _ = call("fit", tmp_path / "data.csv", *words)
    assert code == 1
    assert "The loss is more than 1 % above what exact data leave: the values change ever" in text
    assert f"Written: {tmp_path / 'm.json'}." in text


def test_21_a_calibration_of_two_points_is_no_alarm(call, tmp_path):
    (tmp_path / "hx.csv").write_text("counts,lb\n-345180,0\n1160955,235.2\n")
    code, text, _ = call("fit", tmp_path / "hx.csv", "--model", "linear", "--target", "lb")
    assert code == 0 and "Quantization loss: none, the fit is as exact as the data." in text
    assert "0.000156161" in text and "53.9037" in text


def test_22_a_blank_target_in_a_file_to_predict(call, tmp_path):
    (tmp_path / "cool.csv").write_text(COOL)
    model, new = tmp_path / "m.json", tmp_path / "new.csv"
    call("fit", tmp_path / "cool.csv", "--model", "exp", "--target", "degC", "--out", model)
    new.write_text("s,degC\n2,\n3,\n")
    code, text, _ = call("predict", model, new)
    assert code == 0 and "given" not in text
    assert [round(float(line.split()[1]), 1) for line in text.splitlines()[2:4]] == [81.9, 80.4]
    new.write_text("note,degC,s,s2,\nx,,2,,\n,80.38,3,,y\n")
    code, text, _ = call("predict", model, new)
    assert code == 0 and re.search(r"1 +81.\d+ +-\n +2 +80.\d+ +80.38\n", text)
    new.write_text("s,degC\n2,warm\n")
    code, _, errors = call("predict", model, new)
    assert code == 2 and "line 2, column 'degC': 'warm' is not a number" in errors


def test_22_labels_of_one_value_are_one_when_compared(call, tmp_path):
    rows = "".join(f"{i},{i * i % 7},{'1' if i < 9 else '2.0'}\n" for i in range(18))
    (tmp_path / "a.csv").write_text("a,b,k\n" + rows)
    model = tmp_path / "m.json"
    call("fit", tmp_path / "a.csv", "--model", "logistic", "--target", "k", "--out", model)
    (tmp_path / "b.csv").write_text("a,b,k\n" + rows.replace("2.0", "2"))
    assert "18 of 18 classes are right" in call("predict", model, tmp_path / "b.csv")[1]


def test_22_what_was_left_out_is_said(call, tmp_path):
    text = ",t,v\n" + "".join(
        f"{i},{1764430000 + 9 * i},{i + 0.1 * (i % 3):.1f}\n" for i in range(9)
    )
    (tmp_path / "data.csv").write_text(text)
    code, text, _ = call("fit", tmp_path / "data.csv", "--model", "linear", "--target", "v")
    assert code == 0
    assert "Column 1, without a name, counts the rows: left out." in text
    assert "Column t is counted from 1764430000." in text


@pytest.mark.parametrize("names", ["ascii", "cp1252"])
def test_23_files_are_utf_8_and_names_are_printed_whatever_the_locale(names, tmp_path):
    letters = ("ждун", "помах", "тап")
    rows = "".join(f"{i % 3 * 100 + i},{i % 3 * 40 - i},{letters[i % 3]}\n" for i in range(18))
    (tmp_path / "uni.csv").write_text("ax,ay,label\n" + rows, encoding="utf-8")
    script = "import sys; from qbfgs_tools.cli import main; sys.exit(main())"
    locale = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    environment = os.environ | locale | {"PYTHONIOENCODING": "" if names == "ascii" else names}

    def run(*words):
        command = [sys.executable, "-c", script, *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True)

    words = ("--model", "softmax", "--target", "label", "--module", "uni.py", "--out", "uni.json")
    made = run("fit", "uni.csv", *words)
    assert made.returncode == 0, made.stderr
    assert rb"\u0436\u0434\u0443\u043d: ax" in made.stdout
    made = run("predict", "uni.json", "uni.csv", "--out", "out.csv")
    assert made.returncode == 0, made.stderr
    assert b"18 of 18 classes are right" in made.stdout
    assert f"LABELS = {letters!r}" in (tmp_path / "uni.py").read_text(encoding="utf-8")
    assert "тап" in (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert run("fit", "помах.csv", *words).returncode == 2


def test_23_modes_are_those_of_the_umask(call, tmp_path):
    before = os.umask(0o027)
    try:
        fit(call, tmp_path, "linear", "--qp", 4096)
    finally:
        os.umask(before)
    for name in ("model.json", "model.py"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o640


PLACES = {
    "a model's folder": ("fit data.csv --model linear --target v --out no/m.json", "no folder no"),
    "a module that is a folder": (
        "fit data.csv --model linear --target v --module folder",
        "cannot write folder: it is a folder",
    ),
    "predictions": ("predict m.json data.csv --out no/p.csv", "there is no folder no"),
    "a data file": ("data pack data.csv no/d.qbfd", "there is no folder no"),
    "a page": ("report x.pdf", "cannot write x.pdf: its name must end in .html or .htm"),
    "a page's folder": ("report no/x.html", "there is no folder no"),
    "builds": ("build /proc/foo", "cannot write /proc/foo: /proc takes no new file"),
    "builds in a file": ("build data.csv/foo", "data.csv is no folder"),
    "measurements": ("lab bench --csv /nodir/x.csv", "there is no folder /nodir"),
    "a picture": ("plot costs --out no/a.svg", "there is no folder no"),
    "a picture's kind": ("solve rosenbrock --plot a.txt", "must end in .png or .svg or .pdf"),
}


@pytest.mark.parametrize("place", PLACES)
def test_23_places_are_looked_at_before_the_work(place, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text(DATA["linear"])
    (tmp_path / "folder").mkdir()
    words, sentence = PLACES[place]
    code, text, errors = call(*words.split())
    assert code == 2 and text == "" and errors.count("\n") == 1 and sentence in errors
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data.csv", "folder"]


HEAP = """
import gc, {name}
before = 0
rows = {rows!r}
out = [0, 0, 0]
def run():
    for i in range({count}):
        {call}
run()
gc.collect()
gc.disable()
before = gc.mem_alloc()
run()
print(gc.mem_alloc() - before)
gc.enable()
"""


@pytest.mark.parametrize("interpreter", INTERPRETERS[1:4], ids=lambda i: i.name)
def test_24_a_module_takes_no_heap(interpreter, call, tmp_path, need):
    """A corrected reading that predict gives is a list of three; correct() takes none."""
    need(interpreter)
    lines, expected = [], []
    for k, model in enumerate(DATA):
        fit(call, tmp_path, model, "--qp", 1000)
        described = learned.load(tmp_path / "model.json")
        text = (tmp_path / "model.py").read_text()
        assert (inference.LIST_HEAP if model in SHAPES else inference.NO_HEAP) in text
        name = f"model{k}"
        (tmp_path / f"{name}.py").write_text(text)
        rows = sample_rows(described)[:-2]
        called = f"{name}.correct(rows[i], out)" if model in SHAPES else f"{name}.predict(rows[i])"
        lines.append(HEAP.format(name=name, rows=rows, count=len(rows), call=called))
        expected.append("0")
    script = tmp_path / "heap.py"
    script.write_text("\n".join(["import gc", "gc.mem_alloc()", *lines]))
    result = interpreter.run(script, path=[tmp_path], timeout=1800)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.decode().split() == expected
