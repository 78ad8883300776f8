"""The lean form is the same program, and the proof sees it when it is not."""

import ast
import importlib

import pytest
from builds.test_joining import ALONE, python
from solving import RUN
from virtual_boards import put

from qbfgs import minimize
from qbfgs.modes import MODES
from qbfgs.problems import Rosenbrock
from qbfgs_tools.builds import files as board_files
from qbfgs_tools.builds.files import LIBRARY, compiled, sources
from qbfgs_tools.builds.lean import renaming
from qbfgs_tools.builds.lean.proof import differences


@pytest.fixture(scope="module")
def names():
    return renaming.names_of(tuple((path, data.decode()) for path, data in sources().items()))


@pytest.fixture(scope="module")
def files(names):
    return renaming.files(names)


@pytest.fixture
def flash(files, tmp_path):
    put({path: text.encode() for path, text in files.items()}, tmp_path)
    return tmp_path / LIBRARY


def path_of(name):
    return f"{LIBRARY}/{name.replace('.', '/')}.py"


def test_it_is_the_same_program(names, files):
    assert differences(names, files) == []
    assert files.keys() > sources().keys()
    assert len(names.definitions) > 200 and len(names.attributes) > 300


def test_every_mode_runs_as_at_the_desk(flash):
    for line, mode in zip(python(RUN.format(modes=MODES), flash), MODES, strict=True):
        o = minimize(Rosenbrock(16), [-20, 19], mode=mode, max_epochs=40)
        assert line == f"{mode} {o.epochs} {o.checksum} {o.x}"


def test_each_module_can_be_imported_alone_and_gives_its_names(flash, names):
    board_files.importable()
    modules = [name for name in names.trees if path_of(name) in sources()]
    given = {line.split()[0]: set(line.split()[1:]) for line in python(ALONE, flash, *modules)}
    for name in modules:
        loaded = importlib.import_module(name)
        tree = ast.parse(sources()[path_of(name)])
        public = {key for node in tree.body for key in getattr(loaded, "__all__", made(node))}
        assert {one for one in public if one[0] != "_"} <= given[name], name


def made(node):
    """What a statement defines, by its name: a function, a class or a number."""
    targets = node.targets if isinstance(node, ast.Assign) else [node]
    return {getattr(target, "id", getattr(target, "name", "_")) for target in targets}


def test_what_a_user_meets_keeps_its_name(files):
    core = files[path_of("qbfgs.optimizer")]
    for name in ("class Optimizer", "def minimize(objective, x0, **", "(self, cost):"):
        assert name in core
    assert '"""' not in core


def test_it_is_smaller(names, files):
    core = ("qbfgs.optimizer", "qbfgs.compensated")
    made = compiled({path_of(name): files[path_of(name)].encode() for name in core})
    modules = names.program.modules
    paths = [modules[one].path for name in core for one in names.program.contents[name]]
    plain = compiled({path: sources()[path] for path in paths if path in sources()})
    sizes = sum(map(len, made.values())), sum(map(len, plain.values()))
    print("bytes of the core, lean and plain:", *sizes)
    assert sizes[0] < 0.8 * sizes[1]


CHANGES = {
    "an operator": ("qbfgs.compensated", " >> 1", " << 1"),
    "a constant": ("qbfgs.compensated", "16384", "16385"),
    "a comparison": ("qbfgs.optimizer", "<= 0", "< 0"),
    "a condition": ("qbfgs_board.runner", " is not None", " is None"),
    "a text": ("qbfgs.checks", "radius must be", "radius may be"),
    "a default": ("qbfgs.optimizer", "max_epochs=2000", "max_epochs=2001"),
    "an int that is given": ("qbfgs.grid.position", "EDGE = 524287", "EDGE = 524288"),
    "a name that is given": ("qbfgs.quantizer", "to_text", "round_div"),
    "an argument that calls name": ("qbfgs.optimizer", "max_epochs=2000", "most=2000"),
    "an attribute": ("qbfgs.compensated", ".count", ".steps"),
    "a word of a state": ("qbfgs.compensated", "STATE = '", "STATE = 'n "),
    "a statement more": ("qbfgs.compensated", "\nclass ", "\nmore = 1\nclass "),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_planted_change_is_found(names, files, what):
    name, old, new = CHANGES[what]
    path = path_of(name)
    assert old in files[path]
    assert differences(names, {**files, path: files[path].replace(old, new, 1)})


def test_a_name_that_is_another_is_found(names, files):
    path = path_of("qbfgs.compensated")
    count = len(mentioned(ast.parse(files[path]))[1])
    assert count > 20
    for k in (1, count // 2, count - 1):  # of the whole function it takes minutes
        tree = ast.parse(files[path])
        found = mentioned(tree)[1]
        found[k].id = next(one.id for one in reversed(found[:k]) if one.id != found[k].id)
        assert differences(names, {**files, path: ast.unparse(tree)}), k


def mentioned(tree):
    """A function that calls many others, and the names in it."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    lists = [[n for n in ast.walk(node) if isinstance(n, ast.Name)] for node in functions]
    return max(zip(functions, lists, strict=True), key=lambda pair: len({n.id for n in pair[1]}))


@pytest.mark.parametrize("what", ["left out", "swapped"])
def test_a_planted_statement_is_found(names, files, what):
    path = path_of("qbfgs.compensated")
    tree = ast.parse(files[path])
    first, second = [k for k, n in enumerate(tree.body) if isinstance(n, ast.FunctionDef)][:2]
    if what == "left out":
        del tree.body[first]
    else:
        tree.body[first], tree.body[second] = tree.body[second], tree.body[first]
    assert differences(names, {**files, path: ast.unparse(tree)})


def test_an_import_of_another_name_is_found(names, files):
    path = path_of("qbfgs.problems.rosenbrock")
    short = names.definitions["qbfgs.checks", "check_qp"]
    other = names.definitions["qbfgs.checks", "check_int"]
    text = files[path].replace(f"import {short} as", f"import {other} as")
    assert text != files[path]
    assert differences(names, {**files, path: text})


def test_attributes_with_one_name_are_found(names):
    letters = names.attributes
    kept = letters["pivots"]
    letters["pivots"] = letters["powers"]  # of one class
    try:
        found = " ".join(differences(names, renaming.files(names)))
        assert f"of one class became {letters['powers']}" in found
    finally:
        letters["pivots"] = kept
