"""Instructions and heap of the core on the emulated Cortex-M3, in every build.

Beside it a bare BFGS in floats, compiled as the build is. QEMU counts the instructions; they are
the same in every run.
"""

import tempfile
from pathlib import Path
from typing import NamedTuple

from qbfgs_tools.boards.link import Link
from qbfgs_tools.boards.places import CORTEX, availability, powered
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import LIBRARY, sources
from qbfgs_tools.lab.bench import times as bench_times
from qbfgs_tools.terminal.live_view import silent
from qbfgs_tools.virtual.cortex import INSTRUCTIONS_PER_TICK

WHERE = "Cortex-M3, emulated"
SIZES = (2, 4, 8, 16)
FORMS = (builds.SOURCE, *builds.FORMS, builds.LEAN)
MACHINE_CODE = (builds.NATIVE, builds.VIPER)
HEAP_KB = 1024
SILENCE = 600  # seconds that a solve may take, on however busy a machine
SCRIPT = Path(__file__).with_name("on_board.py")
SUBJECT = f"{LIBRARY}/bench_subjects.py"


class Solve(NamedTuple):
    """One subject in one build. making: instructions to make the optimiser, the start's evaluation
    included; solve: of all its epochs, garbage collections left out. heap: bytes an epoch takes;
    held: bytes of the optimiser; both with its objective's. epochs, solved: as in
    `bench_times.Time`."""

    n: int
    build: str
    subject: str
    epochs: int
    solved: bool
    making: int
    solve: int
    heap: int
    held: int

    @property
    def epoch(self):
        """Instructions of an epoch on average."""
        return round(self.solve / self.epochs)


class Imported(NamedTuple):
    """instructions to import the core, bytes of heap that are in use then."""

    build: str
    instructions: int
    heap: int


def available():
    """(True, "") when the board can start here, else (False, a sentence)."""
    return availability(CORTEX)


def measure(sizes=SIZES, forms=FORMS, progress=silent):
    """([`Solve`], [`Imported`]); progress: a `LiveView.track` of the builds."""
    solves, imports = [], []
    for form in progress(forms, len(forms)):
        imported, *lines = _said(form, sizes)
        _, ticks, heap = imported
        imports.append(Imported(form, _instructions(ticks), int(heap)))
        for n, name, epochs, cost, making, steps, *heaps in lines:
            subject = bench_times.WORD if name == "word" else bench_times.FLOAT
            if subject == bench_times.FLOAT and form in (builds.VIPER, builds.LEAN):
                continue  # it is that of native, or of bytecode, again
            solved = float(cost) <= (bench_times.TARGET if name == "float" else 0)
            counts = _instructions(making), _instructions(steps)
            solves.append(
                Solve(int(n), form, subject, int(epochs), solved, *counts, *map(int, heaps))
            )
    return solves, imports


def _instructions(ticks):
    return round(int(ticks) * INSTRUCTIONS_PER_TICK)


def _said(form, sizes):
    """What the script prints on a board with a build: lists of words."""
    words = [str(word) for word in (bench_times.QP, bench_times.TARGET, bench_times.EPOCHS, *sizes)]
    with (
        tempfile.TemporaryDirectory() as folder,
        powered(CORTEX, folder, HEAP_KB) as board,
        Link(board.port) as link,
    ):
        for path, data in _files(form, link.mpy).items():
            link.write_file(path, data)
        link.soft_reset()
        link.execute(f"import sys\nsys.argv[:] = {words!r}")
        said = link.execute(SCRIPT.read_text(), silence=SILENCE, doing="it was measured")
    return [line.split() for line in said.decode().splitlines()]


def _files(form, mpy):
    """{path: bytes} of the core in a build and of the subjects, which are no kernels."""
    core = {path: data for path, data in sources().items() if path.startswith("lib/qbfgs/")}
    made = builds.fitting(form, mpy, core)
    subjects = {SUBJECT: bench_times.SUBJECTS.read_bytes()}
    other = builds.NATIVE if form in MACHINE_CODE else builds.BYTECODE
    if form != builds.SOURCE:
        subjects = builds.build(other, builds.architecture_of(mpy), subjects).files
    return {**made, **subjects}
