"""An epoch takes no heap, and a pass of a model as much as from source, in every build."""

from pathlib import Path

import pytest
from virtual_boards import put, require

from qbfgs_tools.boards import rom
from qbfgs_tools.boards.link import Link
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import LIBRARY, sources
from qbfgs_tools.builds.lean import renaming
from qbfgs_tools.virtual import interpreters
from qbfgs_tools.virtual import unix as virtual_unix
from qbfgs_tools.virtual.unix import UnixBoard

TRACES = Path(__file__).resolve().parents[2] / "traces"
EPOCH, MODELS = TRACES / "heap_epoch.py", TRACES / "heap_models.py"
PORTS = {"unix": interpreters.UnixPort, "unix32": interpreters.UnixPort32}
PORTS["wasm"] = interpreters.Wasm
CHECKED = "checked out"  # the sources as they are
ANYWHERE = (CHECKED, builds.SOURCE, builds.BYTECODE, builds.LEAN)
CASES = [(port, form) for port in PORTS for form in ANYWHERE]
CASES += [(port, form) for port in ("unix", "unix32") for form in (builds.NATIVE, builds.VIPER)]
every_build = pytest.mark.parametrize(("port", "form"), CASES)


@pytest.fixture(scope="module")
def library(tmp_path_factory, need):
    """library(port, form): the interpreter, and the folder to import a build from."""
    made = {}

    def library(name, form):
        port = PORTS[name]()
        need(port)
        if (name, form) not in made:
            files = sources()
            if form != CHECKED:
                files = builds.fitting(form, builds.reported(port), files)
            made[name, form] = written(tmp_path_factory.mktemp("flash"), files)
        return port, made[name, form]

    return library


def written(folder, files):
    """The folder to import files from that a board would hold."""
    put(files, folder)
    return folder / LIBRARY


def printed(port, script, path):
    result = port.run(script, path=[path], timeout=1800)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout.decode()


def taking(text):
    """The lines of heap_epoch.py that tell of heap that was taken."""
    *lines, end = text.split("\n")[:-1]
    assert end == f"end {len(lines)}"
    assert len(lines) >= 24 and lines[0].startswith("bytes ") and lines[1].startswith("locked ")
    words = [line.split() for line in lines]
    free = [w[3] == w[5] == "0" if w[0] == "bytes" else w[4] == "complete" for w in words]
    return [line for line, is_free in zip(lines, free, strict=True) if not is_free]


@every_build
def test_an_epoch_of_a_build_takes_no_heap(port, form, library):
    interpreter, path = library(port, form)
    assert taking(printed(interpreter, EPOCH, path)) == []


@every_build
def test_a_pass_of_a_model_takes_what_it_takes_from_source(port, form, library):
    interpreter, path = library(port, form)
    _, plain = library(port, CHECKED)
    assert printed(interpreter, MODELS, path) == printed(interpreter, MODELS, plain)


def test_an_epoch_in_rom_takes_no_heap(tmp_path):
    require(virtual_unix, "unix32")
    with UnixBoard(tmp_path, boot=False, name="unix32") as board, Link(board.port) as link:
        rom.install(link, builds.fitting(builds.ROM, link.mpy, sources()))
        assert link.evaluate("__import__('qbfgs').__file__").startswith(rom.MOUNTED)
        said = link.execute(EPOCH.read_text(), silence=120).decode().replace("\r", "")
    assert taking(said) == []


def test_a_tuple_that_is_built_is_seen(tmp_path, need, monkeypatch):
    """As it was when the text of lean had brackets where the source has none."""
    port = interpreters.UnixPort32()
    need(port)
    monkeypatch.setattr(renaming, "text_of", renaming.ast.unparse)
    monkeypatch.setattr(renaming, "shortened", renaming.shortened.__wrapped__)  # not what was kept
    path = written(tmp_path, builds.fitting(builds.LEAN, builds.reported(port), sources()))
    found = taking(printed(port, EPOCH, path))
    assert any(line.endswith(" MemoryError") for line in found)
    assert any(line.startswith("bytes ") for line in found)
