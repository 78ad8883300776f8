"""Names that a terminal, a module or a file could take for something else."""

import csv
import io
import json

import numpy as np
import pytest

from qbfgs_desktop.fits import inference, learned
from qbfgs_tools.cli import main
from qbfgs_tools.terminal.live_view import LiveView
from qbfgs_tools.terminal.output import Bad, Report, Table, emit
from qbfgs_tools.virtual import interpreters

NAMES = (
    *("[/x]", "[bold]", "[link=http://x]y", "{}", "{0}", "{t", "%s", "%", "$x_$", "a$b"),
    *("\\", "\\n", '"', '"""', "'", "'''", "\"'", "a\0b", "a\nb", "a\rb", "\x1b[31m"),
    *("\x1b]0;title\x07", "\x7f", "\u202eevil", "\u2066a\u2069", "\u200b", "a\u2028b"),
    *("\ufeffa", "\ud7ff", "\U000e0001", "n" * 200, "<b>", "=1+1", "#", "def", "µ °C", "日本"),
)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def lines(text):
    """The lines of what is printed, none of which steers a terminal."""
    assert all(line.isprintable() for line in text.split("\n")), text
    return text.splitlines()


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def numbers(columns):
    """Rows of numbers, no column of which depends on others."""
    return np.random.default_rng(1).integers(-99, 99, (2 * columns + 9, columns)).tolist()


@pytest.fixture
def fit(tmp_path, capsys):
    """Fits a model to a CSV file, and checks what is written and printed."""
    data, model, module = (tmp_path / n for n in ("data.csv", "model.json", "model.py"))

    def made(recipe, target, header, rows):
        write(data, header, rows)
        words = ["--qp", "16", "--out", str(model), "--module", str(module), "--max-epochs", "9"]
        code = main(["fit", str(data), "--model", recipe, "--target", target, *words])
        check(code, capsys, data, model, module)
        return module

    return made


def test_names_of_inputs(fit):
    fit("linear", "target", [*NAMES, "target"], numbers(len(NAMES) + 1))


@pytest.mark.parametrize("name", ["[/x]", "a\0b", "\u202eevil", "a\nb", "a\rb", '"""', "$x_$"])
def test_names_of_targets(fit, name):
    fit("linear", name, ["in", name], numbers(2))


@pytest.mark.parametrize("names", [NAMES[::2], NAMES[1::2]])
def test_names_of_classes(fit, names):
    rows = [(*row, name) for row, name in zip(numbers(40), names * 4, strict=False)]
    fit("softmax", "target", ["a", "b", "target"], [(*row[:2], row[-1]) for row in rows])


def check(code, capsys, data, model, module):
    """What a fit wrote is sound, and what it printed."""
    text, complaint = capsys.readouterr()
    assert complaint.count("qbfgs:") == 0
    assert code in (0, 1)  # 1 for a poor fit, as of numbers by chance
    lines(text)
    source = module.read_text(encoding="utf-8")
    assert all(line.isprintable() for line in source.split("\n"))
    space = {}
    exec(compile(source, "model", "exec"), space)
    described = learned.load(model)
    assert list(space["INPUTS"]) == [column["name"] for column in described["inputs"]]
    assert inference.module(described) == source
    out = data.with_name("out.csv")
    assert main(["predict", str(model), str(data), "--out", str(out)]) == 0
    lines(capsys.readouterr().out)
    with open(out, newline="", encoding="utf-8") as file:
        read = list(csv.reader(file))
    assert read[0] == [f"predicted {described['target']['name']}"]
    labels = described["target"]["labels"]
    assert len(read) > 9 and (not labels or {cell for (cell,) in read[1:]} <= set(labels))


@pytest.mark.parametrize("interpreter", interpreters.every(), ids=lambda i: i.name)
def test_a_board_takes_the_module(interpreter, fit, tmp_path, need):
    need(interpreter)
    fit("linear", "target", [*NAMES, "target"], numbers(len(NAMES) + 1))
    script = tmp_path / "script.py"
    script.write_text(f"import model\nprint(model.INPUTS == {ascii(NAMES)})\n")
    result = interpreter.run(script, path=[tmp_path], timeout=1800)
    assert result.stdout == b"True\n", result.stderr


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_reports(stream):
    made = stream()
    rows = [(name, Bad(name)) for name in NAMES]
    notes = [f"a note of {name}" for name in NAMES]
    emit(Report([Table("\x1b[2Jtitle", ("<name", "bad"), rows), *notes], {}), False, made)
    text = made.getvalue()
    assert "\x1b[2J" not in text and "\x1b]0" not in text and "\u202e" not in text
    assert "[/x]" in text and "[link=http://x]y" in text and "\\u202eevil" in text
    if stream is io.StringIO:
        lines(text)


def test_reports_for_machines_keep_the_names():
    made = io.StringIO()
    emit(Report([], {"names": list(NAMES)}), True, made)
    assert json.loads(made.getvalue()) == {"names": list(NAMES)}


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_the_live_view(stream):
    made = stream()
    for name in NAMES:
        with LiveView(2, made) as view:
            view.begin(name)
            view.show(f"at {name}")
            if view._display._bars:
                view._display._bars.refresh()
            over = iter((False, True))
            view._display.speak(lambda seconds, over=over: next(over))
            view.end(name)
    text = made.getvalue()
    assert "[/x]: at [/x]" in text and "\u202e" not in text and "\x1b]0" not in text


def test_complaints(capsys):
    assert main(["fit", "no\x1b[2J\nfile.csv", "--model", "linear", "--target", "a"]) == 2
    assert lines(capsys.readouterr().err) == [
        "qbfgs: no\\x1b[2J\\nfile.csv: No such file or directory"
    ]
