"""What goes wrong between the desk and a board, in sentences that say what to do."""

import errno
import re


class LinkError(Exception):
    """What went wrong between the desk and the board: a sentence for a person."""


class PortError(LinkError):
    """The port cannot be opened."""


class NoMicroPython(LinkError):
    """Nothing on the port answers like MicroPython, or it is too old."""


class CableLost(LinkError):
    """The port went away, or the board fell silent, in the middle of something."""


class BoardError(LinkError):
    """A program on the board ended with an exception; `traceback` has the board's own words."""

    def __init__(self, sentence, traceback=""):
        super().__init__(sentence)
        self.traceback = traceback


class OutOfMemory(BoardError):
    """The heap or the stack of the board is too small for what it was asked."""


class MissingFiles(BoardError):
    """The board lacks modules that a program imports, or has some that it cannot load."""


class FileError(BoardError):
    """The board's file system refuses; `number` is its errno, None where it names none."""

    def __init__(self, sentence, traceback="", number=None):
        super().__init__(sentence, traceback)
        self.number = number


class BoardFull(FileError):
    """There is no room left in the board's file system."""


REMOVE = "remove what you do not need (mpremote fs ls, mpremote fs rm)"
REFUSALS = {
    errno.EIO: "the board's flash fails: save what you need, then format it, or replace its card",
    errno.ENOSPC: f"the board's file system is full: {REMOVE}",
    errno.ENODEV: "the board has no file system: format its flash, as the board's manual says",
    errno.EROFS: "the board's file system is read-only for its own programs: eject the drive that"
    " this computer shows for it, or see its boot.py",
}
INSTALL = "install it again (qbfgs board install)"


def explain(traceback, doing="a program ran"):
    """The exception for a traceback of the board: what happened while `doing`, what helps."""
    lines = [line for line in traceback.replace("\r", "").split("\n") if line.strip()]
    last = lines[-1].strip() if lines else "an exception without a message"
    if last.startswith("MemoryError"):
        return OutOfMemory(f"the board is out of memory ({last})", traceback)
    if "maximum recursion depth exceeded" in last:
        return OutOfMemory(f"the board's stack is too small ({last})", traceback)
    missing = re.match(r"ImportError: no module named '?([\w.]+)'?", last)
    if missing:
        name = missing.group(1)
        sentence = f"the board has no module {name}"
        if name.split(".")[0] in ("qbfgs", "qbfgs_board"):
            sentence += ": install it first (qbfgs board install)"
        return MissingFiles(sentence, traceback)
    if re.match(r"ValueError: .*\bmpy\b", last):
        return MissingFiles(
            f"compiled files on the board are of another version of MicroPython: {INSTALL}, and"
            f" compile your own ones anew ({last})",
            traceback,
        )
    if re.match(r"ImportError: (can't|cannot) import name", last):
        return MissingFiles(
            f"the files of qbfgs on the board do not fit together: {INSTALL} ({last})", traceback
        )
    if last.startswith("OSError"):
        return _of_files(last, doing, traceback)
    if "KeyboardInterrupt" in last:
        return BoardError("the program on the board was interrupted", traceback)
    return BoardError(f"the program on the board failed: {last}", traceback)


def _of_files(last, doing, traceback):
    """The exception for an OSError of the board; MicroPython has the numbers of Linux."""
    number = None
    if named := re.match(r"OSError: (E[A-Z]+)", last):
        number = getattr(errno, named.group(1), None)
    elif numbered := re.match(r"OSError: \D{0,8}(\d+)", last):
        number = int(numbered.group(1))
    what = REFUSALS.get(number, "the board's file system refuses")
    kind = BoardFull if number == errno.ENOSPC else FileError
    return kind(f"{what} (while {doing}: {last})", traceback, number)


def full(size, room, what, advice=REMOVE, error=None):
    """The BoardFull for so many bytes of `what` and so many that are free, None where unknown.

    error: the board's own, if there was one.
    """
    free = "" if room is None else f", {room // 1024} KB are free"
    sentence = (
        f"the board's file system is full: {what} needs {-(-size // 1024)} KB{free}; {advice}"
    )
    return BoardFull(sentence, getattr(error, "traceback", ""), errno.ENOSPC)


def is_missing(error):
    """Whether a FileError says that there is no such file."""
    return error.number == errno.ENOENT
