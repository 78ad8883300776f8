"""Time and heap of an epoch on every board that runs here, virtual ones and interpreters alike.

All run the same job through the firmware, and their own clock and collector tell.
"""

import io
import tempfile
from pathlib import Path
from typing import NamedTuple

from qbfgs_desktop.replay import replay
from qbfgs_desktop.report import Reader
from qbfgs_tools import board_run, interpreters
from qbfgs_tools.arguments import UserError
from qbfgs_tools.board_report import heap_per_epoch, per_epoch
from qbfgs_tools.installation import LIBRARY, compiled, install, sources
from qbfgs_tools.jobs import from_text
from qbfgs_tools.link import Link
from qbfgs_tools.live_view import LiveView
from qbfgs_tools.places import UNIX, UNIX32, availability
from qbfgs_tools.virtual_unix import UnixBoard

JOB = "problem rosenbrock\nqp 1024\nstart -1.232 1.212\ntarget 0\n"
HEAP = 512 * 1024
CORE = f"{LIBRARY}/qbfgs/"
NATIVE = ("-march=x64", "-X", "emit=native")
# An interpreter's file system may begin anew with each process, so the job is written there.
BOOT = """
import os, sys
os.chdir(sys.path[0])
with open("job.txt", "w") as file:
    file.write({job!r})
from qbfgs_board.runner import run
run("job.txt")
"""


class Row(NamedTuple):
    """One board. emulated: its times say nothing about a real one. us, heap: of an epoch, None
    where unknown. equal: whether all records equal the desk's. reason: why it did not run."""

    board: str
    emulated: bool
    us: int | None
    heap: int | None
    epochs: int
    equal: bool
    reason: str


def on_interpreter(interpreter):
    """The `Row` of an interpreter that runs the board's files."""
    name = interpreter.name
    emulated = isinstance(interpreter, interpreters.LinuxArm)
    ok, reason = interpreter.available()
    if not ok:
        return Row(name, emulated, None, None, 0, False, reason)
    with tempfile.TemporaryDirectory() as folder:
        for path, data in sources().items():
            place = Path(folder, path.removeprefix(LIBRARY + "/"))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        boot = Path(folder, "boot.py")
        boot.write_text(BOOT.format(job=JOB))
        result = interpreter.run(boot, heap=HEAP)
        name = f"{name}: {interpreter.version()}"
    reader = Reader()
    records = reader.feed(result.stdout) + reader.close()
    run = board_run.Run(records, reader.damaged, replay(records), "")
    return _row(name, emulated, run)


def on_port(name, port):
    """The `Row` of a board with qbfgs installed; its checkpoints go."""
    with Link(port) as link:
        board_run.prepare(link, from_text("timing", JOB))
        run = board_run.run(link, LiveView(1, io.StringIO()))
        name = f"{name}: MicroPython {'.'.join(map(str, link.version))}, {link.platform}"
    return _row(name, False, run)


def on_unix(board, native):
    """The `Row` of a virtual unix board; native: with the core as machine code of this desk."""
    name = f"board {board}, " + ("native core" if native else "bytecode")
    ok, reason = availability(board)
    if not ok:
        return Row(name, False, None, None, 0, False, reason)
    files = sources()
    if native:
        try:
            files = compiled(files, CORE, NATIVE)
        except UserError as error:
            return Row(name, False, None, None, 0, False, str(error))
    with tempfile.TemporaryDirectory() as folder, _started(folder, board) as made:
        with Link(made.port) as link:
            install(link, files)
        return on_port(name, made.port)


def _started(folder, board):
    return UnixBoard(folder, HEAP, boot=False, name=board)


def _row(name, emulated, run):
    grown = heap_per_epoch(run)
    equal = run.verdict.equal
    return Row(name, emulated, per_epoch(run), grown, run.verdict.compared, equal, run.error)


def rows(port=None):
    """The rows, as they are made; port: a real board's too."""
    if port:
        yield on_port(port, port)
    yield on_unix(UNIX, native=False)
    yield on_unix(UNIX, native=True)
    yield on_unix(UNIX32, native=False)
    for interpreter in interpreters.every():
        if not isinstance(interpreter, interpreters.UnixPort):
            yield on_interpreter(interpreter)


def count(port=None):
    """How many rows there are."""
    return len(interpreters.every()) + 1 + bool(port)
