"""Small, absent and strange file systems of boards: the true cause is told, and nothing is lost."""

import pytest
from virtual_boards import require

from qbfgs_tools.boards.errors import BoardFull, FileError, LinkError, MissingFiles, explain
from qbfgs_tools.boards.link import Link
from qbfgs_tools.cli import main
from qbfgs_tools.virtual import unix as virtual_unix
from qbfgs_tools.virtual.unix import UnixBoard

# A littlefs of so many blocks of 512 bytes in the heap.
SMALL = """
import os, vfs
class Ram:
    def __init__(self, blocks):
        self.data = bytearray(512 * blocks)
    def readblocks(self, block, data, offset=0):
        at = 512 * block + offset
        data[:] = self.data[at : at + len(data)]
    def writeblocks(self, block, data, offset=0):
        at = 512 * block + offset
        self.data[at : at + len(data)] = data
    def ioctl(self, request, argument):
        return {{4: len(self.data) // 512, 5: 512}}.get(request, 0)
ram = Ram({blocks})
vfs.VfsLfs2.mkfs(ram)
vfs.umount("/")
vfs.mount(vfs.VfsLfs2(ram), "/")
os.chdir("/")
"""
NO_FILES = "import vfs\nvfs.umount('/')\n"


@pytest.fixture
def link(tmp_path):
    require(virtual_unix)
    with UnixBoard(tmp_path, boot=False) as board, Link(board.port) as made:
        yield made


@pytest.fixture
def booted(tmp_path):
    """booted(code): the port of a board that begins with it after each reset."""
    require(virtual_unix)
    boards = []

    def start(code):
        folder = tmp_path / "flash"
        folder.mkdir()
        (folder / "boot.py").write_text(code)
        boards.append(UnixBoard(folder, boot=True))
        return boards[-1].port

    yield start
    for board in boards:
        board.close()


@pytest.fixture
def call(capsys):
    """Runs `qbfgs ...`; returns the exit code and all that it said in one line."""

    def run(*words):
        capsys.readouterr()
        code = main(list(map(str, words)))
        return code, " ".join("".join(capsys.readouterr()).split())

    return run


@pytest.fixture
def sizes(monkeypatch):
    """Builds of one file, of about the sizes that they have."""
    kilobytes = {"viper": 148, "bytecode": 78, "lean": 72, "source": 151}

    def fitting(form, mpy, files):
        return {"lib/qbfgs/core.mpy": bytes(1024 * kilobytes[form])}

    monkeypatch.setattr("qbfgs_tools.builds.forms.fitting", fitting)


def test_a_full_board_says_how_much_is_needed_and_free(call, booted, sizes):
    """Case 15: it was taken for a pulled cable."""
    port = booted(SMALL.format(blocks=120))
    code, said = call("board", "install", "--port", port, "--build", "bytecode")
    assert code == 2
    assert (
        "the board's file system is full: qbfgs in this build needs 78 KB, 59 KB are free" in said
    )
    assert "; use --build lean, or remove what you do not need (mpremote fs ls" in said
    assert "cable" not in said


def test_a_full_board_on_which_nothing_fits(call, booted, sizes):
    code, said = call("board", "install", "--port", booted(SMALL.format(blocks=120)))
    assert code == 2
    assert "needs 72 KB, 59 KB are free; remove what you do not need" in said  # lean was tried


def test_a_job_and_data_that_have_no_room_leave_no_part(link):
    """Files of 0 bytes stayed behind."""
    link.execute(SMALL.format(blocks=24))
    link.write_file("job.txt", b"problem rosenbrock\n")
    with pytest.raises(BoardFull, match=r"full: data.qbfd needs 20 KB, \d+ KB are free; remove"):
        link.write_file("data.qbfd", bytes(20000))
    assert link.evaluate("os.listdir()") == ["job.txt"]
    with pytest.raises(BoardFull):
        link.write_file("job.txt", bytes(20000))
    assert link.read_file("job.txt") == b"problem rosenbrock\n"


def test_a_file_replaces_one_where_there_is_no_room_for_both(link):
    link.execute(SMALL.format(blocks=24))
    link.write_file("data.qbfd", bytes(6000))
    data = bytes(range(250)) * 24
    link.write_file("data.qbfd", data)
    assert link.read_file("data.qbfd") == data
    assert link.evaluate("os.listdir()") == ["data.qbfd"]


def test_a_file_system_that_renames_onto_nothing(link):
    """The old file goes first where it must."""
    link.execute(SMALL.format(blocks=24))
    link.execute(
        "plain = os\nclass Os:\n"
        " def __getattr__(self, name): return getattr(plain, name)\n"
        " def rename(self, a, b):\n"
        "  if b in plain.listdir(): raise OSError(17)\n"
        "  plain.rename(a, b)\n"
        "import sys\nsys.modules['os'] = Os()\n"
    )
    for data in (b"one", b"two"):
        link.write_file("file", data)
        assert link.read_file("file") == data


def test_a_board_without_a_file_system(link):
    """Its `os` has `ilistdir` all the same."""
    link.execute(NO_FILES)
    assert link.evaluate("hasattr(__import__('os'), 'ilistdir')")
    with pytest.raises(FileError, match="the board has no file system: format its flash"):
        link.write_file("job.txt", b"")
    assert link.room() is None


def test_a_board_that_chatters_is_no_traceback(link):
    with pytest.raises(LinkError, match="said b'hello' in place of an answer"):
        link.ask("print('hello')")


def test_compiled_files_of_another_micropython(call, booted, tmp_path):
    """Case 16: `mend the job file` was advised."""
    port = booted("")
    assert call("board", "install", "--port", port, "--build", "bytecode")[0] == 0
    job = tmp_path / "job.txt"
    job.write_text("problem rosenbrock\nqp 1024\nstart -1.232 1.212\n")
    for module in ("checks", "compensated", "optimizer", "../qbfgs_board/runner"):
        path = tmp_path / "flash" / "lib" / "qbfgs" / f"{module}.mpy"
        right = path.read_bytes()
        path.write_bytes(b"M\x05\x00\x1f\x00")
        code, said = call("board", "run", "--port", port, job)
        path.write_bytes(right)
        assert code == 1, module
        assert "of another" in said and "MicroPython" in said and "install it again" in said
        assert "mend" not in said and "cable" not in said, module


@pytest.mark.parametrize(
    ("last", "kind", "sentence"),
    [
        ("OSError: 28", BoardFull, "is full"),
        ("OSError: [Errno 28] ENOSPC", BoardFull, "is full"),
        ("OSError: (28, 'x')", BoardFull, "is full"),
        ("OSError: ENODEV", FileError, "has no file system"),
        ("OSError: [Errno 5] EIO: a", FileError, "flash fails"),
        ("OSError: 30", FileError, "read-only"),
        ("OSError: [Errno 20] ENOTDIR", FileError, "refuses (while writing a: OSError: [Errno 20]"),
        ("OSError: ", FileError, "refuses"),
        ("ValueError: incompatible .mpy file", MissingFiles, "of another version of MicroPython"),
        ("ImportError: can't import name Box", MissingFiles, "do not fit together: install"),
    ],
)
def test_what_the_board_raises_is_not_taken_for_the_cable(last, kind, sentence):
    error = explain(f"Traceback\r\n  File x\r\n{last}\r\n", "writing a")
    assert type(error) is kind
    assert sentence in str(error)
