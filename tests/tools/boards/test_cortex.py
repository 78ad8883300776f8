"""The whole workflow on the emulated Cortex-M3, in every build: its bits are the desk's."""

import json
import random
from pathlib import Path

import pytest
from virtual_boards import eventually, require

from qbfgs import minimize
from qbfgs.problems.rosenbrock import Rosenbrock
from qbfgs.quantizer import quantize
from qbfgs_desktop.boards.replay import replay
from qbfgs_desktop.boards.report import Checkpoint, Final, Header, Notice, Reader
from qbfgs_tools.boards import places, traces
from qbfgs_tools.boards.link import Link
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.cli import main
from qbfgs_tools.virtual import cortex
from qbfgs_tools.virtual.cortex import CortexBoard

TRACES = Path(__file__).resolve().parents[2] / "traces"
FORMS = (builds.SOURCE, *builds.FORMS, builds.LEAN, builds.ROM)
BIG = {builds.NATIVE: 320}  # KB of heap, where the board's own 192 are too few
LARGE = 1024  # KB, for the scripts of traces, which are compiled on the board
# All scripts run in viper, which `install` picks. Each takes seconds, and all run in other builds
# on other boards (tests/tools/builds): here the quickest, in machine code the widest.
QUICK = {builds.NATIVE: "trace_random"}
QUICKEST = "trace_newton"
EPOCHS = 60  # of each run in which the heap is watched; elsewhere 200
SILENCE = 600  # seconds, on however busy a machine
JOB = "problem rosenbrock\nqp 64\nstart -1.232 1.212\ncheckpoint 5\n"


@pytest.fixture(scope="module", autouse=True)
def uncounted():
    """No test here looks at times, and QEMU takes a third less where it counts no instructions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cortex, "CLOCK", [])
        yield


@pytest.fixture(scope="module")
def flash(tmp_path_factory):
    """flash(form): the folder of a board with that build, installed by the first who asks."""
    require(cortex)
    made = {}

    def flash(form):
        if form not in made:
            made[form] = tmp_path_factory.mktemp(form)
            words = options(made[form], BIG.get(form))
            assert main(["board", "install", *words, "--build", form]) == 0
        return made[form]

    return flash


def options(folder, heap=None):
    size = ["--heap", str(heap)] if heap else []
    return ["--board", places.CORTEX, "--folder", str(folder), *size]


@pytest.fixture
def call(capsys):
    """Runs `qbfgs board ...`; returns the exit code and what it printed."""

    def run(*words):
        capsys.readouterr()
        code = main(["board", *map(str, words)])
        return code, capsys.readouterr().out

    return run


def test_a_board_with_192_kb_gets_viper_by_itself(call, flash):
    code, text = call("install", *options(flash(builds.VIPER)), "--json")
    done = json.loads(text)
    assert code == 0
    assert (done["build"], done["notes"], done["copied"]) == ("viper", [], [])
    assert 190_000 < done["heap_size"] < 192 * 1024
    text = call("list")[1]
    assert "--board cortex-m3" in text and "cannot start" not in text.split("cortex-m3")[1][:80]


@pytest.mark.parametrize("form", FORMS)
def test_the_papers_rows(call, flash, form):
    code, text = call("verify", *options(flash(form), BIG.get(form)), "paper", "--json")
    rows = json.loads(text)
    assert code == 0
    assert len(rows) == 14
    assert all(row["equal"] and row["final"]["cost"] == 0 for row in rows)
    assert sum(row["final"]["epochs"] for row in rows) > 300


@pytest.mark.parametrize("form", FORMS)
def test_an_epoch_takes_no_heap(flash, form):
    with CortexBoard(flash(form), LARGE * 1024, boot=False) as board, Link(board.port) as link:
        link.soft_reset()
        text = (TRACES / "heap_epoch.py").read_text()
        fewer = text.replace("MOST_EPOCHS = 200", f"MOST_EPOCHS = {EPOCHS}")
        assert fewer != text
        said = link.execute(fewer, silence=SILENCE).decode()
    *lines, end = said.splitlines()
    assert end == f"end {len(lines)}" and len(lines) >= 24
    words = [line.split() for line in lines]
    assert all(w[3] == w[5] == "0" for w in words if w[0] == "bytes")
    assert all(w[4] == "complete" for w in words if w[0] == "locked")


@pytest.mark.parametrize("form", FORMS)
def test_traces(call, flash, form, monkeypatch):
    """All of them in viper, one in the other builds; the vectors in each."""
    monkeypatch.setattr(traces, "SILENCE", SILENCE)
    scripts = traces.scripts()
    if form != builds.VIPER:
        scripts = [script for script in scripts if script.stem == QUICK.get(form, QUICKEST)]
        assert scripts
    monkeypatch.setattr(traces, "scripts", lambda: scripts)
    code, text = call("test", *options(flash(form), LARGE), "--json")
    tests = json.loads(text)
    assert code == 0
    assert {script.stem for script in scripts} < {test["test"] for test in tests}
    assert all(test["equal"] == test["of"] and test["room"] for test in tests)


def test_a_run_goes_on_there_and_at_the_desk(call, flash, tmp_path):
    job = tmp_path / "job.txt"
    job.write_text(JOB)
    where = options(flash(builds.LEAN))
    code, text = call("run", *where, job, "--json")
    assert code == 0
    whole = json.loads(text)[0]["final"]
    on_board = json.loads(call("resume", *where, "--json")[1])[0]
    at_desk = json.loads(call("resume", *where, "--desk", "--json")[1])
    assert on_board["equal"] and on_board["final"]["checksum"] == whole["checksum"]
    assert (at_desk["checksum"], at_desk["epochs"]) == (whole["checksum"], whole["epochs"])
    assert 0 < at_desk["resumed"] <= whole["epochs"]


class Heard:
    """What a board says, whether or not somebody has its port open."""

    def __init__(self):
        self.restart()

    def restart(self):
        self.reader, self.records = Reader(), []

    def __call__(self, data):
        self.records += self.reader.feed(data)
        return data

    def count(self, kind):
        return sum(isinstance(record, kind) for record in self.records)


def test_power_cuts_lose_no_run(flash):
    """QEMU is killed a few checkpoints after each start, until the run has come to its end."""
    folder = flash(builds.LEAN)
    x0 = [quantize(text, 1000) for text in ("-1.232", "1.212")]
    undisturbed = minimize(Rosenbrock(1000), x0, mode="compensated")
    with CortexBoard(folder, boot=False) as board, Link(board.port) as link:
        link.write_file("main.py", b"from qbfgs_board.runner import run\nrun('job.txt')\n")
        text = "problem rosenbrock\nqp 1000\nstart -1.232 1.212\ncheckpoint 1\n"
        link.write_file("job.txt", text.encode())
        for name in ("qbfgs.a", "qbfgs.b"):
            link.remove_file(name)
    heard, rng = Heard(), random.Random(11)
    cuts = 0
    with CortexBoard(folder, tamper=heard, power=False) as board:
        while not heard.count(Final):
            begun, most = heard.count(Header), heard.count(Checkpoint) + rng.randint(0, 9)
            board.power_on()
            assert eventually(lambda n=begun: heard.count(Header) > n, SILENCE)
            assert eventually(
                lambda n=most: heard.count(Checkpoint) >= n or heard.count(Final), SILENCE
            )
            board.power_off()
            cuts += not heard.count(Final)
            heard.reader = Reader()
        headers = [record for record in heard.records if isinstance(record, Header)]
        final = heard.records[-1]
    assert cuts >= 4 and sum(header.resumed is not None for header in headers) >= 3
    assert (final.checksum, final.epochs) == (undisturbed.checksum, undisturbed.epochs)
    assert not any(record.fatal for record in heard.records if isinstance(record, Notice))
    assert replay(heard.records).difference == ""
    with CortexBoard(folder, boot=False) as board, Link(board.port) as link:
        link.remove_file("main.py")
