"""The same scripts on every interpreter: equal traces, and epochs that leave the heap alone."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qbfgs_tools.virtual import interpreters

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
TRACES = sorted(HERE.glob("trace_*.py"))
INTERPRETERS = interpreters.every()
OTHERS = INTERPRETERS[1:]
NARROW = [interpreters.Wasm(), interpreters.UnixPort32()]  # small integers of 31 bits
TIMEOUT = 1800  # seconds a script

_traces = {}


def lines_of(interpreter, script):
    """What the script prints, as a list of lines (bytes), proven to be complete."""
    result = interpreter.run(script, path=[SHARED], timeout=TIMEOUT)
    where = f"{script.name} on {interpreter.name}"
    errors = (result.stderr or result.stdout[-2000:]).decode(errors="replace")
    assert result.returncode == 0, f"{where} ended with {result.returncode}:\n{errors}"
    assert result.stdout.endswith(b"\n"), f"{where} stopped in the middle of a line"
    lines = result.stdout.split(b"\n")[:-1]
    assert lines[-1] == b"end %d" % (len(lines) - 1), f"{where} is cut short: {lines[-1]!r}"
    assert len(lines) > 1, f"{where} printed no epoch"
    return lines


def traces(script):
    """The trace of every interpreter that can run, made once, side by side."""
    if script not in _traces:
        able = [i for i in INTERPRETERS if i.available()[0]]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            futures = {i.name: pool.submit(lines_of, i, script) for i in able}
        _traces[script] = futures
    return _traces[script]


def first_difference(ours, theirs):
    """A sentence with the first differing line, or "" when both are the same."""
    for number, (a, b) in enumerate(zip(ours, theirs, strict=False), 1):
        if a != b:
            return f"line {number}:\n  {a.decode()}\n  {b.decode()}"
    if len(ours) != len(theirs):
        return f"{len(ours)} lines against {len(theirs)}"
    return ""


@pytest.mark.parametrize("interpreter", OTHERS, ids=lambda i: i.name)
@pytest.mark.parametrize("script", TRACES, ids=lambda path: path.stem)
def test_a_trace_is_the_same_as_cpythons(script, interpreter, need):
    need(interpreter)
    made = traces(script)
    ours, theirs = made["CPython"].result(), made[interpreter.name].result()
    assert not first_difference(ours, theirs)


IMPORTS = """
import sys
for name in sys.argv[1:]:
    for loaded in [key for key in sys.modules if key.split(".")[0] == "qbfgs"]:
        del sys.modules[loaded]
    __import__(name)
    print(name)
"""


@pytest.mark.parametrize("interpreter", INTERPRETERS[:3], ids=lambda i: i.name)
def test_every_module_can_be_imported_alone(interpreter, need, tmp_path):
    need(interpreter)
    paths = [path.relative_to(SHARED).with_suffix("") for path in SHARED.rglob("*.py")]
    names = [".".join(path.parts).removesuffix(".__init__") for path in sorted(paths)]
    script = tmp_path / "imports.py"
    script.write_text(IMPORTS)
    result = interpreter.run(script, path=[SHARED], args=names, heap=1 << 20, timeout=TIMEOUT)
    assert result.stdout.decode().split() == names, result.stderr.decode()
    assert len(names) > 50


def test_every_script_ran():
    assert len(TRACES) >= 3
    for script in TRACES:
        for interpreter in INTERPRETERS:
            if interpreter.available()[0]:
                assert traces(script)[interpreter.name].result()


@pytest.fixture(scope="module", params=NARROW, ids=lambda i: i.name)
def heap_records(request, need):
    """Records of heap_epoch.py on 31-bit interpreters: {(kind, objective, mode): numbers}."""
    need(request.param)
    records = {}
    for line in lines_of(request.param, HERE / "heap_epoch.py")[:-1]:
        print(line.decode())
        kind, objective, mode, *rest = line.decode().split()
        records[kind, objective, mode] = rest
    return records


@pytest.mark.parametrize(
    "mode", ["compensated", "limited", "newton", "refined", "measured", "noise"]
)
@pytest.mark.parametrize("objective", ["Valley", "Bowl"])
def test_an_epoch_takes_no_heap(heap_records, objective, mode):
    total, epochs, most = map(int, heap_records["bytes", objective, mode])
    assert (total, most) == (0, 0)
    assert epochs >= 10, "too few epochs to mean anything"


@pytest.mark.parametrize(
    "mode", ["compensated", "limited", "newton", "refined", "measured", "noise"]
)
@pytest.mark.parametrize("objective", ["Valley", "Bowl"])
def test_epochs_run_with_the_heap_locked(heap_records, objective, mode):
    epochs, outcome = heap_records["locked", objective, mode]
    assert outcome == "complete"
    assert epochs == heap_records["bytes", objective, mode][1]


def test_the_heap_script_sees_an_allocation(tmp_path, need):
    """The measurement itself works: an objective that allocates is found."""
    wasm = interpreters.Wasm()
    need(wasm)
    package = tmp_path / "qbfgs"
    package.mkdir()
    (package / "__init__.py").write_text(
        "class Optimizer:\n"
        "    def __init__(self, objective, x0, max_epochs, mode, **settings):\n"
        "        self.left, self.kept, self.mode = 20, 0, mode\n"
        "    def step(self):\n"
        "        self.left -= 1\n"
        "        self.kept = (1 << 29) + (1 << 29 if self.mode == 'paper' else 1)\n"
        "        return self.left > 0\n"
    )
    lines = wasm.run(HERE / "heap_epoch.py", path=[tmp_path]).stdout.decode().split("\n")
    assert lines[0] == "bytes Valley compensated 0 17 0"
    assert lines[1] == "locked Valley compensated 17 complete"
    assert lines[2].startswith("bytes Valley paper ")
    assert int(lines[2].split()[3]) >= 17 * 16
    assert lines[3] == "locked Valley paper 0 MemoryError"
