"""The job of a calibration: the same records on boards and at the desk."""

import numpy as np
import pytest

from qbfgs_desktop.boards.problems import DataModel
from qbfgs_desktop.boards.replay import replay
from qbfgs_desktop.boards.report import Final, Notice, Reader
from qbfgs_desktop.fits.datasets import Column, Dataset, to_bytes
from qbfgs_desktop.studies.compasses import CASES, readings
from qbfgs_tools.virtual import interpreters

CPYTHON, UNIX, UNIX32 = interpreters.every()[:3]
JOB = "problem compass@readings.qbfd\nqp {qp}\nmax_epochs 40\n"


@pytest.fixture(scope="module")
def data():
    """The bytes of a data file with the readings of a compass."""
    rows, _ = readings(np.random.default_rng(5), CASES[1])
    columns = [Column(name, rows[:, k].tolist(), 0, 2) for k, name in enumerate("xyz")]
    return to_bytes(Dataset(columns))


def run(board, interpreter, data, qp=8192):
    (board.folder / "readings.qbfd").write_bytes(data)
    reader = Reader()
    said = reader.feed(board.run(interpreter, JOB.format(qp=qp)))
    assert reader.damaged == 0
    return said


@pytest.mark.parametrize("interpreter", [CPYTHON, UNIX, UNIX32], ids=lambda i: i.name)
def test_a_run_is_the_same_on_the_board_and_at_the_desk(interpreter, data, board, need):
    need(interpreter)
    said = run(board(), interpreter, data)
    made = DataModel("compass@readings.qbfd", data)
    verdict = replay(said, made)
    assert verdict.equal, verdict
    final = said[-1]
    assert isinstance(final, Final)
    solved = made(8192).solved
    assert final.cost <= solved.cost * 1.001
    assert max(abs(a - b) for a, b in zip(final.x, solved.x, strict=True)) < 40


def test_another_grid_is_refused(data, board):
    said = run(board(), CPYTHON, data, 1024)
    assert isinstance(said[-1], Notice) and "write qp 8192" in said[-1].text
