"""The trace scripts on a board: each line that it prints compared with the desk's."""

from qbfgs_tools.builds.files import CORE, LIBRARY, TRUST
from qbfgs_tools.virtual.interpreters import CPython

FOLDER = TRUST / "traces"
HELPER = "tracing.py"  # what the scripts import from beside them
SILENCE = 120  # seconds that one line may take


def scripts():
    """The trace scripts, sorted."""
    return sorted(FOLDER.glob("trace_*.py"))


def desk(script):
    """What CPython prints, a list of lines. Raises AssertionError when it fails."""
    result = CPython().run(script, path=[CORE.parent])
    assert result.returncode == 0, result.stderr.decode(errors="replace")
    return result.stdout.decode().splitlines()


def compare(link, script, expected, progress=lambda text: None):
    """(lines that are equal, the first difference as a sentence or ""). qbfgs must be installed."""
    helper = f"{LIBRARY}/{HELPER}"
    equal, difference = 0, ""

    def take(line):
        nonlocal equal, difference
        text = line.decode(errors="replace").rstrip("\r\n")
        right = expected[equal] if equal < len(expected) else "(no such line)"
        if not difference and text != right:
            difference = f"line {equal + 1} is `{text}` on the board and `{right}` at the desk"
        elif not difference:
            equal += 1
            progress(f"{equal} of {len(expected)} lines")

    link.soft_reset()
    link.write_file(helper, (FOLDER / HELPER).read_bytes())
    try:
        link.execute(script.read_text(), take, SILENCE, doing=f"{script.name} ran")
    finally:
        link.remove_file(helper)
    if not difference and equal < len(expected):
        difference = f"only {equal} of {len(expected)} lines came"
    return equal, difference
