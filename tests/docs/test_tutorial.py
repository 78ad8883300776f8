"""The tutorial, step by step, with a virtual board in the place of the one on the port.

A block of Python runs at the desk; one that begins with the name of a file is that file. Lines of
shell run as they stand, but for the port. A block of text is what the step before it printed.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from qbfgs_tools.cli import main
from qbfgs_tools.virtual.unix import UnixBoard, available

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorial.md"
SENSOR = ROOT / "firmware" / "examples" / "simulated" / "sensor.py"
PORT = "/dev/ttyACM0"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)


def of_shell(line, port, capsys):
    """What a line of shell prints."""
    words = shlex.split(line.replace(PORT, port))
    if words[0] == "qbfgs":
        capsys.readouterr()
        assert main(words[1:]) == 0
        return capsys.readouterr().out
    run = subprocess.run(
        [sys.executable, "-m", *words], capture_output=True, text=True, timeout=1800, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.replace("\r", "")


def test_each_step_prints_what_the_page_shows(tmp_path, monkeypatch, capsys):
    ok, reason = available("unix")
    if not ok:
        pytest.skip(reason)
    monkeypatch.chdir(tmp_path)
    (tmp_path / SENSOR.name).write_bytes(SENSOR.read_bytes())
    said, names, shown = "", {}, 0
    with UnixBoard(tmp_path / "board", boot=False) as board:
        for kind, text in BLOCKS:
            file = re.match(r"# (\w+\.py)\n", text)
            if kind == "text":
                assert said == text
                shown += 1
            elif kind == "sh":
                said = "".join([of_shell(line, board.port, capsys) for line in text.splitlines()])
            elif file:
                (tmp_path / file[1]).write_text(text)
            else:
                capsys.readouterr()
                exec(compile(text, str(PAGE), "exec"), names)
                said = capsys.readouterr().out
    assert shown == 5
