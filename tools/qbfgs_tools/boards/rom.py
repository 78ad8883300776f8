"""Installing into a board's ROM partition: the modules run where they lie, in flash.

MicroPython 1.25 and later mounts a read-only file system, ROMFS, that lies in a partition of memory
mapped flash, where the firmware was built with one. From there it imports .mpy files without a
copy: bytecode, constants and the letters of names take no heap. Images are built and deployed by
mpremote. There is one image a partition, so it is replaced as a whole.
"""

import argparse
import contextlib
import io
import tempfile
from pathlib import Path

from mpremote import commands, main, romfs

from qbfgs_tools.boards import installation
from qbfgs_tools.builds.files import LIBRARY, sha256
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.virtual.rom import DRIVER

MOUNTED = "/rom"
OURS = (f"{MOUNTED}/lib/qbfgs/", f"{MOUNTED}/lib/qbfgs_board/")
KEEPS_NOT = (
    "the board's ROM partition does not keep what is written to it, or its MicroPython does not"
    " mount it at /rom: use --build lean"
)
PARTITIONS = """
try:
    import vfs
    print(vfs.rom_ioctl(1))
except (ImportError, AttributeError):
    print(0)
"""


def image(files):
    """A ROMFS image of {path: bytes}; made by mpremote."""
    with tempfile.TemporaryDirectory() as folder:
        for path, data in files.items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        with contextlib.redirect_stdout(io.StringIO()):
            return romfs.make_romfs(folder, mpy_cross=False)


def install(link, files, progress=lambda done, all, path: None, advice=installation.REMOVE):
    """As `installation.install`, with all modules in the ROM partition.

    Raises UserError when the board has none, it holds what is not ours, or it keeps nothing.
    """
    wanted = {path: data for path, data in files.items() if path.startswith(LIBRARY)}
    rest = {path: data for path, data in files.items() if path not in wanted}
    hashes = {f"{MOUNTED}/{path}": sha256(data) for path, data in wanted.items()}
    made = image(wanted)
    copied = []
    if _there(link) != hashes:
        progress(0, 1, "the image")
        deploy(link, made)
        if _there(link) != hashes:
            raise UserError(KEEPS_NOT)
        copied = list(wanted)
    done = installation.install(link, rest, progress, advice)
    return done._replace(
        files=list(files), copied=copied + done.copied, flash=len(made) + done.flash
    )


def clear(link):
    """Empties the ROM partition if modules of ours are in it, for they come first on `sys.path`.

    Raises UserError when it holds others beside them, or keeps them.
    """
    if any(path.startswith(OURS) for path in link.hashes(MOUNTED)):
        _there(link)
        deploy(link, image({}))
        if _there(link):
            raise UserError(KEEPS_NOT)


def _there(link):
    """{path: sha256} of the ROM file system; raises UserError when something is not ours."""
    there = {path: digest for path, (_, digest) in link.hashes(MOUNTED).items()}
    others = [path for path in there if not path.startswith(OURS)]
    if others:
        raise UserError(
            f"the board's ROM holds other files too ({others[0]}), and a ROM is written as a "
            "whole: build an image of both folders with mpremote romfs, or empty it first"
        )
    return there


def deploy(link, data):
    """Writes an image into the first ROM partition, with mpremote, and resets the board softly.

    Raises UserError when the board has no partition or too small a one.
    """
    if link.platform == "linux":
        link.execute(DRIVER)
    if link.ask(PARTITIONS) < 1:
        version = ".".join(map(str, link.version))
        raise UserError(
            f"the board has no ROM partition: that takes MicroPython 1.25 or later (this is "
            f"{version}), built with MICROPY_VFS_ROM; try --build lean"
        )
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "image.romfs")
        path.write_bytes(data)
        arguments = argparse.Namespace(command=["deploy"], path=str(path), partition=0, mpy=False)
        with link.lent("the ROM was written") as transport, contextlib.redirect_stdout(said):
            state = main.State()
            state.transport = transport
            try:
                commands.do_resume(state)  # without a reset
                commands.do_romfs(state, arguments)
            except commands.CommandError as error:
                raise UserError(f"mpremote cannot write the ROM: {error}") from None
            except SystemExit:
                last = said.getvalue().strip().splitlines()[-1]
                raise UserError(f"mpremote cannot write the ROM: {last}") from None
    link.soft_reset()
