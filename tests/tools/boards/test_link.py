"""The link to boards, and what it says when something is wrong."""

import fcntl
import os
import pty
import threading
import tty

import pytest
from virtual_boards import require

from qbfgs_tools.boards import link as link_module
from qbfgs_tools.boards.errors import (
    BoardError,
    CableLost,
    MissingFiles,
    NoMicroPython,
    OutOfMemory,
    PortError,
    explain,
)
from qbfgs_tools.boards.link import Link
from qbfgs_tools.builds.files import sha256
from qbfgs_tools.virtual import unix as virtual_unix
from qbfgs_tools.virtual.unix import UnixBoard


@pytest.fixture
def board(tmp_path):
    require(virtual_unix)
    with UnixBoard(tmp_path / "flash", heap=64 * 1024) as made:
        yield made


@pytest.fixture
def link(board):
    with Link(board.port) as made:
        yield made


def test_it_says_what_the_board_is(link):
    assert link.name == "micropython"
    assert link.version >= (1, 28, 0)
    assert link.platform == "linux"
    assert link.mpy & 0xFF == 6


def test_it_keeps_the_state_until_a_soft_reset(link, board):
    link.execute("x = 5")
    assert link.evaluate("x + 1") == 6
    link.soft_reset()
    assert board.resets == 1
    with pytest.raises(BoardError, match="NameError"):
        link.evaluate("x")


def test_output_comes_in_lines_while_the_program_runs(link):
    heard = []
    link.execute("for i in range(3):\n print('line', i)\nprint('rest', end='')", heard.append)
    assert heard == [b"line 0\n", b"line 1\n", b"line 2\n", b"rest"]


def test_files_go_there_and_back(link, board):
    data = bytes(range(256)) * 5
    link.write_file("lib/deep/file.bin", data)
    assert (board.folder / "lib" / "deep" / "file.bin").read_bytes() == data
    assert link.read_file("lib/deep/file.bin") == data
    link.write_file("other.txt", b"")
    assert link.hashes("") == {
        "lib/deep/file.bin": (1280, sha256(data)),
        "other.txt": (0, sha256(b"")),
    }
    assert link.hashes("lib/deep").keys() == {"lib/deep/file.bin"}
    assert link.hashes("absent") == {}
    assert link.read_file("absent") is None
    assert link.remove_file("other.txt")
    assert not link.remove_file("other.txt")


def test_exceptions_on_the_board(link):
    with pytest.raises(OutOfMemory, match="the board is out of memory"):
        link.execute("b = bytearray(100000)")
    with pytest.raises(MissingFiles, match=r"no module qbfgs: .*qbfgs board install"):
        link.execute("import qbfgs")
    with pytest.raises(MissingFiles, match="no module other$"):
        link.execute("import other")
    with pytest.raises(BoardError, match="ZeroDivisionError") as caught:
        link.execute("1 // 0")
    assert "Traceback" in caught.value.traceback
    assert link.evaluate("7") == 7


def test_an_endless_program_is_given_up_and_interrupted(link):
    with pytest.raises(CableLost, match="nothing|timeout"):
        link.execute("while True: pass", silence=0.3)
    link.interrupt()
    assert link.evaluate("7") == 7


def test_no_such_port():
    with pytest.raises(PortError, match="there is no port /dev/ttyABSENT.*qbfgs board list"):
        Link("/dev/ttyABSENT")


def test_a_port_that_is_none():
    with pytest.raises(PortError, match="/dev/null is no serial port .*qbfgs board list"):
        Link("/dev/null")


def test_a_port_without_permission(monkeypatch):
    def refuse(*arguments, **settings):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(link_module.serial, "serial_for_url", refuse)
    with pytest.raises(PortError, match="no permission to open /dev/null: join the group"):
        Link("/dev/null")


def test_a_busy_port(board):
    with Link(board.port), pytest.raises(PortError, match="in use by another program"):
        Link(board.port)


def test_a_port_that_something_else_locked(board):
    descriptor = os.open(board.port, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(PortError, match="in use by another program"):
        Link(board.port)
    os.close(descriptor)


class Impostor:
    """Something on a port that is no MicroPython: one answer to each Ctrl-A and Ctrl-D it hears."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.slave = slave
        self.port = os.ttyname(slave)
        self.thread = threading.Thread(target=self.talk, daemon=True)
        self.thread.start()

    def talk(self):
        while True:
            try:
                heard = os.read(self.master, 1000)
            except OSError:
                return
            for byte in heard:
                if self.answers and byte in b"\x01\x04":
                    os.write(self.master, self.answers.pop(0))

    def close(self):
        os.close(self.slave)  # with that the thread's read fails
        self.thread.join(5)  # before its descriptor becomes another's
        os.close(self.master)


@pytest.fixture
def impatience(monkeypatch):
    """For what never answers as a board does: half a second is enough."""
    monkeypatch.setattr(link_module, "ENTRY", 0.5)


@pytest.fixture
def impostor():
    made = []

    def make(*answers):
        made.append(Impostor(*answers))
        return made[-1].port

    yield make
    for one in made:
        one.close()


def test_nothing_answers(impostor, impatience):
    port = impostor()
    with pytest.raises(NoMicroPython, match="no MicroPython answers.*it said nothing"):
        Link(port)


def test_something_else_answers(impostor, impatience):
    port = impostor(b"login: ")
    with pytest.raises(NoMicroPython, match="it said b'login: '"):
        Link(port)


def raw_repl(name, version):
    """What a raw REPL answers to being entered and to the first program."""
    info = f"('{name}', {version}, 'old', 0)".encode()
    return b"raw REPL; CTRL-B to exit\r\n>", b"R\x00", b"OK" + info + b"\r\n\x04\x04>"


def test_a_board_that_boots_is_asked_once_more(impostor, impatience):
    banner = b"MicroPython v1.27.0; type help() for more information\r\n>>> "
    link = Link(impostor(banner, *raw_repl("micropython", (1, 27, 0))))
    assert link.version == (1, 27, 0)


@pytest.mark.parametrize(
    ("name", "version"), [("micropython", (1, 8, 7)), ("circuitpython", (9, 0, 0))]
)
def test_too_old_or_something_else(impostor, name, version):
    found = f"{name} {'.'.join(map(str, version))}"
    with pytest.raises(NoMicroPython, match=f"runs {found}; qbfgs needs MicroPython 1.20"):
        Link(impostor(*raw_repl(name, version)))


def test_the_cable_is_pulled_while_a_program_runs(board):
    with Link(board.port) as link:
        threading.Timer(0.2, board.unplug).start()
        with pytest.raises(CableLost, match="the cable was pulled or the board lost power"):
            link.execute("while True: pass")


def test_the_power_goes_while_a_program_runs_and_comes_back(board):
    with Link(board.port) as link:
        threading.Timer(0.2, board.power_off).start()
        with pytest.raises(CableLost, match="lost the board while a program ran"):
            link.execute("while True: pass", silence=0.5)
        board.power_on()
    with Link(board.port) as link:
        assert link.evaluate("7") == 7


@pytest.mark.parametrize(
    ("traceback", "sentence"),
    [
        ("", "an exception without a message"),
        ("Traceback\r\nKeyboardInterrupt: \r\n", "was interrupted"),
        ("ImportError: no module named 'qbfgs_board.runner'", "qbfgs board install"),
        ("MemoryError: \n", "out of memory"),
    ],
)
def test_tracebacks_become_sentences(traceback, sentence):
    assert sentence in str(explain(traceback))


def test_an_empty_program_is_no_soft_reset(link, board):
    assert link.execute("") == b""
    assert board.resets == 0
