"""The virtual unix boards behave like boards on a cable, for the real mpremote."""

import pytest
from virtual_boards import eventually, mpremote, require

from qbfgs_tools.virtual import unix as virtual_unix
from qbfgs_tools.virtual.unix import UnixBoard


@pytest.fixture(params=virtual_unix.PORTS)
def board(tmp_path, request):
    require(virtual_unix, request.param)
    with UnixBoard(tmp_path / "flash", heap=64 * 1024, name=request.param) as made:
        yield made


def test_exec_keeps_the_state_with_resume_and_resets_without(board):
    assert mpremote(board, "resume", "exec", "x = 5") == (0, "")
    assert mpremote(board, "resume", "exec", "print(x)") == (0, "5\n")
    assert board.resets == 0
    code, text = mpremote(board, "exec", "print(x)")
    assert code == 1
    assert "NameError" in text
    assert board.resets == 1


def test_run_streams_a_script_and_its_exception(board, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import time\nprint('one')\ntime.sleep(0.1)\nraise ValueError('planted')\n")
    for words in (("run",), ("resume", "run")):
        code, text = mpremote(board, *words, str(script))
        assert code == 1
        assert text.startswith("one\n")
        assert "ValueError: planted" in text


def test_files_are_those_of_the_folder_and_nothing_else_is_seen(board, tmp_path):
    source = tmp_path / "source.txt"
    source.write_text("text\n")
    assert mpremote(board, "resume", "fs", "mkdir", ":lib")[0] == 0
    assert mpremote(board, "resume", "fs", "cp", str(source), ":lib/copy.txt")[0] == 0
    assert (board.folder / "lib" / "copy.txt").read_text() == "text\n"
    assert mpremote(board, "resume", "exec", "import os; print(os.listdir('/'))") == (
        0,
        "['lib']\n",
    )


def test_a_mounted_folder_is_imported_from(board, tmp_path):
    (tmp_path / "helper.py").write_text("VALUE = 42\n")
    code, text = mpremote(
        board, "resume", "mount", str(tmp_path), "exec", "import helper; print(helper.VALUE)"
    )
    assert code == 0
    assert "42" in text


def test_an_endless_program_is_interrupted_by_the_next_command(board):
    for start in ("resume", "soft-reset"):
        assert mpremote(board, start, "resume", "exec", "--no-follow", "while True: pass")[0] == 0
        assert mpremote(board, "resume", "exec", "print('back')") == (0, "back\n")


def test_the_heap_has_a_limit(board):
    code, text = mpremote(board, "resume", "exec", "b = bytearray(70000)")
    assert code == 1
    assert "MemoryError" in text
    free = mpremote(board, "resume", "exec", "import gc; gc.collect(); print(gc.mem_free())")[1]
    assert 40000 < int(free) < 65536


def test_main_runs_at_power_on_and_power_cuts_lose_no_file(board):
    (board.folder / "boot.py").write_text("open('booted', 'a').write('b')\n")
    (board.folder / "main.py").write_text(
        "open('started', 'a').write('m')\nwhile True:\n    pass\n"
    )
    for count in (1, 2, 3):
        board.power_off()
        assert not board.powered()
        board.power_on()
        started = board.folder / "started"
        assert eventually(lambda n=count, f=started: f.is_file() and f.read_text() == "m" * n)
        assert (board.folder / "booted").read_text() == "b" * count
    # A soft reset into the raw REPL runs boot.py, not main.py.
    assert mpremote(board, "exec", "print(1)") == (0, "1\n")
    assert (board.folder / "booted").read_text() == "bbbb"
    assert (board.folder / "started").read_text() == "mmm"


def test_a_power_cut_empties_the_memory_and_keeps_the_files_and_the_port(board):
    (board.folder / "kept.txt").write_text("kept")
    port = board.port
    assert mpremote(board, "resume", "exec", "x = 5") == (0, "")
    board.power_off()
    board.power_on()
    assert board.port == port
    assert mpremote(board, "resume", "exec", "print('x' in globals())") == (0, "False\n")
    assert mpremote(board, "resume", "fs", "cat", ":kept.txt") == (0, "kept")


def test_a_pulled_cable_takes_the_port_away(board):
    board.unplug()
    code, text = mpremote(board, "resume", "exec", "print(1)")
    assert code == 1
    # By when it notices: the port does not open, or it fails while it is opened.
    assert "failed to access" in text or "Input/output error" in text


def test_a_long_program_with_quotes_and_text_beyond_ascii(board, tmp_path):
    script = tmp_path / "script.py"
    lines = [f"x = '\u00e9\u20ac\\'{i:04}'  # \"\"\" '''" for i in range(400)]
    script.write_text("\n".join([*lines, "print(len(x), x)", "print('>>> ', end='')"]))
    assert script.stat().st_size > 8192
    code, text = mpremote(board, "resume", "run", str(script))
    assert (code, text) == (0, "7 \u00e9\u20ac'0399\n>>> ")


def test_errors_of_syntax_and_of_room(board):
    code, text = mpremote(board, "resume", "exec", "x = = 1")
    assert (code, text.count("SyntaxError")) == (1, 1)
    code, text = mpremote(board, "resume", "exec", "a = []\nwhile True: a.append(bytearray(64))")
    assert code == 1
    assert "MemoryError" in text
    assert mpremote(board, "exec", "print('back')") == (0, "back\n")
