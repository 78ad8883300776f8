"""The demonstration tells the truth about what it compared."""

from subprocess import CompletedProcess

import pytest

from qbfgs_tools.lab import demo

ROW = "compensated 16 done 2 34 20 10 4 16 16 0 99"


class Fake:
    """An interpreter that printed the given lines."""

    def __init__(self, name, *lines, returncode=0):
        self.name = name
        self.result = CompletedProcess([], returncode, ("\n".join(lines) + "\n").encode(), b"oops")

    def available(self):
        return True, ""

    def version(self):
        return self.name + " 1.0"

    def run(self, script, path):
        return self.result


GOOD = [ROW] * demo.ROWS + ["end 14"]


def outcome(monkeypatch, capsys, *fakes):
    monkeypatch.setattr(demo.interpreters, "every", lambda: list(fakes))
    return demo.main(), capsys.readouterr().out


def test_equal_traces(monkeypatch, capsys):
    code, text = outcome(monkeypatch, capsys, Fake("desk", *GOOD), Fake("board", *GOOD))
    assert code == 0
    assert "14 of 14 rows end at (1, 1) with cost 0; 476 epochs in all" in text
    assert "board (board 1.0): identical to desk's" in text


@pytest.mark.parametrize(
    ("board", "sentence"),
    [
        (Fake("board", *GOOD[:3], ROW + "1", *GOOD[4:]), "DIFFERENT from line 4 on"),
        (Fake("board", *GOOD[:-1]), "printed only a part"),
        (Fake("board", *GOOD, returncode=1), "ended with exit code 1\noops"),
    ],
)
def test_what_differs_fails(monkeypatch, capsys, board, sentence):
    code, text = outcome(monkeypatch, capsys, Fake("desk", *GOOD), board)
    assert code == 1
    assert sentence in text
    assert "identical" not in text


def test_an_unsolved_row_or_no_micropython_fails(monkeypatch, capsys):
    lines = [*GOOD[:5], ROW.replace(" 0 99", " 7 99"), *GOOD[6:]]
    code, text = outcome(monkeypatch, capsys, Fake("desk", *lines), Fake("board", *lines))
    assert code == 1
    assert "13 of 14" in text
    assert outcome(monkeypatch, capsys, Fake("desk", *GOOD))[0] == 1
