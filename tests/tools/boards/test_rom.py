"""Modules in a board's ROM partition: deployed by mpremote, run in place."""

import json
import sys

import pytest
from virtual_boards import require

from qbfgs_tools.boards import installation, rom
from qbfgs_tools.boards.errors import LinkError
from qbfgs_tools.boards.link import Link
from qbfgs_tools.cli import main
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.virtual import rom as virtual_rom
from qbfgs_tools.virtual import unix as virtual_unix
from qbfgs_tools.virtual.unix import UnixBoard

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
JOB = "problem rosenbrock\nqp 64\nstart -1.232 1.212\n"
USED = "import gc\ngc.collect()\nprint(gc.mem_alloc())"
WHERE = "import qbfgs, qbfgs_board.runner as r\nprint(repr((qbfgs.__file__, r.__file__)))"


@pytest.fixture
def link(tmp_path):
    require(virtual_unix, "unix32")
    with UnixBoard(tmp_path, name="unix32", boot=False) as board, Link(board.port) as made:
        yield made


@pytest.fixture
def call(capsys, tmp_path):
    """Runs `qbfgs board ...` on a virtual board; returns the exit code, the output, the errors."""

    def run(command, *words, board="unix32"):
        require(virtual_unix, board)
        where = ("--board", board, "--folder", tmp_path)
        capsys.readouterr()
        code = main(["board", command, *map(str, (*where, *words))])
        return code, *capsys.readouterr()

    return run


def told(result):
    assert result[0] == 0, result
    return json.loads(result[1])


def test_files_are_read_where_they_lie(link):
    before = link.ask(USED)
    rom.deploy(link, rom.image({"lib/big.py": b"text = 1\n" * 10000, "lib/note": b"\x00\xff"}))
    assert link.ask(USED) < before + 256
    assert link.evaluate("open('/rom/lib/note', 'rb').read()") == b"\x00\xff"
    assert link.hashes(rom.MOUNTED).keys() == {"/rom/lib/big.py", "/rom/lib/note"}
    rom.deploy(link, rom.image({}))
    assert link.hashes(rom.MOUNTED) == {}


def test_an_image_that_is_too_big(link):
    with pytest.raises(UserError, match="mpremote cannot write the ROM: ROMFS image is too big"):
        rom.deploy(link, rom.image({"big": bytes(virtual_rom.SIZE)}))


def test_the_papers_rows_with_a_heap_of_32_kb(call):
    done = told(call("install", "--build", "rom", "--heap", 32, "--json"))
    assert done["build"] == "rom"
    assert sorted(done["copied"]) == sorted(done["files"])
    assert 4 * done["heap"] < done["flash"] < virtual_rom.SIZE
    assert told(call("install", "--build", "rom", "--heap", 32, "--json"))["copied"] == []
    rows = told(call("verify", "--heap", 32, "paper", "--json"))
    assert len(rows) == 14
    assert all(row["equal"] and row["final"]["cost"] == 0 for row in rows)


def test_what_is_installed_last_is_imported(link):
    files = {
        "lib/qbfgs/__init__.py": b"",
        "lib/qbfgs_board/__init__.py": b"",
        "lib/qbfgs_board/heap.py": b"def collect_often():\n    pass\n",
        "lib/qbfgs_board/runner.py": b"def run(path):\n    return True\n",
    }
    installation.install(link, files)
    assert link.ask(WHERE) == ("/lib/qbfgs/__init__.py", "/lib/qbfgs_board/runner.py")
    done = rom.install(link, {**files, "main.py": b"pass\n"})
    assert sorted(done.removed) == sorted(files)
    assert done.copied == [*files, "main.py"]
    assert link.read_file("main.py") == b"pass\n"
    assert link.ask(WHERE) == ("/rom/lib/qbfgs/__init__.py", "/rom/lib/qbfgs_board/runner.py")
    rom.clear(link)
    installation.install(link, files)
    assert link.ask(WHERE) == ("/lib/qbfgs/__init__.py", "/lib/qbfgs_board/runner.py")


def test_what_others_keep_in_the_rom_stays(link, call):
    rom.deploy(link, rom.image({"lib/theirs.py": b"", "lib/qbfgs/__init__.py": b""}))
    link.close()
    for form in ("rom", "source"):
        code, _, errors = call("install", "--build", form)
        assert code == 2
        assert "the board's ROM holds other files too (/rom/lib/theirs.py)" in errors


def test_a_board_without_a_rom_partition(call):
    code, _, errors = call("install", "--build", "rom", board="unix")
    assert code == 2
    assert "no ROM partition: that takes MicroPython 1.25 or later (this is " in errors
    assert "try --build lean" in errors


def test_the_smallest_heap(call, tmp_path, capsys, monkeypatch):
    require(virtual_unix, "unix32")
    for name, value in {"FORMS": ("rom",), "LEAST": 12, "MOST": 44}.items():
        monkeypatch.setattr(f"qbfgs_tools.lab.boards.heaps.{name}", value)
    job = tmp_path / "job.txt"
    job.write_text(JOB)
    assert main(["lab", "heap", str(job), "--board", "unix32", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["epochs"] > 30
    assert 12 < row["core_kilobytes"] < row["kilobytes"] <= 32
    assert 10000 < row["core_bytes"] < row["file_bytes"]
    assert row["core_heap"] < row["core_bytes"]


def torn_driver(blocks):
    """The driver of a partition that the power leaves after so many blocks and a half; None: it
    keeps nothing."""
    write = "        with open("
    rule = (
        f"        if block >= {blocks}:\n"
        "            data = data[: len(data) // 2]\n"
        f"        if block > {blocks}:\n"
        "            raise OSError(5)\n"
    )
    return virtual_rom.DRIVER.replace(
        write, (rule if blocks is not None else "        return\n") + write, 1
    )


def test_a_partition_that_ignores_writes_is_no_installation(link, monkeypatch):
    monkeypatch.setattr(rom, "DRIVER", torn_driver(None))
    with pytest.raises(UserError, match="does not keep what is written to it"):
        rom.install(link, {"lib/qbfgs/one.mpy": b"1"})


def test_an_image_torn_at_any_block_is_written_anew(link, monkeypatch):
    """No part of an image is taken for all of it, nor for files of others."""
    monkeypatch.setattr(installation, "measured", lambda link: (1, 2))
    files = {f"lib/qbfgs/{name}.mpy": name.encode() * 500 for name in ("one", "two", "three")}
    size = len(rom.image(files))
    right, torn = virtual_rom.DRIVER, 0
    for blocks in range(-(-size // virtual_rom.BLOCK)):
        monkeypatch.setattr(rom, "DRIVER", torn_driver(blocks))
        try:
            done = rom.install(link, files)
        except (LinkError, UserError):
            torn += 1
            done = None
            link.soft_reset()
        monkeypatch.setattr(rom, "DRIVER", right)
        assert rom.install(link, files).copied == ([] if done else list(files)), blocks
        assert rom.install(link, files).copied == []
        rom.deploy(link, rom.image({}))
    assert torn >= size // virtual_rom.BLOCK > 3
