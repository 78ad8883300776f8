"""Machine instructions of a solve on MicroPython's unix port (x86-64), counted by Valgrind.

Unlike times they do not depend on how busy the machine is. Each is a difference between processes
with one solve and with some more, so that start, import and the quantised start point are not in
it; how starts differ leaves less than one per cent.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import LIBRARY
from qbfgs_tools.lab.bench import times as bench_times
from qbfgs_tools.terminal.live_view import silent
from qbfgs_tools.virtual import interpreters

SIZES = {2: 10, 8: 2}  # parameters: how many more solves
VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
SUBJECTS = {"word": bench_times.WORD, "float": bench_times.FLOAT}
BASE = (builds.BYTECODE, bench_times.FLOAT)  # build and subject of what ratios are to
SCRIPT = """
import sys
from bench_subjects import START, FloatBFGS, FloatRosenbrock, IntRosenbrock
from qbfgs import Optimizer
from qbfgs.quantizer import quantize

subject, n, qp, target, epochs, times = sys.argv[1:]
n, qp, epochs = int(n), int(qp), int(epochs)
texts = START * (n // 2)
x0 = [quantize(t, qp) for t in texts] if subject == "word" else [float(t) for t in texts]
for _ in range(int(times)):
    if subject == "word":
        o = Optimizer(IntRosenbrock(n, qp), x0, target=0, max_epochs=epochs)
    else:
        o = FloatBFGS(FloatRosenbrock(n), x0, 0.25, float(target), epochs)
    while o.step():
        pass
print(o.epochs)
"""


class Instructions(NamedTuple):
    """Of a solve, on average: n, where, build and subject as in `bench_times.Time`."""

    n: int
    where: str
    build: str
    subject: str
    epochs: int
    solve: int


def available():
    """(True, "") when Valgrind is there, else (False, a sentence)."""
    if shutil.which(VALGRIND[0]) is None:
        return False, "Valgrind is not installed (Debian: apt-get install valgrind)"
    return True, ""


def counts(sizes=SIZES, progress=silent):
    """An `Instructions` for each build, of the core and of the float BFGS; progress: a
    `LiveView.track` of them."""
    with tempfile.TemporaryDirectory() as root:
        there, _ = bench_times.places(root, (interpreters.UnixPort(),))
        wanted = [
            (place, subject, n)
            for n in sizes
            for place in there
            for subject in SUBJECTS
            if place.form != builds.VIPER or subject == "word"
        ]
        for one in progress(wanted, len(wanted)):
            yield count(*one)


def count(place, subject, n):
    """The `Instructions` of one subject ("word" or "float") in a `bench_times.Place`."""
    one, _ = _run(place, subject, n, 1)
    more, epochs = _run(place, subject, n, 1 + SIZES[n])
    where = place.interpreter.name
    solve = (more - one) // SIZES[n]
    return Instructions(n, where, place.form, SUBJECTS[subject], epochs, solve)


def _run(place, subject, n, times):
    """(instructions, epochs of the last solve) of a process."""
    script = Path(place.folder, "solves.py")
    script.write_text(SCRIPT)
    words = (subject, n, bench_times.QP, bench_times.TARGET, bench_times.EPOCHS, times)
    path = [str(place.folder / LIBRARY)]
    command = place.interpreter.command(str(script), path, [str(word) for word in words], None)
    environment = {**os.environ, **place.interpreter.environment(path)}
    result = subprocess.run([*VALGRIND, *command], env=environment, capture_output=True, check=True)
    counted = re.search(r"I\s+refs:\s+([\d,]+)", result.stderr.decode())
    return int(counted.group(1).replace(",", "")), int(result.stdout)
