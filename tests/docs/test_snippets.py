"""Every snippet of README.md, CONTRIBUTING.md and docs/ runs, and prints what its comments say.

A Python snippet may use what the ones before it in the same file defined; those of a page that
imports the twin run at the desk alone. A text block right behind one is all that it prints. Else,
behind `print(...)`, a comment gives what is printed: all of it, or its beginning before `...`;
after a comma follow words for people. Lines of shell name commands that exist; other text blocks
are what `qbfgs` prints.
"""

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from qbfgs_tools import cli
from qbfgs_tools.virtual import interpreters

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


TUTORIAL = "tutorial.md"  # see test_tutorial
PATH = [ROOT / "shared", ROOT / "firmware", ROOT / "firmware" / "examples" / "simulated"]


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)


def promised(page):
    """The lines that a page's Python prints: text blocks behind it, or the comments of print()."""
    found = []
    for source, text in re.findall(
        r"^```python\n(.*?)^```$(?:\n+^```text\n(.*?)^```$)?",
        page.read_text(),
        re.DOTALL | re.MULTILINE,
    ):
        comments = re.findall(r"^print\(.*\)\s+# (.*)$", source, re.MULTILINE)
        found += text.splitlines() if text else comments
    return found


def desk_only(page):
    return "from qbfgs_desktop" in "".join(blocks(page, "python"))


PYTHON = [
    pytest.param(page, interpreter, id=f"{page.name}-{interpreter.name}")
    for page in PAGES
    for interpreter in interpreters.every()
    if blocks(page, "python")
    and page.name != TUTORIAL
    and (isinstance(interpreter, interpreters.CPython) or not desk_only(page))
]
SHELL = [
    pytest.param(line, id=f"{page.name}-{line.split('#')[0].strip()}")
    for page in PAGES
    for block in blocks(page, "sh")
    for line in block.splitlines()
    if line.strip() and not line.startswith("#")
]


@pytest.mark.parametrize(("page", "interpreter"), PYTHON)
def test_python_snippets_print_what_they_say(page, interpreter, tmp_path, need):
    need(interpreter)
    source = "\n".join(blocks(page, "python"))
    script = tmp_path / "snippets.py"
    script.write_text(source)
    result = interpreter.run(script, path=PATH)
    assert result.returncode == 0, result.stdout + result.stderr
    printed = result.stdout.decode().splitlines()
    promises = promised(page)
    assert promises and len(printed) == len(promises)
    for line, promise in zip(printed, promises, strict=True):
        if promise.endswith("..."):
            assert line.startswith(promise.removesuffix("...").rstrip())
        else:
            assert line == promise or promise.startswith(line + ", that is ")


@pytest.mark.parametrize("line", SHELL)
def test_shell_lines_name_what_exists(line, capsys):
    words = shlex.split(line, comments=True)
    if words[0] == "mpremote":
        assert importlib.util.find_spec("mpremote")
    elif words[0] == "qbfgs":
        cli.parser().parse_args(words[1:])
    elif words[0] in ("pip", "mpremote"):
        files = [ROOT / word for word in words if word.startswith("./")]
        assert all(file.is_file() for file in files)
    else:
        command = ROOT / words[0]
        assert command.is_file() and command.stat().st_mode & 0o100


def tokens(text):
    """The words of a printed table, line by line, without what a clock or SciPy decides.

    SciPy's evaluations change with its version and with the BLAS of the machine.
    """
    # the two columns of SciPy beside problems
    text = re.sub(r"^([a-z][a-z-]+\d* .*?) +\d+ +\d+$", r"\1", text, flags=re.MULTILINE)
    rows = []
    for line in text.splitlines():
        words = line.split()
        if not words or "SciPy" in line or "L-BFGS" in line:
            continue
        if words[0].isdigit() and len(words) > 14:
            del words[-4 if words[-1] == "fails" else -3]  # milliseconds
        rows.append(words)
    return rows


@pytest.mark.parametrize("command", ["table", "starts", "dimensions", "operators"])
def test_figures_are_what_the_commands_print(command, capsys):
    assert cli.main(["lab", command]) == 0
    printed = tokens(capsys.readouterr().out)
    assert printed in [tokens(block) for block in blocks(ROOT / "docs" / "figures.md", "text")]


def test_numerics_shows_the_operators_that_bench_counts(capsys, tmp_path):
    words = ["lab", "bench", "--section", "operators", "--csv", str(tmp_path / "bench.csv")]
    assert cli.main(words) == 0
    printed = tokens(capsys.readouterr().out.split("\n\n")[0])
    assert printed in [tokens(block) for block in blocks(ROOT / "docs" / "numerics.md", "text")]
