"""What `board test` promises: true of every build that `board install` can choose."""

import sys

import pytest
from virtual_boards import put, require

from qbfgs_tools.boards import traces
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import sources
from qbfgs_tools.cli import main
from qbfgs_tools.virtual import interpreters
from qbfgs_tools.virtual import unix as virtual_unix

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
SCRIPTS = traces.scripts()
QUICK = [script for script in SCRIPTS if script.stem == "trace_limited"]
FORMS = (builds.SOURCE, *builds.FORMS, builds.LEAN)
PORTS = {"unix": interpreters.UnixPort, "unix32": interpreters.UnixPort32}
CASES = [(board, form) for board in PORTS for form in FORMS]
CASES += [("unix32", builds.ROM)]
TOLD = {builds.BYTECODE: "bytecode or native", builds.NATIVE: "bytecode or native"}


@pytest.fixture
def call(capsys, tmp_path):
    """Runs `qbfgs board ...` on a virtual board; returns the exit code and the output."""

    def run(board, command, *words):
        require(virtual_unix, board)
        where = ("--board", board, "--folder", tmp_path)
        capsys.readouterr()
        code = main(["board", command, *map(str, (*where, *words))])
        return code, " ".join(capsys.readouterr().out.split())

    return run


@pytest.mark.parametrize(("board", "form"), CASES)
def test_the_trust_check_holds_for_every_build(board, form, call, tmp_path, monkeypatch):
    """It failed for viper, which wants its own storage, and for lean, which has other names.

    All scripts run as lean where words are a board's; those of the forms of `builds.FORMS` on
    interpreters of both widths are in tests/tools/builds/test_builds.py, those of source in
    tests/traces. How the files get there is tested in test_board_commands.py.
    """
    require(virtual_unix, board)
    whole = SCRIPTS if (board, form) == ("unix32", builds.LEAN) else QUICK
    monkeypatch.setattr(traces, "scripts", lambda: whole)
    if form == builds.ROM:
        assert call(board, "install", "--build", form)[0] == 0
    else:
        put(builds.fitting(form, builds.reported(PORTS[board]()), sources()), tmp_path)
    code, text = call(board, "test")
    assert code == 0, text
    assert text.count(" equal") >= len(whole) + 6 and "DIFFERENT" not in text
    assert f"Checked as it is installed ({TOLD.get(form, form)}): every line of whole runs" in text
    assert ("by the short names" in text) == (form in (builds.LEAN, builds.ROM))


def test_a_wrong_bit_in_source_is_found(call, tmp_path, monkeypatch):
    monkeypatch.setattr(traces, "scripts", lambda: QUICK)
    put(builds.fitting(builds.SOURCE, 0, sources()), tmp_path)
    file = tmp_path / "lib" / "qbfgs" / "search" / "armijo.py"
    right = file.read_text()
    file.write_text(right.replace("pack(19,", "pack(18,"))
    assert file.read_text() != right
    code, text = call("unix", "test")
    assert code == 1
    assert "DIFFERENT" in text and "on the board and" in text
