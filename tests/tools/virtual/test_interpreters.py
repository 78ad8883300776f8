"""Each interpreter runs a script with a search path, arguments and its own exit code."""

import pytest

from qbfgs_tools.virtual import interpreters

SCRIPT = """
import sys
import helper
print(helper.VALUE, sys.argv[1:])
if sys.argv[1:] == ["raise"]:
    raise ValueError("planted")
sys.stdout.write("no newline \\u00e9")
if len(sys.argv) > 1:
    sys.exit(int(sys.argv[1]))
"""


@pytest.fixture(params=interpreters.every(), ids=lambda i: i.name)
def interpreter(request, need):
    need(request.param)
    return request.param


@pytest.fixture
def run(interpreter, tmp_path):
    """Runs SCRIPT, with the module `helper` in a folder of the search path."""
    script = tmp_path / "with space" / "script.py"
    library = tmp_path / "library"
    script.parent.mkdir()
    library.mkdir()
    script.write_text(SCRIPT)
    (library / "helper.py").write_text("VALUE = 1 << 70\n")
    return lambda *args: interpreter.run(script, path=[library], args=args, heap=400000)


def test_output_comes_byte_for_byte(run):
    result = run()
    assert result.returncode == 0
    assert result.stdout == f"{1 << 70} []\nno newline \u00e9".encode()


def test_arguments_and_exit_code(run):
    result = run(3)
    assert result.returncode == 3
    assert result.stdout.startswith(f"{1 << 70} ['3']\n".encode())


def test_an_uncaught_exception_is_an_error(run):
    result = run("raise")
    assert result.returncode == 1
    assert b"ValueError: planted" in result.stdout + result.stderr
    assert b"script.py" in result.stdout + result.stderr


def test_a_missing_script_is_an_error(interpreter, tmp_path):
    assert interpreter.run(tmp_path / "absent.py").returncode != 0


def test_it_says_what_it_is(interpreter):
    name, version = interpreter.version().split()[:2]
    assert name == ("cpython" if "CPython" in interpreter.name else "micropython")
    assert version.count(".") == 2


def test_what_is_missing_is_said(monkeypatch):
    monkeypatch.setattr(interpreters, "UNIX_PACKAGE", "no-such-package")
    ok, reason = interpreters.UnixPort().available()
    assert not ok
    assert "no-such-package is not installed" in reason
    assert "CPython 3.10 to 3.14" in reason
    monkeypatch.setenv("PATH", "")
    assert interpreters.Wasm().available() == (
        False,
        "Node is not installed (Debian: apt-get install nodejs npm)",
    )
    with pytest.raises(RuntimeError, match="Node is not installed"):
        interpreters.Wasm().run("script.py")
