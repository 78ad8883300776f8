"""A compass is calibrated on the virtual 32-bit board, lean, in 64 KB: the desk's bits."""

import numpy as np
import pytest
from virtual_boards import require

from qbfgs.calibrate import Compass
from qbfgs_desktop.studies.compasses import CASES, readings
from qbfgs_tools.boards.installation import install
from qbfgs_tools.boards.link import Link
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import sources
from qbfgs_tools.virtual import unix as virtual_unix
from qbfgs_tools.virtual.unix import UnixBoard

HEAP = 64 * 1024
SCRIPT = """
import gc
gc.threshold(1024)
from qbfgs.calibrate import Compass
compass = Compass()
for line in open("readings.txt"):
    compass.add([int(word) for word in line.split()])
print(compass.progress())
found = compass.result()
print(found)
print(found.json())
print(found.correct({x}, {y}, {z}))
def taken():
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for k in range(50):
        found.correct({x} - k, {y}, k)
    after = gc.mem_alloc()
    gc.enable()
    return after - before
taken()
print(taken())
"""


@pytest.fixture(scope="module")
def flash(tmp_path_factory):
    """The folder of a board with qbfgs on it, lean."""
    require(virtual_unix, "unix32")
    folder = tmp_path_factory.mktemp("flash")
    with UnixBoard(folder, boot=False, name="unix32") as board, Link(board.port) as link:
        install(link, builds.fitting(builds.LEAN, link.mpy, sources()))
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_readings_give_the_same_bits(case, flash):
    rows, _ = readings(np.random.default_rng(2), case)
    compass = Compass()
    for row in rows.tolist():
        compass.add(row)
    found = compass.result()
    x, y, z = rows[7].tolist()
    wanted = [*str(compass.progress()).splitlines(), *str(found).splitlines(), found.json()]
    wanted += [str(found.correct(x, y, z)), "0"]
    text = "\n".join(" ".join(map(str, row)) for row in rows.tolist())
    (flash / "readings.txt").write_text(text)
    with UnixBoard(flash, HEAP, boot=False, name="unix32") as board, Link(board.port) as link:
        said = link.execute(SCRIPT.format(x=x, y=y, z=z), silence=300).decode()
    assert said.replace("\r", "").splitlines() == wanted
