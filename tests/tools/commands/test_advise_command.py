"""`qbfgs advise`, as its users meet it."""

import json

import pytest
from bowls import BOWL

from qbfgs_tools.cli import main

BENCH = """n,where,build,subject,quantity,value,unit
2,Unix,native,word core,epoch,50,us
2,Unix,native,word core,held,4000,bytes
"""


@pytest.fixture
def bowl(tmp_path):
    path = tmp_path / "bowl.py"
    path.write_text(BOWL)
    return str(path)


def call(capsys, *words):
    """Runs a command line that must succeed; returns what it prints, unfolded."""
    assert main(["advise", *words, "--workers=1"]) == 0
    text, complaints = capsys.readouterr()
    assert complaints == ""
    return " ".join(text.split())


def test_the_answer_is_what_the_table_says(capsys, bowl):
    words = (bowl, "--tolerance=0.025", "--qp=8,16,32,64", "--starts=10")
    text = call(capsys, *words)
    data = json.loads(call(capsys, *words, "--json"))
    rows = {row["qp"]: row for row in data["rows"]}
    assert data["chosen"] == 32 and rows[32]["there"] == 10 and rows[16]["there"] == 0
    assert text.startswith("Qp = 32 is enough: all 10 runs end within 0.025 of the minimum")
    assert "At Qp = 16, 10 of 10 do not, up to 0.0268 away." in text
    median, p95, most = rows[32]["epochs"].values()
    assert f"Expect {median} epochs (median), at most {p95} in 95 %" in text
    assert f"{most} in the worst" in text
    assert max(rows[32]["widths"].values()) <= 30 and "inside the objective too, stays" in text
    assert "the best point found on a much finer grid: (0.3333, -0.2857)" in text
    assert "<- enough" in text


def test_wide_costs_are_named(capsys):
    text = call(capsys, "rosenbrock", "--tolerance=0.01", "--qp=64", "--starts=5")
    assert "The costs leave MicroPython's small ints" in text and "Wide are: cost (3" in text
    assert "Minimum, as the problem states it: (1, 1)." in text
    text = call(capsys, "rosenbrock", "--tolerance=0.01", "--qp=16", "--starts=5")
    assert (
        text.startswith("No Qp tried is enough") and "Half a step is within it from Qp = 50" in text
    )


def test_luck_is_no_advice(capsys):
    text = call(capsys, "rosenbrock", "--tolerance=0.03", "--qp=8,16,32", "--starts=5")
    assert "Qp = 32 is enough" in text and "At Qp = 16 they do too, but by the luck" in text


def test_starts_that_lead_elsewhere(capsys):
    words = ("beale", "--tolerance=0.1", "--qp=16", "--starts=8", "--low=-1,2", "--high=0,3")
    text = call(capsys, *words)
    assert "From 8 of the 8 starts no grid" not in text and "No Qp tried is enough" in text
    words = ("beale", "--tolerance=0.1", "--qp=8,16", "--starts=20")
    data = json.loads(call(capsys, *words, "--json"))
    astray = data["starts"] - data["leading"]
    assert 0 < astray < 20
    assert f"From {astray} of the 20 starts no grid gets there" in call(capsys, *words)


def test_a_board(capsys, bowl, tmp_path):
    path = tmp_path / "bench.csv"
    path.write_text(BENCH)
    words = (bowl, "--tolerance=0.1", "--qp=16", "--starts=5", "--board=unix", f"--bench={path}")
    text = call(capsys, *words)
    data = json.loads(call(capsys, *words, "--json"))
    runs = [f"{count * 50 / 1000:.3g}" for count in data["rows"][0]["epochs"].values()]
    assert f"Unix native 2 50 {' '.join(runs)} - 4000 -" in text
    assert data["boards"][0]["epoch"] == 50


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("rosenbrock", "--tolerance"),
        ("rosenbrock --tolerance=0", "must be above 0"),
        ("rosenbrock --tolerance=small", "'small' is not a decimal number"),
        ("banana --tolerance=1", "no problem 'banana'"),
        ("rosenbrock --tolerance=1 --qp=0", "Qp must be 1 or more"),
        ("rosenbrock --tolerance=1 --low=5", "is above"),
        ("rosenbrock --tolerance=1 --board=pico --bench=nowhere.csv", "qbfgs lab bench makes one"),
        ("rosenbrock --tolerance=1 --board=pico --bench=BENCH", "there are Unix, native"),
        ("rosenbrock --tolerance=1 --board=pico --bench=BOWL", "is no file of qbfgs lab bench"),
    ],
)
def test_bad_input_gets_one_sentence(capsys, tmp_path, bowl, words, sentence):
    (tmp_path / "bench.csv").write_text(BENCH)
    words = words.replace("BENCH", str(tmp_path / "bench.csv")).replace("BOWL", bowl)
    assert main(["advise", *words.split()]) == 2
    text, complaint = capsys.readouterr()
    assert text == "" and complaint.count("\n") == 1 and sentence in complaint


def test_help(capsys):
    assert main(["advise", "--help"]) == 0
    text = capsys.readouterr().out
    assert "example:\n  qbfgs advise" in text and max(map(len, text.splitlines())) <= 100


def test_a_distance_of_nothing_is_said_in_words():
    from qbfgs_desktop.studies.advice import Spread
    from qbfgs_tools.commands.advise import closer

    assert closer(Spread(0, 0, 0)) == "all of them at the minimum itself"
    assert closer(Spread(0, 0, 0.5)) == "95 % of them at the minimum itself"
    assert closer(Spread(0, 0.25, 0.5)) == "95 % of them within 0.25"


@pytest.mark.parametrize("command", ["solve", "sweep", "advise"])
def test_the_help_says_that_a_file_is_run(capsys, command):
    assert main([command, "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "its code runs on this machine with all your rights" in text
