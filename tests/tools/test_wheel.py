"""The wheel works without the checkout: it brings what boards get."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from virtual_boards import require

from qbfgs_tools.builds.files import CORE, FIRMWARE
from qbfgs_tools.virtual import unix as virtual_unix

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    "shared",
    "desktop",
    "firmware",
    "tools/qbfgs_tools",
    "tests/traces",
    "tests/vectors",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder in which the wheel of this checkout is unpacked."""
    source = tmp_path_factory.mktemp("source")
    for part in PARTS:
        target = source / part
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, target)
    made = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", made]
    subprocess.run([*command, source], check=True, capture_output=True)
    (wheel,) = made.glob("qbfgs-*.whl")
    folder = tmp_path_factory.mktemp("site")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def qbfgs(site, *words):
    """Runs the command of the unpacked wheel; returns a CompletedProcess."""
    code = "import sys\nsys.path.insert(0, sys.argv.pop(1))\nimport qbfgs_tools.cli as cli\n"
    code += "assert cli.__file__.startswith(sys.path[0])\nsys.exit(cli.main())\n"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, site, *words],
        cwd=site,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_has_all_files_that_boards_get(site):
    there = {
        path.relative_to(site / "qbfgs_firmware").as_posix(): path.read_bytes()
        for path in (site / "qbfgs_firmware").rglob("*.py")
    }
    firmware = FIRMWARE
    expected = {p.relative_to(firmware).as_posix(): p for p in firmware.rglob("*.py")}
    expected = {name: p for name, p in expected.items() if not name.startswith("examples/")}
    assert there == {path: file.read_bytes() for path, file in expected.items()}
    core = CORE
    for path in core.rglob("*.py"):
        assert (site / "qbfgs" / path.relative_to(core)).read_bytes() == path.read_bytes()


def test_the_board_commands_work_from_it(site, tmp_path):
    require(virtual_unix)
    where = ("--board", "unix", "--folder", str(tmp_path / "flash"))
    installed = qbfgs(site, "board", "install", *where, "--build", "source", "--main")
    assert installed.returncode == 0, installed.stderr
    assert (tmp_path / "flash" / "main.py").is_file()
    job = tmp_path / "job.txt"
    job.write_text("problem rosenbrock\nqp 16\nstart -3 -4\n")
    verified = qbfgs(site, "board", "verify", *where, str(job))
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "1 of 1 runs with all records equal" in verified.stdout
