"""The examples print the same on every interpreter, and on the virtual board through mpremote."""

import os
import re
from pathlib import Path

import pytest

from qbfgs_desktop.fits import datasets
from qbfgs_desktop.studies.learning_figures import bundled
from qbfgs_tools.boards import installation
from qbfgs_tools.boards.link import Link
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import sources
from qbfgs_tools.virtual import interpreters
from qbfgs_tools.virtual.unix import UnixBoard, available

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "firmware" / "examples").glob("*.py"))
NAMES = [path.stem for path in EXAMPLES]
SIMULATED = ROOT / "firmware" / "examples" / "simulated"  # in the place of drivers and plants
INTERPRETERS = interpreters.every()
FILES = ("iris", "breast_cancer")
READS_FILES = "classify"
USE_FILES = (READS_FILES, "compass", "accelerometer")
# WebAssembly has no files of this machine; emulated ARM would take half a minute for these.
CASES = [
    pytest.param(name, i, id=f"{name}-{i.name}")
    for name in NAMES
    for i in INTERPRETERS[1:]
    if name != READS_FILES or not isinstance(i, interpreters.Wasm | interpreters.LinuxArm)
]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The data files that examples read: {name: bytes}."""
    folder = tmp_path_factory.mktemp("data")
    for name in FILES:
        datasets.save(bundled(name), folder / f"{name}.qbfd")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def printed(data, tmp_path_factory):
    """printed(example): what it prints on this interpreter, lines."""
    kept = {}

    def run(name):
        if name not in kept:
            kept[name] = output(INTERPRETERS[0], name, data, tmp_path_factory.mktemp(name))
        return kept[name]

    return run


def output(interpreter, name, data, folder):
    """The lines that an example prints in a folder with the data files."""
    for file, content in data.items():
        (folder / file).write_bytes(content)
    script = folder / f"{name}.py"
    text = (ROOT / "firmware" / "examples" / f"{name}.py").read_text()
    there = f"import os\nos.chdir({str(folder)!r})\n" if name in USE_FILES else ""
    if isinstance(interpreter, interpreters.Wasm):
        there = ""
    script.write_text(there + text)
    path = [ROOT / "shared", ROOT / "firmware", SIMULATED]
    result = interpreter.run(script, path=path, timeout=1800)
    assert result.returncode == 0, (result.stdout + result.stderr).decode()
    return result.stdout.decode().splitlines()


def test_there_are_examples_of_all_kinds():
    assert len(NAMES) == 12


IRON = ((1.1, 0.05, 0), (0.05, 0.875, 0.0625), (0, 0, 1))  # columns of what `read_compass` does


def numbers(line):
    return [float(word) for word in re.findall(r"-?\d+(?:\.\d+)?", line)]


def test_the_sensor_is_calibrated(printed):
    slope, error = printed("sensor_calibration")
    found, true = numbers(slope.replace("kPa/100", ""))
    assert abs(found / true - 1) < 0.001
    # 25 counts of noise are 7.7 hundredths of a kilopascal
    assert numbers(error.replace("kPa/100", ""))[0] <= 9


def test_the_compass_is_calibrated(printed):
    lines = printed("compass")
    assert max(abs(a - b) for a, b in zip(numbers(lines[0]), (120, -61, 33), strict=True)) <= 3
    assert "nothing speaks against it" in lines
    # what bends the field, undone, up to the mean length
    found = [numbers(line) for line in lines[2:5]]
    product = [
        [sum(f * m for f, m in zip(row, column, strict=True)) for column in IRON] for row in found
    ]
    for i, row in enumerate(product):
        for j, value in enumerate(row):
            assert abs(value / product[0][0] - (i == j)) < 0.06  # a turn by some degrees is left


def test_the_accelerometer_is_calibrated(printed):
    lines = printed("accelerometer")
    offset = next(line for line in lines if line.startswith("offset:"))
    assert max(abs(a - b) for a, b in zip(numbers(offset), (70, -130, 25), strict=True)) <= 4
    assert "field: 4096" in lines and lines[-1] == "nothing speaks against it"


@pytest.mark.parametrize(
    "name, answer, within", [("thermistor", 2501, 5), ("load_cell", 2795, 2), ("line", 1538, 5)]
)
def test_one_quantity_is_calibrated(name, answer, within, printed):
    lines = printed(name)
    assert lines[-2] == "nothing speaks against it"
    assert abs(numbers(lines[-1])[1] - answer) <= within


@pytest.mark.parametrize("name", ["compass", "accelerometer", "thermistor", "load_cell", "line"])
def test_an_example_of_a_calibrator_is_short(name):
    lines = (ROOT / "firmware" / "examples" / f"{name}.py").read_text().splitlines()
    assert len([line for line in lines if line.strip()]) <= 15


def test_the_stream_is_followed(printed):
    lines = printed("streaming")
    assert len(lines) == 12
    for line in lines:
        _, found, made = numbers(line)
        assert abs(found - (made - 32)) <= 10  # the window's middle


def test_classes_are_learnt(printed):
    iris, _, cancer, _ = printed("classify")
    assert numbers(iris)[0] >= 145 and numbers(iris)[1] == 150
    assert numbers(cancer)[0] >= 555 and numbers(cancer)[1] == 569


def test_the_certified_values_are_found(printed):
    for line in printed("nist_misra1a")[:2]:
        _, found, certified = numbers(line)
        assert abs(found / certified - 1) < 2e-5


def test_the_heater_is_tuned(printed):
    """Twice as good as at the start, and told with its error."""
    lines = printed("heater_pid")
    before, (cost, error, count) = numbers(lines[0])[0], numbers(lines[4])
    assert 2 * cost < before and 0 < error < 100 and count <= 150


def test_the_servos_find_the_light(printed):
    assert [line.split(",")[0] for line in printed("two_servos")[:2]] == [
        "pan: 1730 us",
        "tilt: 1210 us",
    ]


def test_the_pendulum_is_balanced(printed):
    lines = printed("pendulum")
    before, cost = numbers(lines[0])[0], numbers(lines[5])[0]
    assert cost < before / 20  # an episode in which it falls costs more than 100,000


@pytest.mark.parametrize("name, interpreter", CASES)
def test_an_example_prints_the_same_everywhere(name, interpreter, printed, data, tmp_path, need):
    need(interpreter)
    assert output(interpreter, name, data, tmp_path) == printed(name)


@pytest.fixture(scope="module")
def board(data, tmp_path_factory):
    """A Link to a virtual board with qbfgs and the data files on it."""
    ok, reason = available("unix")
    if not ok and os.environ.get("CI"):
        pytest.fail(reason)
    if not ok:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("flash")
    with UnixBoard(folder, 256 * 1024, boot=False) as made, Link(made.port) as link:
        files = builds.fitting(builds.BYTECODE, link.mpy, sources())
        installation.install(link, files)
        drivers = {path.name: path.read_bytes() for path in SIMULATED.glob("*.py")}
        for name, content in (data | drivers).items():
            link.write_file(name, content)
        yield link


@pytest.mark.parametrize("name", NAMES)
def test_an_example_runs_on_the_virtual_board(name, board, printed):
    board.soft_reset()
    source = (ROOT / "firmware" / "examples" / f"{name}.py").read_text()
    said = board.execute(source, silence=300).decode().replace("\r", "")
    assert said.splitlines() == printed(name)
