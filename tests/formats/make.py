"""Makes the specimens of docs/formats.md: what the present code writes, a small file a format.

    python tests/formats/make.py

The same sources give the same bytes; a test makes them again and compares. Bytes are kept as text,
32 of them a line in hex. `job.txt` is written by hand.
"""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from qbfgs import Optimizer
from qbfgs.checkpoints import dump
from qbfgs.problems import ExtendedRosenbrock, Rosenbrock

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LABEL = -987654321
# (problem, start, settings, epochs) of a run whose checkpoint is kept.
RUNS = {
    "compensated": (Rosenbrock, 2, 128, {"mode": "compensated", "target": 0}, 30),
    "bounded": (Rosenbrock, 2, 1000, {"mode": "compensated", "pairs": 3, "upper": [900, None]}, 30),
    "refined": (ExtendedRosenbrock, 4, 256, {"mode": "limited", "refine": 4}, 12),
    "measured": (Rosenbrock, 2, 64, {"mode": "compensated", "noise": "auto"}, 30),
    "newton": (Rosenbrock, 2, 64, {"mode": "newton", "target": -1}, 8),
    "paper": (Rosenbrock, 2, 64, {"mode": "paper", "target": -1}, 20),
    "steepest": (Rosenbrock, 2, 64, {"mode": "steepest", "max_epochs": 99}, 12),
    "fixed-rate": (Rosenbrock, 2, 32, {"mode": "fixed-rate"}, 9),
}
# The board's side in a process of its own, with a clock and a heap that are made up.
BOARD = """
import sys
sys.path[:0] = {folders!r}
from qbfgs_board import clock, heap, runner

class Time:
    now = 0
    def ticks(self):
        self.now += 125
        return self.now

class Heap:
    now = 4096
    def collect(self):
        self.now = 4096
    def mem_alloc(self):
        self.now += 16
        return self.now
    def mem_free(self):
        return 65536 - self.now

clock._ticks, clock._UNIT = Time().ticks, 1
clock._difference = lambda end, start: end - start
heap.gc, heap._MEASURED = Heap(), True
runner.run("job.txt")
"""
JOB = "problem rosenbrock\nqp 16\nstart -1.232 1.212\ntarget 0\ncheckpoint 8\nmax_epochs %d\n"
CSV = "mm,degC\n" + "".join(f"{k},{20 + 3 * k / 10 + k % 3 / 10:.1f}\n" for k in range(12))
CLASSES = "a,b,kind\n" + "".join(
    f"{k % 5},{k * k % 7}.25,{'blue' if k % 5 > 2 else 'red'}\n" for k in range(15)
)


def run(name):
    """The problem of one of `RUNS`, and the optimiser after its epochs."""
    kind, n, qp, settings, epochs = RUNS[name]
    problem = kind(qp)
    start = [-2 * qp // 16 * 16, qp // 16 * 16] * (n // 2)
    optimizer = Optimizer(problem, start, certify=True, **settings)
    while optimizer.epochs < epochs:
        assert optimizer.step()
    return problem, optimizer


def in_hex(data):
    """Bytes as lines of hex."""
    return "".join(data[k : k + 32].hex() + "\n" for k in range(0, len(data), 32))


def of_board():
    """(serial report, checkpoint file) of a board: a run cut off after a checkpoint, one that finds
    a damaged file and goes on to its end, and one that fails."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        source = BOARD.format(folders=[str(ROOT / "firmware"), str(ROOT / "shared")])
        report = b""
        for job in (JOB % 20, JOB % 200, "problem rosenbrock\nqp sixteen\n"):
            (path / "job.txt").write_text(job)
            command = [sys.executable, "-c", source]
            report += subprocess.run(command, cwd=folder, stdout=-1, check=True).stdout
            if job == JOB % 20:
                kept = (path / "qbfgs.b").read_bytes()
                damaged = bytearray((path / "qbfgs.a").read_bytes())
                damaged[20] ^= 1
                (path / "qbfgs.a").write_bytes(damaged)
    return report.decode(), kept


def trace():
    """What a trace script prints of the run that the report is about, as a text."""
    source = (
        "from tracing import end, run\nfrom qbfgs import Optimizer\n"
        "from qbfgs.problems import Rosenbrock\n"
        "o = Optimizer(Rosenbrock(16), [-20, 19], 'compensated', target=0)\n"
        "run(o, 'rosenbrock', 16)\nend()\n"
    )
    folders = os.pathsep.join([str(ROOT / "shared"), str(ROOT / "tests" / "traces")])
    environment = {**os.environ, "PYTHONPATH": folders}
    command = [sys.executable, "-c", source]
    return subprocess.run(command, env=environment, stdout=-1, check=True, text=True).stdout


def of_fit():
    """(data file, model of a number, model of classes)."""
    from qbfgs_desktop.fits import datasets
    from qbfgs_tools.cli import main

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "line.csv").write_text(CSV)
        (path / "classes.csv").write_text(CLASSES)
        data = datasets.to_bytes(datasets.load(path / "classes.csv", target="kind"))
        models = []
        for name, recipe, target in (("line", "linear", "degC"), ("classes", "softmax", "kind")):
            out = path / f"{name}.json"
            words = ["fit", path / f"{name}.csv", "--model", recipe, "--target", target]
            words += ["--qp", "1024", "--out", out]
            with contextlib.redirect_stdout(io.StringIO()):
                assert main([str(word) for word in words]) == 0
            models.append(out.read_text())
    return data, *models


class InProcess:
    """Where a sweep is computed: here."""

    lost, width = (), 1

    @contextlib.contextmanager
    def open(self):
        """An executor of one thread."""
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as pool:
            yield pool


def of_sweep():
    """(file of results, plan of the folder beside it, its first chunk).

    The checksum of the core in the plan is a made-up one: the true one changes with every change of
    a comment.
    """
    from qbfgs_desktop.objectives import Source
    from qbfgs_desktop.sweep import journal, sweep
    from qbfgs_desktop.sweep.plan import Plan
    from qbfgs_desktop.sweep.starts import Random

    starts = Random(("-4", "-5"), ("4", "5"), 3, 1)
    settings = (("target", ("0",)), ("max_epochs", (60,)))
    modes = ("compensated", "paper")
    plan = Plan(Source("rosenbrock"), starts, (16, 1000), modes, settings, 2, core="0123abcd")
    kept, sweep.core_checksum = sweep.core_checksum, lambda: plan.core
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sweep.npz"
            book = journal.Journal(path, plan)
            number, chunk = book.missing()[0]
            book.put(number, sweep.run_chunk(plan, (number, chunk)))
            beside = (book.folder / "plan.json").read_text()
            first = (book.folder / "00000000").read_bytes()
            sweep.sweep(plan, path, InProcess())
            return path.read_bytes(), beside, first
    finally:
        sweep.core_checksum = kept


def made():
    """{name: text} of all specimens."""
    files = {f"checkpoint-{name}.hex": in_hex(dump(run(name)[1], LABEL)) for name in RUNS}
    files["report.txt"], board = of_board()
    files["board-checkpoint.hex"] = in_hex(board)
    files["trace.txt"] = trace()
    data, files["model-number.json"], files["model-classes.json"] = of_fit()
    files["data.hex"] = in_hex(data)
    results, files["sweep-plan.json"], chunk = of_sweep()
    files["sweep-npz.hex"], files["sweep-chunk.hex"] = in_hex(results), in_hex(chunk)
    return files


if __name__ == "__main__":
    for file, text in made().items():
        (HERE / file).write_text(text)
