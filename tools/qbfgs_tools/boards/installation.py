"""How what belongs on a board gets there: only files that differ are copied."""

from typing import NamedTuple

from qbfgs_tools.boards.link import OutOfMemory
from qbfgs_tools.builds.files import LIBRARY, sha256

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
    removed: files in their way; flash: bytes of all files; heap: bytes that importing takes;
    heap_size: of the board (both None where it is too small)."""

    files: list
    copied: list
    removed: list
    flash: int
    heap: int | None
    heap_size: int | None


def install(link, files, progress=lambda done, all, path: None, elsewhere=()):
    """Makes the board hold these files; returns `Installed`.

    progress(done, all, path): called before each file that is copied. elsewhere: paths of modules
    that are on the board already, and not to be shadowed by files of these names.
    """
    there = link.hashes(LIBRARY)
    if "main.py" in files:
        there.update({p: h for p, h in link.hashes("").items() if p == "main.py"})
    differing = [p for p, data in files.items() if there.get(p, (0, ""))[1] != sha256(data)]
    ours = {path.rsplit(".", 1)[0] for path in (*files, *elsewhere)}
    removed = [
        path
        for path in there
        if path not in files and path.rsplit(".", 1)[0] in ours and path.endswith((".py", ".mpy"))
    ]
    for done, path in enumerate(differing):
        progress(done, len(differing), path)
        link.write_file(path, files[path])
    for path in removed:
        link.remove_file(path)
    link.soft_reset()
    try:
        heap, size = link.ask(MEASURE)
    except OutOfMemory:
        heap = size = None
    link.soft_reset()
    flash = sum(map(len, files.values()))
    return Installed(list(files), differing, removed, flash, heap, size)
