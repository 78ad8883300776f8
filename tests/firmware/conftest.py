"""What the tests of the firmware share: its sources, and boards made of folders."""

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "firmware"
sys.path.insert(0, str(FIRMWARE))
sys.path.insert(0, str(Path(__file__).resolve().parent))  # for `checkpointing`

# Stands in for what puts a job on a board: WebAssembly's files begin anew with each process.
BOOT = """
import os, sys
os.chdir(sys.path[0])
with open("job.txt", "w") as file:
    file.write({job!r})
import main
"""


class Board:
    """A folder with the firmware in it, as the file system of a board.

    files: further ones, {name: text}.
    """

    def __init__(self, folder, files=()):
        self.folder = folder
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(FIRMWARE, folder, dirs_exist_ok=True, ignore=ignore)
        shutil.copytree(ROOT / "shared" / "qbfgs", folder / "qbfgs", ignore=ignore)
        for name, text in dict(files).items():
            (folder / name).write_text(text)

    def reset(self, interpreter, job, heap=None):
        """Runs main.py with that job; returns a CompletedProcess."""
        boot = self.folder / "boot.py"
        boot.write_text(BOOT.format(job=job))
        return interpreter.run(boot, heap=heap, timeout=1800)

    def run(self, interpreter, job):
        """What the board prints after a reset with that job, as bytes; it must end well."""
        result = self.reset(interpreter, job)
        assert result.returncode == 0, (result.stderr or result.stdout).decode(errors="replace")
        return result.stdout


@pytest.fixture
def board(tmp_path):
    """Makes boards: board(files={...})."""
    return lambda files=(): Board(tmp_path, files)
