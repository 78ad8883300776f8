"""The board that a command is for: a real one on a port, or a virtual one started for it."""

import contextlib
import os
import sys
from pathlib import Path

from qbfgs_tools.terminal.arguments import UserError, positive

UNIX, UNIX32, CORTEX = "unix", "unix32", "cortex-m3"
ABOUT = {
    UNIX: "MicroPython's unix port, 64 bits, with a heap limit and a folder as flash",
    UNIX32: "the same with 32 bits, small integers and heap as on a 32-bit board",
    CORTEX: "Cortex-M3 emulated by QEMU: MicroPython 1.25, flash, ROM, a count of instructions",
}
HEAP_KB = {UNIX: 256, UNIX32: 256, CORTEX: 192}  # 192 is about that of a Raspberry Pi Pico


def availability(name):
    """(True, "") when this machine can start the virtual board, else (False, a sentence)."""
    if not _has_terminals():
        return (
            False,
            f"virtual boards need pseudo-terminals, which this system ({sys.platform}) lacks",
        )
    if name == CORTEX:
        from qbfgs_tools.virtual import cortex

        return cortex.available()
    from qbfgs_tools.virtual import unix as virtual_unix

    return virtual_unix.available(name)


def _has_terminals():
    try:
        import fcntl  # noqa: F401
        import pty  # noqa: F401
    except ImportError:
        return False
    return True


def default_folder(name=UNIX):
    """Where a virtual board keeps its files between commands."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "qbfgs" / f"{name}-board"


def add_board(parser, required=True):
    """The options that say which board."""
    which = parser.add_mutually_exclusive_group(required=required)
    which.add_argument("--port", help="serial port of a board; `qbfgs board list` shows them")
    which.add_argument("--board", choices=tuple(ABOUT), help="a virtual board")
    parser.add_argument(
        "--heap",
        type=positive,
        metavar="KB",
        help=f"of a virtual board (default {HEAP_KB[UNIX]}, {CORTEX} {HEAP_KB[CORTEX]})",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="files of a virtual board (default: in the user's cache)",
    )


def board_text(arguments):
    """The options that say which board, to be repeated in advice."""
    if arguments.port:
        return f"--port {arguments.port}"
    return f"--board {arguments.board}" + (
        f" --folder {arguments.folder}" if arguments.folder else ""
    )


def powered(name, folder, kilobytes):
    """A virtual board with its files in a folder and a heap of so many KB; it runs no boot.py and
    no main.py."""
    if name == CORTEX:
        from qbfgs_tools.virtual.cortex import CortexBoard

        return CortexBoard(folder, kilobytes * 1024, boot=False)
    from qbfgs_tools.virtual.unix import UnixBoard

    return UnixBoard(folder, kilobytes * 1024, boot=False, name=name)


@contextlib.contextmanager
def started(arguments):
    """Starts the virtual board if one is asked for; gives the port, and ends the board after."""
    if arguments.port:
        yield arguments.port
        return
    ok, reason = availability(arguments.board)
    if not ok:
        raise UserError(f"the virtual board {arguments.board} cannot start here: {reason}")
    name = arguments.board
    folder = arguments.folder or default_folder(name)
    try:
        made = powered(name, folder, arguments.heap or HEAP_KB[name])
    except OSError as error:
        raise UserError(f"{folder} cannot hold the files of a board: {error}") from None
    except ValueError as error:
        raise UserError(str(error)) from None
    with made as board:
        yield board.port


@contextlib.contextmanager
def linked(arguments):
    """A `Link` to the board, freshly reset."""
    from qbfgs_tools.boards.link import Link

    with started(arguments) as port, Link(port) as link:
        link.soft_reset()
        yield link
