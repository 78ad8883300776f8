"""A fit of 100 rows on the emulated Cortex-M3, beside a plain Gauss-Newton in the board's float32.

The same board, started anew for each, runs all of them. QEMU counts the instructions; heap is the
least with which a fit comes to its end, the modules that it imports and its rows included.
"""

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from qbfgs_tools.boards.errors import OutOfMemory
from qbfgs_tools.boards.link import Link
from qbfgs_tools.boards.places import CORTEX, powered
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import LIBRARY, sources
from qbfgs_tools.lab import fit_subjects
from qbfgs_tools.terminal.live_view import silent
from qbfgs_tools.virtual.cortex import INSTRUCTIONS_PER_TICK

QBFGS, FLOATS = "qbfgs.fit", "Gauss-Newton in float32"
WAYS = {QBFGS: "qbfgs", FLOATS: "floats"}
FULL, OFTEN = -1, 4096  # collections: when the heap is full, or after so many bytes
CASES = (
    (builds.BYTECODE, QBFGS, FULL),
    (builds.BYTECODE, QBFGS, OFTEN),
    (builds.LEAN, QBFGS, FULL),
    (builds.LEAN, QBFGS, OFTEN),
    (builds.BYTECODE, FLOATS, FULL),
)
HEAP_KB = 192  # as much as a Raspberry Pi Pico has
FEWEST_KB, STEP_KB = 4, 4
SILENCE = 600  # seconds that a fit may take, on however busy a machine
SCRIPT = Path(__file__).with_name("fit_on_board.py")
UNUSED = tuple(f"{LIBRARY}/qbfgs/{room}/" for room in "calibrate data measured models".split())
SUBJECTS = Path(fit_subjects.__file__)


class Measured(NamedTuple):
    """One way in one build. threshold: see FULL and OFTEN. passes: over the rows; imported, fit:
    instructions, of the fit with its garbage collections, in a heap of `heap` KB; least: KB of heap
    with which it still ran, in steps of 4, None where it was not asked; parameters: floats.

    With OFTEN heap is the least, for that is when one would do so."""

    build: str
    subject: str
    threshold: int
    passes: int
    imported: int
    fit: int
    heap: int
    least: int | None
    parameters: tuple


def measure(cases=CASES, heaps=True, progress=silent):
    """[`Measured`] for (build, subject, threshold); heaps: whether the least heap is looked for.

    progress: a `LiveView.track` of them.
    """
    return [_measured(*case, heaps) for case in progress(cases, len(cases))]


def _measured(form, subject, threshold, heaps):
    words = [WAYS[subject], str(threshold)]
    with tempfile.TemporaryDirectory() as folder:
        with _link(folder, HEAP_KB) as link:
            for path, data in _files(form, subject, link.mpy).items():
                link.write_file(path, data)
        said = _said(folder, words, HEAP_KB)
        heap, least = HEAP_KB, None
        if heaps:
            least, lean = _least(folder, words)
            if threshold == OFTEN:
                heap, said = least, lean
    first, *texts = said
    passes, imported, fit = map(int, first.split())
    counts = (round(ticks * INSTRUCTIONS_PER_TICK) for ticks in (imported, fit))
    parameters = tuple(map(float, texts))
    return Measured(form, subject, threshold, passes, *counts, heap, least, parameters)


def _least(folder, words):
    """(the least heap in KB, what was said there)."""
    low, high, said = FEWEST_KB, HEAP_KB, None  # fails with the one, runs with the other
    while high - low > STEP_KB:
        middle = (low + high) // 2 // STEP_KB * STEP_KB
        try:
            said = _said(folder, words, middle)
            high = middle
        except OutOfMemory:
            low = middle
    return high, said


@contextmanager
def _link(folder, kilobytes):
    with powered(CORTEX, folder, kilobytes) as board, Link(board.port) as link:
        yield link


def _said(folder, words, kilobytes):
    """The lines of the script. Raises OutOfMemory without enough heap."""
    code = f"import sys\nsys.argv[:] = {words!r}\nimport fit_on_board"
    with _link(folder, kilobytes) as link:
        said = link.execute(code, silence=SILENCE, doing="it fitted")
    return said.decode().split("\n")[:4]


def _files(form, subject, mpy):
    """{path: bytes} of what the board holds, without rooms that the fit does not enter."""
    files = {f"{LIBRARY}/{path.name}": path.read_bytes() for path in (SCRIPT, SUBJECTS)}
    made = builds.build(builds.BYTECODE, files=files).files
    if subject == QBFGS:
        core = {path: data for path, data in sources().items() if path.startswith("lib/qbfgs/")}
        built = builds.fitting(form, mpy, core)
        made |= {path: data for path, data in built.items() if not path.startswith(UNUSED)}
    return made
