"""The rules of the firmware: those of the core, with the board's own modules allowed."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "firmware"
FILES = sorted(FIRMWARE.rglob("*.py"))
ASYNC = "background.py"
MODULES = ("gc", "machine", "os", "time")
ALLOWED = {f"the import of {module}" for module in MODULES} | {"the name open"}
ALLOWED_IN = {
    "main.py": {"the import of qbfgs_board.runner"},
    "contents.py": {"the import of sys"},
    "heap.py": {"the import of sys"},
    "report.py": {"the name print"},
    ASYNC: {"an async function", "an await", "the import of asyncio", "the import of uasyncio"},
}
# What stands in for a person's own driver in the examples.
SIMULATED = {
    f"the import of {file.stem}" for file in (FIRMWARE / "examples" / "simulated").glob("*.py")
}

_spec = importlib.util.spec_from_file_location(
    "shared_rules", ROOT / "tests" / "shared" / "test_rules.py"
)
rules = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rules)


def violations(source, file):
    """Those of the core that the firmware has to keep, too."""
    allowed = ALLOWED | ALLOWED_IN.get(file.name, set())
    sentences = [(s, s.split(": ", 1)[1]) for s in rules.violations(source, str(file))]
    if file.parent.name == "examples":  # programs: they print, and import what they show
        allowed |= {"the name print"} | SIMULATED
        sentences = [(s, what) for s, what in sentences if "the import of qbfgs" not in what]
    return [s for s, what in sentences if what not in allowed]


def test_the_firmware_is_there():
    assert len(FILES) >= 10 and FIRMWARE / "main.py" in FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_of_the_firmware_keeps_the_rules(file):
    assert violations(file.read_text(encoding="utf-8"), file) == []


def test_hardware_is_nowhere_else():
    for file in rules.FILES:
        found = rules.violations(file.read_text(encoding="utf-8"), str(file))
        assert not ALLOWED.intersection(sentence.split(": ", 1)[1] for sentence in found)


@pytest.mark.parametrize("source", ["import json\n", "x = 1 / 2\n", "async def f():\n    pass\n"])
def test_a_planted_violation_is_caught(source):
    assert violations(source, FIRMWARE / "main.py")
