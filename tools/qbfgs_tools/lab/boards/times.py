"""Time and heap of an epoch on every board that runs here, virtual ones and interpreters alike.

All run the same job through the firmware, and their own clock and collector tell.
"""

import io
import tempfile
from pathlib import Path
from typing import NamedTuple

from qbfgs_desktop.boards.replay import replay
from qbfgs_desktop.boards.report import Reader
from qbfgs_tools.boards import run as board_run
from qbfgs_tools.boards.installation import install
from qbfgs_tools.boards.jobs import from_text
from qbfgs_tools.boards.link import Link
from qbfgs_tools.boards.places import CORTEX, UNIX, UNIX32, availability, powered
from qbfgs_tools.boards.told import heap_per_epoch, per_epoch
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import LIBRARY, sources
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.terminal.live_view import LiveView
from qbfgs_tools.virtual import interpreters

JOB = "problem rosenbrock\nqp 1024\nstart -1.232 1.212\ntarget 0\n"
HEAP_KB = 512
ROUNDS = 4  # runs of the job, of which the fastest counts: other programs share this desk
REAL, EMULATED, DESK = "real", "emulated", "this desk"
EMULATORS = ("qemu", "webassembly", "javascript")
PSEUDO = ("/dev/pts/", "/dev/ttyp", "/dev/ttys")  # pseudo-terminals of Linux, BSD and macOS
SYSTEMS = ("linux", "darwin", "win32")  # `sys.platform` of a MicroPython that is a program
# Virtual boards, and how qbfgs is installed there.
VIRTUAL = (
    (UNIX, builds.BYTECODE),
    (UNIX, builds.NATIVE),
    (UNIX, builds.VIPER),
    (UNIX32, builds.BYTECODE),
    (UNIX32, builds.VIPER),
    (CORTEX, builds.BYTECODE),
    (CORTEX, builds.NATIVE),
    (CORTEX, builds.VIPER),
)
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
    """One board. runs_on: REAL, or EMULATED or DESK, whose times say nothing about a real one. us,
    heap: of an epoch, None where unknown. epochs: compared in one run; equal: whether all records
    of every run equal the desk's. ran: False where the board is not to be had here. reason: why it
    did not run or end."""

    board: str
    runs_on: str
    us: int | None
    heap: int | None
    epochs: int
    equal: bool
    ran: bool
    reason: str


def on_interpreter(interpreter):
    """The `Row` of an interpreter that runs the board's files."""
    name = interpreter.name
    runs_on = EMULATED if isinstance(interpreter, interpreters.LinuxArm) else DESK
    ok, reason = interpreter.available()
    if not ok:
        return _absent(name, runs_on, reason)
    with tempfile.TemporaryDirectory() as folder:
        _put(sources(), folder)
        boot = Path(folder, "boot.py")
        boot.write_text(BOOT.format(job=JOB))
        runs = [_run(interpreter, boot) for _ in range(ROUNDS)]
        name = f"{name}: {interpreter.version()}"
    return _row(name, runs_on, runs)


def _put(files, folder):
    for path, data in files.items():
        place = Path(folder, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _run(interpreter, boot):
    result = interpreter.run(boot, [boot.parent / LIBRARY], heap=HEAP_KB * 1024)
    reader = Reader()
    records = reader.feed(result.stdout) + reader.close()
    return board_run.Run(records, reader.damaged, replay(records), "")


def on_port(name, port):
    """The `Row` of a board with qbfgs installed; its checkpoints go."""
    with Link(port) as link:
        job = from_text("timing", JOB)
        board_run.prepare(link, job)
        rounds = 1 if link.platform in EMULATORS else ROUNDS  # a count is always the same
        runs = [board_run.run(link, LiveView(1, io.StringIO()), job) for _ in range(rounds)]
        name = f"{name}: MicroPython {'.'.join(map(str, link.version))}, {link.platform}"
        place = runs_on(port, link.platform)
    return _row(name, place, runs)


def runs_on(port, platform):
    """Where the MicroPython on a port runs: nothing but a board is on a port of hardware."""
    if platform in SYSTEMS:
        return DESK
    hardware = "://" not in port and not port.startswith(PSEUDO)
    return REAL if hardware and platform not in EMULATORS else EMULATED


def on_virtual(board, form):
    """The `Row` of a virtual board with a build of `qbfgs_tools.builds.forms`."""
    name = f"board {board}, {form}"
    place = EMULATED if board == CORTEX else DESK
    ok, reason = availability(board)
    if not ok:
        return _absent(name, place, reason)
    with tempfile.TemporaryDirectory() as folder:
        with powered(board, folder, HEAP_KB) as made:
            with Link(made.port) as link:
                try:
                    install(link, builds.fitting(form, link.mpy, sources()))
                except UserError as error:
                    return _absent(name, place, str(error))
            return on_port(name, made.port)


def _absent(name, runs_on, reason):
    return Row(name, runs_on, None, None, 0, False, False, reason)


def _row(name, runs_on, runs):
    """Of the first run that went wrong, else of the fastest."""
    wrong = [run for run in runs if not run.verdict.equal]
    run = wrong[0] if wrong else min(runs, key=lambda run: per_epoch(run) or 0)
    compared = run.verdict.compared
    measured = per_epoch(run), heap_per_epoch(run)
    return Row(name, runs_on, *measured, compared, not wrong, True, run.error)


def rows(port=None):
    """The rows, as they are made; port: that of another board, too."""
    if port:
        yield on_port(port, port)
    for board, form in VIRTUAL:
        yield on_virtual(board, form)
    for interpreter in interpreters.every():
        if not isinstance(interpreter, interpreters.UnixPort):
            yield on_interpreter(interpreter)


def count(port=None):
    """How many rows there are."""
    others = [i for i in interpreters.every() if not isinstance(i, interpreters.UnixPort)]
    return len(VIRTUAL) + len(others) + bool(port)
