"""`qbfgs sweep`, as its users meet it."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from qbfgs import minimize
from qbfgs_desktop.sweep.lock import Lock
from qbfgs_tools.cli import main

WORDS = ["sweep", "rosenbrock", "--low=-4,-5", "--high=4,5", "--qp=16,64", "--target=0"]
BOWL = """
class Bowl:
    def __init__(self, qp):
        self.n, self.qp, self.cost_scale = 2, qp, qp * qp
        self.start = ("1.5", "-1")

    def cost(self, x):
        return x[0] * x[0] + 3 * x[1] * x[1]

    def gradient(self, x):
        return [2 * x[0], 6 * x[1]]
"""


def call(capsys, *words):
    """Runs a command line that must succeed; returns what it prints."""
    assert main([str(word) for word in words]) == 0
    text, complaints = capsys.readouterr()
    assert complaints == ""
    return text


def refused(capsys, *words):
    """Runs a command line that must be refused in one sentence, and returns that."""
    assert main([str(word) for word in words]) == 2
    text, complaint = capsys.readouterr()
    assert text == "" and complaint.startswith("qbfgs: ") and complaint.count("\n") == 1
    return complaint


def test_the_table_tells_what_the_file_holds(capsys, tmp_path):
    path = tmp_path / "a.npz"
    words = [*WORDS, "--starts=20", "--mode=compensated,paper", "--pairs=1,2", "--workers=1"]
    text = call(capsys, *words, "--out", path)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file}
    rows = [line.split() for line in text.splitlines() if line.split()[:1] in (["16"], ["64"])]
    assert [row[:4] for row in rows] == [
        [qp, mode, pairs, "20"]
        for qp in ("16", "64")
        for mode in ("compensated", "paper")
        for pairs in ("1", "2")
    ]
    for row, status, epochs in zip(rows, arrays["status"], arrays["epochs"], strict=True):
        assert int(row[4]) == (status != 1).sum()
        assert row[-1] == str(max(epochs[status == 1], default="-"))
    data = json.loads(call(capsys, *words, "--out", path, "--json"))
    assert data["runs"] == 160 and data["cases"][0]["case"]["settings"]["pairs"] == 1


def test_the_command_that_is_printed_repeats_the_file(capsys, tmp_path):
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    words = ("sweep", "extended-rosenbrock", "--n=4", "--qp=32", "--starts=3", "--seed=5")
    call(capsys, *words, "--chunk=2", "--workers=2", "--out", first)
    with np.load(first) as file:
        command = json.loads(file["plan"].item())["command"].split()
    assert command[0] == "qbfgs" and command[-1] == "--out=FILE.npz"
    call(capsys, *command[1:-1], "--workers=1", f"--out={second}")
    assert first.read_bytes() == second.read_bytes()


def test_an_objective_of_ones_own(capsys, tmp_path):
    (tmp_path / "bowl.py").write_text(BOWL)
    path = tmp_path / "a.npz"
    words = ("sweep", tmp_path / "bowl.py", "--qp=10", "--grid=3,2", "--workers=2")
    assert "Bowl, 6 runs" in call(capsys, *words, "--out", path)
    with np.load(path) as file:
        assert file["start"][0].tolist() == [[x, y] for x in (-5, 15, 35) for y in (-30, 10)]
        assert (file["x"] == 0).all()
        space = {}
        exec(json.loads(file["plan"].item())["source"]["text"], space)
        o = minimize(space["Bowl"](10), [-5, -30])
        assert file["checksum"][0, 0] == o.checksum


def test_killed_and_resumed(capsys, tmp_path):
    psutil = pytest.importorskip("psutil")
    words = [*WORDS, "--starts=300", "--chunk=20"]
    path = tmp_path / "a.npz"
    command = [sys.executable, "-m", "qbfgs_tools.cli", *words, f"--out={path}", "--workers=2"]
    process = subprocess.Popen(command)
    deadline = time.monotonic() + 1800
    while len(list(tmp_path.glob("a.npz.chunks/*[0-9]"))) < 3:
        assert process.poll() is None and time.monotonic() < deadline
    workers = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not path.exists()
    gone, alive = psutil.wait_procs(workers, 600)
    assert not alive  # orphans end by themselves
    call(capsys, *words, "--workers=1", f"--out={path}")
    call(capsys, *words, "--workers=2", f"--out={tmp_path / 'b.npz'}")
    assert path.read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["a.npz", "b.npz"]


def test_ctrl_c_says_how_to_go_on(tmp_path):
    path = tmp_path / "a.npz"
    command = [sys.executable, "-m", "qbfgs_tools.cli", *WORDS, "--starts=3000", "--chunk=20"]
    process = subprocess.Popen(
        [*command, f"--out={path}"],
        stderr=subprocess.PIPE,
        text=True,
        # a suite in the background of a shell ignores SIGINT, and so would what it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 1800
    while not list(tmp_path.glob("a.npz.chunks/*[0-9]")):
        assert process.poll() is None and time.monotonic() < deadline
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=1800)
    assert process.returncode == 130, complaint
    said = "qbfgs: interrupted: what is done is kept, the same command goes on\n"
    assert complaint.endswith(said)  # after lines about how far it is, where that took long


def test_a_dask_scheduler(capsys, tmp_path):
    distributed = pytest.importorskip("distributed")
    words = [*WORDS, "--starts=20", "--chunk=6"]
    with distributed.LocalCluster(
        1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        call(capsys, *words, "--scheduler", address, "--out", tmp_path / "a.npz")
    call(capsys, *words, "--workers=1", "--out", tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("sweep banana", "no problem 'banana': there are rosenbrock"),
        ("sweep nowhere.py", "cannot read nowhere.py"),
        ("sweep rosenbrock --qp 0", "Qp must be 1 or more"),
        ("sweep rosenbrock --qp 16,many", "--qp"),
        ("sweep rosenbrock --qp 200000", "use a smaller Qp or box"),
        ("sweep rosenbrock --n 4", "--n is not for it"),
        ("sweep extended-rosenbrock --n 3", "not 3"),
        ("sweep rosenbrock --mode paper,fast", "unknown mode 'fast'"),
        ("sweep rosenbrock --low=1,2,3", "--low gives 3 numbers for 2 parameters"),
        ("sweep rosenbrock --low=9", "9 is above"),
        ("sweep rosenbrock --low=a", "'a' is not a decimal number"),
        ("sweep rosenbrock --grid=3,4,5", "--grid takes one number, or 2"),
        ("sweep rosenbrock --starts=0", "must be 1 or more"),
        ("sweep rosenbrock --starts=9 --grid=3", "not allowed with argument --starts"),
        ("sweep rosenbrock --seed=-1", "--seed must be 0 or more"),
        ("sweep rosenbrock --target=low", "low"),
        ("sweep rosenbrock --polls=-1", "polls must be 0 or more"),
        ("sweep rosenbrock --scheduler=tcp://127.0.0.1:9", "no Dask scheduler at tcp://127"),
    ],
)
def test_bad_input_gets_one_sentence(capsys, tmp_path, monkeypatch, words, sentence):
    from qbfgs_desktop.sweep import executors

    monkeypatch.setattr(executors, "TIMEOUT", 0.5)
    assert sentence in refused(capsys, *words.split(), "--out", tmp_path / "a.npz")
    assert not any(tmp_path.iterdir())


def test_a_place_that_cannot_be_written(capsys, tmp_path):
    words = [*WORDS, "--starts=2", "--workers=1"]
    assert "must end in .npz" in refused(capsys, *words, "--out", tmp_path / "a.parquet")
    assert "cannot write" in refused(capsys, *words, "--out", tmp_path / "no" / "a.npz")


def test_another_sweeps_file_stays(capsys, tmp_path):
    path = tmp_path / "a.npz"
    words = ("sweep", "beale", "--qp=16", "--workers=1", "--out", path)
    call(capsys, *words, "--starts=2")
    before = path.read_bytes()
    assert "take another --out, or delete it" in refused(capsys, *words, "--starts=3")
    assert path.read_bytes() == before
    path.write_text("mine")
    complaint = refused(capsys, *words, "--starts=2")
    assert "a.npz is no file of a sweep, or damaged: take another --out" in complaint
    assert path.read_text() == "mine"


def test_a_second_sweep_to_the_same_file_is_told(capsys, tmp_path):
    lock = Lock(tmp_path / "a.npz.chunks")
    words = [*WORDS, "--starts=2", "--workers=1", "--out", tmp_path / "a.npz"]
    assert "is in use by another process: wait for its end" in refused(capsys, *words)
    lock.release()
    call(capsys, *words)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("class A(:\n", "the file fails: SyntaxError"),
        ("x = 1\n", "which class?"),
        (BOWL + BOWL.replace("Bowl", "Other"), "with cost and gradient: Bowl, Other"),
        (BOWL.replace("self, qp", "self"), "Bowl must take qp"),
        (BOWL.replace("3 * x[1] * x[1]", "1.5"), "must be an int"),
        (BOWL.replace("2 * x[0]", "1 // 0"), "the objective fails: ZeroDivisionError"),
    ],
)
def test_files_that_are_wrong(capsys, tmp_path, text, sentence):
    path = tmp_path / "mine.py"
    path.write_text(text)
    words = ("sweep", path, "--qp=16", "--starts=2", "--workers=1", "--out", tmp_path / "a.npz")
    assert sentence in refused(capsys, *words)
    assert not (tmp_path / "a.npz").exists()


def test_one_class_of_a_file(capsys, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(BOWL + BOWL.replace("Bowl", "Other"))
    words = ("--qp=16", "--starts=2", "--workers=1", "--out")
    text = call(capsys, "sweep", f"{path}:Other", *words, tmp_path / "a.npz")
    assert "Other, 2 runs" in text
    complaint = refused(capsys, "sweep", f"{path}:Third", *words, tmp_path / "b.npz")
    assert "no problem 'Third': there are Bowl, Other" in complaint


def test_help(capsys):
    assert main(["sweep", "--help"]) == 0
    text = capsys.readouterr().out
    assert "example:\n  qbfgs sweep" in text and max(map(len, text.splitlines())) <= 100
