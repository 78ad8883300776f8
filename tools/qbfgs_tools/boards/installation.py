"""How what belongs on a board gets there: only files that differ are copied, and read back."""

from typing import NamedTuple

from qbfgs_tools.boards.errors import REMOVE, BoardFull, FileError, OutOfMemory, full
from qbfgs_tools.boards.files import NEW
from qbfgs_tools.builds.files import LIBRARY, sha256

MAIN = "main.py"
OURS = (f"{LIBRARY}/qbfgs/", f"{LIBRARY}/qbfgs_board/")  # nothing else belongs below them
MODULES = (".py", ".mpy", NEW)
LESS = f"use --build lean, or {REMOVE}"
# Imports what a run imports, and prints the heap before and after.
MEASURE = """
import gc
gc.collect()
before = gc.mem_alloc()
import qbfgs_board.runner, qbfgs_board.session
qbfgs_board.runner.load("compensated")
gc.collect()
print(repr((gc.mem_alloc() - before, gc.mem_alloc() + gc.mem_free())))
"""


class Installed(NamedTuple):
    """What an installation did. files: all that belong there; copied: those that differed;
    removed: modules that no longer belong there; flash: bytes of all files; heap: bytes that
    importing takes; heap_size: of the board (both None where it is too small)."""

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
    """(bytes of heap that importing takes, those of all the heap), both None for too small."""
    link.soft_reset()
    try:
        return link.ask(MEASURE)
    except OutOfMemory:
        return None, None
    finally:
        link.soft_reset()
