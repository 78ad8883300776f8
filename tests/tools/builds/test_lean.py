"""The lean form is the same program, and the proof sees it when it is not."""

import re
import subprocess
import sys

import pytest
from solving import RUN
from virtual_boards import put

from qbfgs import minimize
from qbfgs.modes import MODES
from qbfgs.problems import Rosenbrock
from qbfgs_tools.builds.files import LIBRARY, compiled, sources
from qbfgs_tools.builds.lean import merging as lean
from qbfgs_tools.builds.lean.proof import differences


@pytest.fixture(scope="module")
def program():
    return lean.Program()


@pytest.fixture(scope="module")
def files(program):
    return lean.files(program)


@pytest.fixture
def flash(files, tmp_path):
    put(files, tmp_path)
    return tmp_path / LIBRARY


def path_of(name):
    return f"{LIBRARY}/{name.replace('.', '/')}.py"


def test_it_is_the_same_program(program, files):
    assert differences(program, files) == []
    assert files.keys() == sources().keys()
    assert sum(len(contents) for contents in program.contents.values()) > 80


def test_every_mode_runs_as_at_the_desk(flash):
    command = [sys.executable, "-I", "-c", RUN.format(modes=MODES), str(flash)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    for line, mode in zip(result.stdout.splitlines(), MODES, strict=True):
        o = minimize(Rosenbrock(16), [-20, 19], mode=mode, max_epochs=40)
        assert line == f"{mode} {o.epochs} {o.checksum} {o.x}"


def test_each_module_can_be_imported_alone(flash, program):
    script = "import sys, importlib\nsys.path[:0] = [sys.argv[1]]\n"
    script += "for name in sys.argv[2:]:\n"
    script += "    for known in [k for k in sys.modules if k.startswith('qbfgs')]:\n"
    script += "        del sys.modules[known]\n"
    script += "    module = importlib.import_module(name)\n"
    script += "    print(name, *[k for k in vars(module) if k[0] != '_'])\n"
    command = [sys.executable, "-I", "-c", script, str(flash), *program.modules]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    given = {name: set(names) for name, *names in lines}
    assert given.keys() == program.modules.keys()
    for name, module in program.modules.items():
        public = {one for one in module.definitions if not one.startswith("_")}
        if hasattr(module.loaded, "__path__") or not public:  # it gives what it imports
            public |= {one for one, (_, original) in module.imports.items() if original}
        external = {"gc", "time", "os", "sys"}  # of MicroPython; nobody asks these modules for them
        assert public - external <= given[name], name


def test_what_a_user_meets_keeps_its_name(files):
    core = files[f"{LIBRARY}/qbfgs/__init__.py"].decode()
    for name in (
        "class Optimizer",
        "def minimize(objective, x0, **settings)",
        "def tell(self, cost)",
    ):
        assert name in core
    assert '"""' not in core and "#" not in core.replace("'#'", "")


def test_it_is_smaller(files):
    core = ("qbfgs/__init__", "qbfgs/model/bfgs", "qbfgs/modes/compensated")
    made = compiled({path: files[path] for path in (f"{LIBRARY}/{name}.py" for name in core)})
    loaded = compiled({path: sources()[path] for path in lean_sources()}).values()
    sizes = sum(map(len, made.values())), sum(map(len, loaded))
    print("bytes of the core, lean and plain:", *sizes)
    assert sizes[0] < 0.8 * sizes[1]


def lean_sources():
    """The paths of what the lean core was made of."""
    program = lean.Program()
    core = ("qbfgs", "qbfgs.model.bfgs", "qbfgs.modes.compensated")
    names = {made.module for name in core for made in program.contents[name]}
    return [program.paths[name] for name in names]


CHANGES = {
    "an operator": ("qbfgs.modes.compensated", " >> 1", " << 1"),
    "a constant": ("qbfgs.model.bfgs", "16384", "16385"),
    "a comparison": ("qbfgs", "<= 0", "< 0"),
    "a condition": ("qbfgs_board.runner", " is not None", " is None"),
    "a text": ("qbfgs.checks", "radius must be", "radius may be"),
    "a default": ("qbfgs", "max_epochs=2000", "max_epochs=2001"),
    "a name": ("qbfgs.grid.quantizer", "return 1 if", "return 0 if"),
    "an int that is given": ("qbfgs.grid.position", "EDGE = 524287", "EDGE = 524288"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_planted_change_is_found(program, files, what):
    name, old, new = CHANGES[what]
    path = program.paths[name]
    text = files[path].decode()
    assert old in text
    assert differences(program, {**files, path: text.replace(old, new, 1).encode()})


def test_a_planted_import_is_found(program, files):
    path = program.paths["qbfgs.problems.rosenbrock"]
    text, count = re.subn(
        r"import \w+ as check_qp", "import minimize as check_qp", files[path].decode()
    )
    assert count == 1
    assert differences(program, {**files, path: text.encode()})


@pytest.mark.parametrize("what", ["left out", "added", "swapped"])
def test_a_planted_statement_is_found(program, files, what):
    path = program.paths["qbfgs.model.bfgs"]
    lines = files[path].decode().split("\n")
    body = next(k for k, line in enumerate(lines) if line.startswith(" ") and "return" not in line)
    if what == "left out":
        del lines[body]
    elif what == "added":
        lines.append("print(1)")
    else:
        first, second = [k for k, line in enumerate(lines) if line.startswith("def ")][:2]
        lines[first], lines[second] = lines[second], lines[first]
    assert differences(program, {**files, path: "\n".join(lines).encode()})


def test_attributes_with_one_name_are_found(program, files):
    letters = program.letters.attributes
    kept = letters["pivots"]
    letters["pivots"] = letters["powers"]  # of one class
    try:
        found = " ".join(differences(program, files))
        assert f"of one class became {letters['powers']}" in found
    finally:
        letters["pivots"] = kept
