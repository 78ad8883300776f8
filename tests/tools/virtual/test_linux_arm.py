"""The core's own tests under CPython for 32-bit ARM. The traces run there too: see tests/traces."""

import re
from pathlib import Path

import pytest

from qbfgs_tools.virtual.interpreters import LinuxArm

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = [ROOT / "shared", ROOT / "desktop", ROOT / "tools"]
# Emulation is slow: those that take seconds.
TESTS = (
    "tests/vectors",
    "tests/shared/search/test_armijo.py",
    "tests/shared/words/test_checksums.py",
    "tests/shared/grid/test_position.py",
    "tests/shared/search/test_rounding.py",
    "tests/shared/model/test_secants.py",
    "tests/shared/test_status.py",
)


@pytest.fixture(scope="module")
def arm(need):
    interpreter = LinuxArm()
    need(interpreter)
    return interpreter


def test_it_has_32_bits_and_numpy(arm, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import platform, sys, numpy\n"
        "print(sys.maxsize == 2**31 - 1, platform.machine()[:3], numpy.arange(4).sum())\n"
    )
    result = arm.run(script)
    assert result.stdout == b"True arm 6\n", result.stderr


def test_the_core_passes_its_tests_there(arm, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import sys, pytest\nsys.exit(pytest.main(sys.argv[1:]))\n")
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", ROOT]
    options += ["-k", "not hashes_of_unit_steps and not hashes_of_many_steps"]  # of thousands
    tests = [ROOT / test for test in TESTS]
    result = arm.run(script, path=FOLDERS, args=[*options, *tests], timeout=1800)
    text = result.stdout.decode()
    assert result.returncode == 0, text[-3000:] + result.stderr.decode()[-1000:]
    assert int(re.search(r"(\d+) passed", text).group(1)) >= 80
