"""Settings of the whole suite, and what its folders share."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parent))  # for `bowls`

# The same examples in every run, on every machine, however slow it is.
settings.register_profile("deterministic", derandomize=True, deadline=None, database=None)
settings.load_profile("deterministic")


@pytest.fixture(scope="session")
def need():
    """need(thing): skips on a person's machine, and fails in CI, when the thing is missing.

    A thing has `available()` -> (bool, reason), like an interpreter or a virtual board.
    """

    def check(thing):
        ok, reason = thing.available()
        if not ok and os.environ.get("CI"):
            pytest.fail(reason)
        if not ok:
            pytest.skip(reason)

    return check


class CCompiler:
    """The machine's, for `need`."""

    def available(self):
        return shutil.which("cc") is not None, "no C compiler (Debian: apt-get install gcc)"


@pytest.fixture
def run_c(need, tmp_path):
    """run_c(files, text): what a C program prints to an input; files: {name: its text}, main.c too.

    It is compiled without a warning, and what C leaves undefined ends it.
    """
    need(CCompiler())

    def run(files, text=""):
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        flags = "-std=c99 -pedantic -Wall -Wextra -Werror -fsanitize=undefined".split()
        subprocess.run(["cc", *flags, "main.c", "-o", "main"], cwd=tmp_path, check=True)
        ran = subprocess.run(
            [tmp_path / "main"], input=text, capture_output=True, text=True, check=True
        )
        assert not ran.stderr
        return ran.stdout

    return run
