"""A run does not go on where its data or its module were replaced, on the board or at the desk."""

import pytest
from qbfgs_board import contents
from qbfgs_board.report import Failure

from qbfgs.words.crc import crc16
from qbfgs_desktop.boards.problems import DataModel
from qbfgs_desktop.boards.replay import replay, resume
from qbfgs_desktop.boards.report import Final, Notice, Reader
from qbfgs_desktop.fits.datasets import Column, Dataset, to_bytes
from qbfgs_tools.builds.files import compile_module
from qbfgs_tools.virtual import interpreters

CPYTHON, UNIX = interpreters.every()[:2]
DATA = "problem linear@fit.qbfd\nqp 64\ncheckpoint 2\n"
MODULE = "problem own:Bowl\nqp 100\nstart 1 2e0 -3.5\ncheckpoint 2\n"
OWN = """
class Bowl:
    def __init__(self, qp, n):
        self.qp, self.n = qp, n

    def cost(self, X):
        return sum([(i + 1) * (X[i] - 3 * i) ** 2 for i in range(self.n)])

    def gradient(self, X):
        return [2 * (i + 1) * (X[i] - 3 * i) for i in range(self.n)]
"""


def rows(factor):
    """A data file; all of these have one shape, and their models one start."""
    t = [(7 * k) % 19 for k in range(20)]
    columns = [Column("t", t, 0, 2), Column("y", [factor * (v - 9) % 31 for v in t], 0, 2)]
    return to_bytes(Dataset(columns, True))


def said(made, interpreter, job, **files):
    """The records of a reset with that job, after these files were put on the board."""
    for name, data in files.items():
        (made.folder / name.replace("_", ".")).write_bytes(data)
    return Reader().feed(made.run(interpreter, job))


def warnings(records):
    return [r.text for r in records if isinstance(r, Notice)]


REPLACED = "its data or module were replaced"


@pytest.mark.parametrize("interpreter", [CPYTHON, UNIX], ids=lambda i: i.name)
def test_a_run_does_not_go_on_with_other_data(interpreter, board, need):
    """It did, and said "lattice minimum" of a cost that was not that of x."""
    need(interpreter)
    made = board()
    said(made, interpreter, DATA + "max_epochs 5\n", fit_qbfd=rows(3))
    other = said(made, interpreter, DATA, fit_qbfd=rows(5))
    first = next(r for r in other if hasattr(r, "resumed"))
    assert first.resumed is None
    assert len(warnings(other)) == 2 and all(REPLACED in text for text in warnings(other))
    maker = DataModel("linear@fit.qbfd", rows(5))
    final = other[-1]
    assert isinstance(final, Final) and final.cost == maker(64).cost(list(final.x))
    assert replay(other, maker).equal
    assert "other contents" in replay(other, DataModel("linear@fit.qbfd", rows(3))).difference


def test_the_same_data_go_on_here_and_at_the_desk(board):
    made = board()
    whole = said(made, CPYTHON, DATA.replace("checkpoint 2\n", ""), fit_qbfd=rows(3))
    said(made, CPYTHON, DATA + "max_epochs 5\n")
    rest = said(made, CPYTHON, DATA)
    assert rest[0].resumed == 4 and not warnings(rest)
    assert rest[-1].checksum == whole[-1].checksum
    maker = DataModel("linear@fit.qbfd", rows(3))
    assert rest[0].contents == maker.contents
    data = (made.folder / "qbfgs.a").read_bytes()
    optimizer = resume(rest[0], data, maker)
    while optimizer.step():
        pass
    assert optimizer.checksum == whole[-1].checksum
    with pytest.raises(ValueError, match="other contents"):
        resume(rest[0], data, DataModel("linear@fit.qbfd", rows(5)))
    with pytest.raises(ValueError, match=REPLACED):  # a checkpoint from before this was looked at
        resume(rest[0]._replace(contents=None), data, maker)


@pytest.mark.parametrize("interpreter", [CPYTHON, UNIX], ids=lambda i: i.name)
def test_a_run_does_not_go_on_with_another_text_of_its_module(interpreter, board, need):
    need(interpreter)
    made = board({"own.py": OWN})
    said(made, interpreter, MODULE + "max_epochs 5\n")
    same = said(made, interpreter, MODULE)
    assert same[0].resumed == 4 and same[0].contents == crc16(OWN.encode())
    text = OWN.replace("3 * i", "4 * i").encode()
    other = said(made, interpreter, MODULE, own_py=text)
    header = next(r for r in other if hasattr(r, "resumed"))
    assert (header.resumed, header.contents) == (None, crc16(text))
    assert len(warnings(other)) == 2 and all(REPLACED in text for text in warnings(other))


def test_a_compiled_module_counts_as_the_file_that_it_is(board, need):
    need(UNIX)
    made = board()
    compiled = compile_module("own", OWN.encode())
    first = said(made, UNIX, MODULE + "max_epochs 5\n", own_mpy=compiled)
    assert first[0].contents == crc16(compiled) != crc16(OWN.encode())
    again = said(made, UNIX, MODULE)
    assert again[0].resumed == 4 and not warnings(again)


def test_the_problems_of_qbfgs_have_no_contents(board):
    made = board()
    for problem in ("rosenbrock", "qbfgs.problems:Rosenbrock"):
        records = said(made, CPYTHON, f"problem {problem}\nqp 16\n")
        assert records[0].contents is None


def test_a_module_without_a_file_has_no_contents_and_an_unreadable_one_is_told(monkeypatch):
    assert contents.contents_of("sys:Class", None) is None
    assert contents.contents_of("os:Class", None) is not None

    def absent(path, mode):
        raise OSError(2)

    def broken(path, mode):
        raise OSError(5)

    monkeypatch.setattr(contents, "open", absent, raising=False)  # frozen into the firmware
    assert contents.contents_of("os:Class", None) is None
    monkeypatch.setattr(contents, "open", broken, raising=False)
    with pytest.raises(Failure, match="cannot read .*os.py again: OSError: 5"):
        contents.contents_of("os:Class", None)
