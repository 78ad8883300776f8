"""Compiled builds: what is in them, that they run alike, and which one a board gets."""

import ast
import functools
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qbfgs_tools import builds, interpreters, viper
from qbfgs_tools.arguments import UserError
from qbfgs_tools.cli import main
from qbfgs_tools.operators import EXEMPT

TESTS = Path(__file__).resolve().parents[1]
SHARED = TESTS.parent / "shared"
TRACES = sorted(TESTS.glob("traces/trace_*.py"))
SMALL = {
    "lib/a/__init__.py": b"",
    "lib/a/kernel.py": b"def twice(x: list, i: int) -> int:\n    return x[i] + x[i]\n",
    "lib/a/plain.py": b"def f(x):\n    return x\n",
    "lib/a/raises.py": b"def f():\n    raise OSError('a') from None\n",
    "main.py": b"import a\n",
}


# Viper from annotated source


LOWERED = {
    "item and call": (
        "def f(x: list, n: int) -> int:\n    v = x[n]\n    return v + g(x, v) + h(v)\n"
        "def g(x: list, v: int) -> int:\n    return x[v]\n"
        "def h(v):\n    return v\n",
        "@micropython.viper\ndef f(x: object, n: int) -> int:\n"
        "    v = int(x[n])\n    return v + int(g(x, v)) + int(h(v))\n"
        "@micropython.viper\ndef g(x: object, v: int) -> int:\n    return int(x[v])\n"
        "def h(v):\n    return v\n",
    ),
    "in place": (
        "def f(x: list, n: int):\n    for i in range(n):\n        x[i] -= n - x[0]\n",
        "@micropython.viper\ndef f(x: object, n: int):\n    for i in range(n):\n"
        "        x[i] = int(x[i]) - (n - int(x[0]))\n",
    ),
    "shift in place": (
        "def f(x: list, n: int):\n    x[n] >>= 1\n    n <<= x[0]\n",
        "@micropython.viper\ndef f(x: object, n: int):\n    x[n] = int(x[n]) >> (1)\n"
        "    n <<= int(x[0])\n",
    ),
    "methods": (
        "class C:\n    def f(self, a: int) -> int:\n        column = self.columns[a]\n"
        "        n = self.n\n        return column[n] if n > a else -self.g(a)\n"
        "    def g(self, a: int) -> int:\n        return a\n    def h(self):\n        return 1\n",
        "class C:\n    @micropython.viper\n    def f(self, a: int) -> int:\n"
        "        column = self.columns[a]\n        n = int(self.n)\n"
        "        return int(column[n]) if n > a else -int(self.g(a))\n"
        "    @micropython.viper\n    def g(self, a: int) -> int:\n        return a\n"
        "    def h(self):\n        return 1\n",
    ),
    "swaps, truth and names of the module": (
        "ONE = 1\ndef f(a: int, b: int) -> int:\n    if a < ONE or not b:\n        a, b = b, a\n"
        "    return a\n",
        "ONE = 1\n@micropython.viper\ndef f(a: int, b: int) -> int:\n"
        "    if a < int(ONE) or not b:\n        a, b = b, a\n"
        "    return a\n",
    ),
    "truth": (
        "def f(a: int) -> bool:\n    if g(a):\n        return False\n    return a < 1\n"
        "def g(a: int) -> bool:\n    return f(a)\n",
        "@micropython.viper\ndef f(a: int) -> bool:\n    if g(a):\n        return bool(False)\n"
        "    return a < 1\n"
        "@micropython.viper\ndef g(a: int) -> bool:\n    return bool(f(a))\n",
    ),
    "no kernel": (
        "def f(a: int, b=1) -> int:\n    return a\ndef g(a: int, b):\n    return a[b] + 1\n"
        "def h(a: int, b: list) -> int:\n    return a if b is None else b[a]\n",
        "def f(a: int, b=1) -> int:\n    return a\ndef g(a: int, b):\n    return a[b] + 1\n"
        "def h(a: int, b: list) -> int:\n    return a if b is None else b[a]\n",
    ),
}


@pytest.mark.parametrize("name", LOWERED)
def test_casts_go_where_an_object_is_meant_as_a_word(name):
    source, expected = LOWERED[name]
    assert viper.lowered({"m": source})["m"][0] == expected


def core():
    return {path.stem: path.read_text() for path in SHARED.glob("qbfgs/*.py")}


def test_lowering_adds_casts_and_decorators_and_nothing_else():
    class Uncast(ast.NodeTransformer):
        def visit_Call(self, node):
            self.generic_visit(node)
            cast = getattr(node.func, "id", "") in ("int", "bool")
            return node.args[0] if cast else node

        def visit_FunctionDef(self, node):
            self.generic_visit(node)
            node.decorator_list = [
                d for d in node.decorator_list if ast.unparse(d) != viper.DECORATOR[1:]
            ]
            for argument in node.args.args:
                argument.annotation = None
            return node

        def visit_Assign(self, node):
            self.generic_visit(node)
            target = ast.unparse(node.targets[0])
            value = node.value
            if isinstance(value, ast.BinOp) and ast.unparse(value.left) == target:
                return ast.AugAssign(node.targets[0], value.op, value.right)
            return node

    def plain(text):
        return ast.unparse(Uncast().visit(ast.parse(text)))

    sources = core()
    for name, (text, _) in viper.lowered(sources).items():
        assert plain(text) == plain(sources[name])


def test_kernels_are_inside_the_proof_of_words():
    """Viper wraps silently, so none may be in a module that the operator check leaves out."""
    kernels = {name: found for name, (_, found) in viper.lowered(core()).items() if found}
    assert not EXEMPT & set(kernels)
    assert {"mul", "div", "add", "bits"} <= set(kernels["scalars"])
    assert {"dot", "axpy"} <= set(kernels["blocks"])
    assert {"Factor._subtract", "Factor._add"} <= set(kernels["factors"])


@pytest.mark.parametrize("architecture", ["x64", "armv6m", "rv32imc"])
def test_every_kernel_of_the_core_compiles(architecture):
    modules = builds.build("viper", architecture).modules
    assert {m.reason for m in modules if m.form != "viper"} == {"no kernel"}


# What a build holds


def test_architectures_are_those_that_mpy_cross_lists():
    known = builds.architectures()
    assert {"x64", "armv6m", "armv7emsp", "xtensawin", "rv32imc"} <= set(known)
    assert not {"host", "debug"} & set(known)
    numbers = [code.architecture for code in known.values() if code]
    assert len(set(numbers)) == len(numbers) and 0 not in numbers


def test_a_build_falls_back_module_by_module_and_says_why():
    viper_build = {m.path: m for m in builds.build("viper", "armv6m", SMALL).modules}
    native = {m.path: m for m in builds.build("native", "armv6m", SMALL).modules}
    bytecode = builds.build("bytecode", files=SMALL)
    assert viper_build["lib/a/kernel.mpy"].form == "viper"
    assert viper_build["lib/a/plain.mpy"].form == "bytecode"
    assert viper_build["lib/a/plain.mpy"].reason == "no kernel"
    assert native["lib/a/plain.mpy"].form == "native"
    assert native["lib/a/raises.mpy"].form == "bytecode"
    assert "native raise" in native["lib/a/raises.mpy"].reason
    assert {m.form for m in bytecode.modules} == {"bytecode"}
    assert bytecode.files["main.py"] == SMALL["main.py"]
    assert set(bytecode.files) == {"main.py", *(m.path for m in bytecode.modules)}


def test_an_architecture_without_an_emitter_gets_bytecode():
    (without,) = [name for name, code in builds.architectures().items() if code is None]
    made = builds.build("native", without, SMALL)
    assert {m.form for m in made.modules} == {"bytecode"}
    assert all("cannot emit" in m.reason for m in made.modules if m.size > 100)


def test_source_that_does_not_compile_is_an_error():
    with pytest.raises(UserError, match="cannot compile a.bad: SyntaxError"):
        builds.build("native", "armv6m", {"lib/a/bad.py": b"def"})


def test_the_manifest_tells_what_was_written(tmp_path):
    made = [builds.build("bytecode", files=SMALL), builds.build("viper", "rv32imc", SMALL)]
    told = builds.write(tmp_path, made)
    assert json.loads((tmp_path / "manifest.json").read_text()) == told
    assert [b["build"] for b in told["builds"]] == ["bytecode", "viper-rv32imc"]
    for one in told["builds"]:
        for file in one["files"]:
            data = (tmp_path / one["build"] / file["path"]).read_bytes()
            assert (len(data), builds.sha256(data)) == (file["size"], file["sha256"])
    assert builds.write(tmp_path, made) == told


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "bytecode").write_text("in the way")
    with pytest.raises(UserError, match="cannot write the builds"):
        builds.write(tmp_path, [builds.build("bytecode", files=SMALL)])


def test_the_command_makes_every_build(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(builds, "sources", lambda: SMALL)
    assert main(["build", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["builds"]) == 1 + 2 * len(builds.architectures())
    assert {p.name for p in tmp_path.iterdir()} == {b["build"] for b in told["builds"]} | {
        "manifest.json"
    }
    assert main(["build", str(tmp_path)]) == 0
    assert "viper-armv6m" in capsys.readouterr().out


# They run alike


PORTS = [interpreters.UnixPort(), interpreters.UnixPort32()]  # words of 64 and of 32 bits
each_form = pytest.mark.parametrize("form", builds.FORMS)
each_port = pytest.mark.parametrize("port", PORTS, ids=lambda port: type(port).__name__)


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """library(port, form): the folder to import from of a build for that interpreter."""
    made = {}

    def library(port, form):
        key = port.name, form
        if key not in made:
            folder = tmp_path_factory.mktemp("builds")
            one = builds.build(form, builds.architecture_of(builds.reported(port)))
            builds.write(folder, [one])
            made[key] = folder / one.name / "lib"
        return made[key]

    return library


@pytest.fixture(scope="module")
def printed():
    """printed(script): what CPython prints from source."""
    desk = interpreters.CPython()
    return functools.cache(lambda script: desk.run(script, path=[SHARED]).stdout)


@each_port
@each_form
def test_traces_of_a_build_are_cpythons(form, port, libraries, printed, need):
    need(port)
    library = libraries(port, form)
    with ThreadPoolExecutor(2) as pool:
        theirs = pool.map(lambda script: port.run(script, path=[library], timeout=300), TRACES)
        for script, result in zip(TRACES, theirs, strict=True):
            assert result.returncode == 0, result.stderr.decode()
            assert printed(script).count(b"\n") > 100
            assert result.stdout.split(b"\n") == printed(script).split(b"\n")


@each_port
@each_form
def test_an_epoch_of_a_build_takes_no_heap(form, port, libraries, need):
    need(port)
    result = port.run(TESTS / "traces" / "heap_epoch.py", path=[libraries(port, form)])
    lines = [line.split() for line in result.stdout.decode().splitlines()[:-1]]
    measured = [words for words in lines if words[2] == "compensated"]
    assert len(measured) >= 4, result.stderr.decode()
    for kind, _, _, *numbers in measured:
        assert numbers[-1] == ("0" if kind == "bytes" else "complete")
        assert kind == "locked" or numbers[0] == "0"


# Which one a board gets


def test_a_board_gets_the_build_that_it_loads():
    x64 = builds.architectures()["x64"]
    mpy = x64.version | x64.sub_version << 8 | x64.architecture << 10
    assert builds.taken(mpy) == x64
    made = builds.fitting("viper", mpy, SMALL)
    assert builds.header(made["lib/a/kernel.mpy"]) == x64
    assert builds.header(made["lib/a/plain.mpy"]).architecture == 0
    assert builds.fitting("source", 0, SMALL) == SMALL
    no_code = x64.version | x64.sub_version << 8
    assert builds.fitting("bytecode", no_code, SMALL) == builds.build("bytecode", files=SMALL).files
    other_code = mpy ^ 1 << 8
    for one in (no_code, other_code):
        with pytest.raises(UserError, match="the board takes no machine code that mpy-cross makes"):
            builds.fitting("viper", one, SMALL)
    with pytest.raises(UserError, match="the board takes version 5"):
        builds.fitting("viper", 0x0805, SMALL)
    with pytest.raises(UserError, match="the board takes none at all"):
        builds.fitting("bytecode", 0, SMALL)
