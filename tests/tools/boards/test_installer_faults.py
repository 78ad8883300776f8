"""The installer under a cut at every operation, and at every failing one: a new one mends it."""

import pytest
from faulty_flash import CUT, EIO, ENOSPC, EROFS, arm, count, mount
from virtual_boards import require

from qbfgs_tools.boards import installation
from qbfgs_tools.boards.errors import BoardError, FileError
from qbfgs_tools.boards.files import NEW
from qbfgs_tools.boards.link import Link
from qbfgs_tools.virtual import unix as virtual_unix
from qbfgs_tools.virtual.unix import UnixBoard

OLD = {
    "lib/qbfgs/changed.mpy": b"old " * 90,
    "lib/qbfgs/same.py": b"same",
    "lib/qbfgs/module.py": b"in the way of module.mpy",
    "lib/other.py": b"the user's own",
}
WANTED = {
    "lib/qbfgs/changed.mpy": b"new, and longer " * 20,
    "lib/qbfgs/same.py": b"same",
    "lib/qbfgs/module.mpy": b"compiled",
    "lib/qbfgs/room/inner.mpy": b"",
    "main.py": b"pass\n",
}
AFTER = WANTED | {"lib/other.py": OLD["lib/other.py"]}


class Bench:
    """A board with the old files, the faulty flash mounted, and never reset."""

    def __init__(self, board, link):
        self.folder, self.link = board.folder, link
        mount(link, board.folder)

    def lay_out(self):
        """The old files, and no others."""
        for path in sorted(self.folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        for path, data in OLD.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)

    def files(self):
        """{path: bytes} of all files."""
        places = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in places}

    def install(self, at=-1, number=CUT):
        """Installs with that fault; the error of the board, or None."""
        arm(self.link, at, number)
        try:
            return installation.install(self.link, WANTED), None
        except BoardError as error:
            return None, error


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    require(virtual_unix)
    patch = pytest.MonkeyPatch()
    patch.setattr(Link, "soft_reset", lambda link: None)
    patch.setattr(installation, "measured", lambda link: (1, 2))
    folder = tmp_path_factory.mktemp("flash")
    with UnixBoard(folder, boot=False) as board, Link(board.port) as link:
        made = Bench(board, link)
        made.lay_out()
        made.install()
        made.operations = count(link)
        yield made
    patch.undo()


def test_there_are_operations_of_all_kinds(bench):
    """Reads, writes, closings, renames, removals, folders: what the next tests walk along."""
    assert bench.files() == AFTER
    print(bench.operations, "operations")
    assert 40 < bench.operations < 120


@pytest.mark.parametrize(
    ("number", "replaces_none"), [(CUT, False), (EIO, False), (CUT, True)], ids=str
)
def test_after_a_fault_at_any_operation_a_new_installation_mends_the_board(
    bench, number, replaces_none
):
    """No file is ever a part of one, and what is reported as installed is."""
    failed = 0
    bench.link.execute(f"flash.replaces_none = {replaces_none}")
    bench.lay_out()
    bench.install()
    operations = count(bench.link)
    for at in range(operations):
        bench.lay_out()
        done, error = bench.install(at, number)
        there = bench.files()
        for path, data in there.items():
            whole = (OLD.get(path), WANTED.get(path))
            assert data in whole or path.endswith(NEW), (at, path)
        assert there["lib/other.py"] == OLD["lib/other.py"]
        if done:
            assert there == AFTER, at
        else:
            failed += 1
            assert "cable" not in str(error), at
        assert bench.install()[1] is None, at
        assert bench.files() == AFTER, at
    print(operations, "operations, of which", failed, "ended an installation")
    assert failed > operations // 2
    assert bench.install()[0].copied == []
    bench.link.execute("flash.replaces_none = False")


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (EIO, "the board's flash fails: .*replace its card"),
        (ENOSPC, r"file system is full: what is still to be copied needs 1 KB; use --build lean"),
        (EROFS, "file system is read-only for its own programs: eject the drive"),
        (13, "the board's file system refuses .while writing lib/qbfgs/changed.mpy: OSError: "),
    ],
)
def test_a_refused_write_names_its_cause(bench, number, cause, monkeypatch):
    """Errors of the board are none of the cable; the old file stays, and none of 0 bytes."""
    bench.lay_out()
    monkeypatch.setattr(bench.link, "room", lambda: None)
    arm(bench.link, refused=number)
    with pytest.raises(FileError, match=cause):
        installation.install(bench.link, WANTED)
    assert bench.files() == {p: data for p, data in OLD.items() if p != "lib/qbfgs/module.py"}


def test_a_full_board_is_told_before_anything_is_written(bench, monkeypatch):
    bench.lay_out()
    arm(bench.link)
    monkeypatch.setattr(bench.link, "room", lambda: -380)
    with pytest.raises(FileError, match=r"full: qbfgs in this build needs 1 KB, 0 KB are free; us"):
        installation.install(bench.link, WANTED)
    assert bench.files() == OLD


def test_flash_that_forgets_is_no_installation(bench, monkeypatch):
    """What is written is read back."""
    bench.lay_out()
    monkeypatch.setattr(bench.link, "write_file", lambda path, data: None)
    with pytest.raises(FileError, match="does not keep what is written to it"):
        installation.install(bench.link, WANTED)
