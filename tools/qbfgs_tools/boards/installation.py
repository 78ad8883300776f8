"""How what belongs on a board gets there: only files that differ are copied, and read back."""

import ast
from typing import NamedTuple

from qbfgs_desktop.boards.report import Notice, Reader
from qbfgs_tools.boards.errors import REMOVE, BoardError, BoardFull, FileError, OutOfMemory, full
from qbfgs_tools.boards.files import NEW
from qbfgs_tools.builds.files import LIBRARY, importable, sha256

MAIN = "main.py"
OURS = (f"{LIBRARY}/qbfgs/", f"{LIBRARY}/qbfgs_board/")  # nothing else belongs below them
MODULES = (".py", ".mpy", NEW)
LESS = f"use --build lean, or {REMOVE}"
# A short job, run as any is to its end, where the neighbours are judged by modules of their own.
# One that writes checkpoints takes some 6 KB more.
TRIAL = "qbfgs.try"
TRIAL_JOB = b"problem rosenbrock\nqp 1024\nstart -1.232 1.212\n"
MEASURE = f"""
import gc
gc.collect()
before = gc.mem_alloc()
from qbfgs_board import heap
heap.collect_often()
from qbfgs_board.runner import run
if run({TRIAL!r}):
    gc.collect()
    print(repr((gc.mem_alloc() - before, gc.mem_alloc() + gc.mem_free())))
"""
SILENCE = 60  # seconds that a board may take to import all that


class Installed(NamedTuple):
    """What an installation did. files: all that belong there; copied: those that differed;
    removed: modules that no longer belong there; flash: bytes of all files; heap: bytes that
    are in use after a short job; heap_size: of the board (both None where it is too small for
    that job)."""

    files: list
    copied: list
    removed: list
    flash: int
    heap: int | None
    heap_size: int | None


def install(link, files, progress=lambda done, all, path: None, advice=LESS):
    """Makes the board hold these files, and of the two packages nothing else; returns `Installed`.

    progress(done, all, path): called before each file that is copied. advice: where there is too
    little room for them.
    Raises BoardFull, where it can before anything is written, and other errors of the link;
    whatever it was, installing again goes on from what is there.
    """
    there = held(link, files)
    differing = _differing(files, there)
    removed = [
        path
        for path in there
        if path.startswith(OURS) and path not in files and path.endswith(MODULES)
    ]
    freed = sum(there[path][0] for path in (*differing, *removed) if path in there)
    _check_room(link, sum(len(files[path]) for path in differing), freed, advice)
    for path in removed:  # first, for they may be in the way, and their room may be needed
        link.remove_file(path)
    for done, path in enumerate(differing):
        progress(done, len(differing), path)
        try:
            link.write_file(path, files[path])
        except BoardFull as error:
            rest = sum(len(files[p]) for p in differing[done:])
            raise full(rest, link.room(), "what is still to be copied", advice, error) from None
    if differing:
        _check_kept(_differing(files, held(link, files)))
    heap, size = measured(link)
    flash = sum(map(len, files.values()))
    return Installed(list(files), differing, removed, flash, heap, size)


def held(link, files):
    """{path: (size, sha256 in hex), as `Link.hashes`} of the modules on the board, and of its
    main.py where that is among the files."""
    there = link.hashes(LIBRARY)
    if MAIN in files and (told := link.hash_of(MAIN)):
        there[MAIN] = told
    return there


def _differing(files, there):
    return [p for p, data in files.items() if there.get(p, (0, ""))[1] != sha256(data)]


def _check_room(link, needed, freed, advice):
    """Raises BoardFull where the board's file system cannot hold what is to be copied."""
    room = link.room()
    if room is not None and needed > room + freed:
        raise full(needed, room + freed, "qbfgs in this build", advice)


def _check_kept(wrong):
    """Raises FileError for files that the board does not give back as they were written."""
    if wrong:
        raise FileError(
            f"the board's flash does not keep what is written to it ({wrong[0]}): save what you"
            " need, then format it, or replace its card"
        )


def measured(link):
    """(bytes of heap that are in use after a short job, bytes of all the heap), after a fresh start
    of the board's MicroPython; both None where that job has no room.

    Raises BoardError when the job fails for another reason.
    """
    importable()
    from qbfgs_board.report import MEMORY

    link.write_file(TRIAL, TRIAL_JOB)
    link.soft_reset()
    try:
        said = link.execute(MEASURE, silence=SILENCE, doing="a short job ran")
    except OutOfMemory:
        return None, None
    finally:
        link.soft_reset()
        link.remove_file(TRIAL)
    for record in Reader().feed(said):
        if isinstance(record, Notice) and record.fatal:
            if record.code == MEMORY:
                return None, None
            raise BoardError(f"qbfgs is on the board, but a job fails there: {record.text}", "")
    return ast.literal_eval(said.decode().splitlines()[-1])
