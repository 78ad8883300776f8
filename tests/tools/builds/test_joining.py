"""Modules that are always loaded together are one file, and every import works as before."""

import subprocess
import sys

import pytest
from solving import RUN
from virtual_boards import put

from qbfgs import minimize
from qbfgs.modes import MODES
from qbfgs.problems import Rosenbrock
from qbfgs_tools.builds.files import LIBRARY, module_name, sources
from qbfgs_tools.builds.joining import TOGETHER, Program

SOURCES = {
    "lib/p/__init__.py": "from .face import go\n",
    "lib/p/face.py": """
from . import whole
from .inner import SIZE, f as g
def go(x):
    from .rare import h
    return whole.z + g(x) + h(x)
""",
    "lib/p/inner.py": """
'''A text.'''
from .deep import d
SIZE = const(3)
_MOST = const(4)
len = len
def f(x):
    return len(d(x))
""",
    "lib/p/deep.py": "_MOST = const(5)\nlen = len\ndef d(x):\n    return x\nz = d(1)\n",
    "lib/p/other.py": "from .deep import z\nfrom .inner import SIZE, f\nTWICE = 2 * SIZE\n",
    "lib/p/whole.py": "z = 1\n",
    "lib/p/rare.py": "from .rarer import h\n",
    "lib/p/rarer.py": "def h(x):\n    return 0\n",
}
JOINED = {
    "lib/p/__init__.py": "from p.face import go\n",
    "lib/p/face.py": """
len = len
def d(x):
    return x
z = d(1)
def f(x):
    return len(d(x))
from p import whole
SIZE = 3
g = f
def go(x):
    from p.rare import h
    return whole.z + g(x) + h(x)
""".lstrip(),
    "lib/p/inner.py": "from p.face import f\nSIZE = 3\n",
    "lib/p/deep.py": "from p.face import d, z\n",
    "lib/p/other.py": "from p.face import z\nSIZE = 3\nfrom p.face import f\nTWICE = 2 * SIZE\n",
    "lib/p/whole.py": "z = 1\n",
    "lib/p/rare.py": "def h(x):\n    return 0\n",
    "lib/p/rarer.py": "from p.rare import h\n",
}
ALONE = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    for known in [k for k in sys.modules if k.startswith("qbfgs")]:
        del sys.modules[known]
    module = importlib.import_module(name)
    print(name, *[k for k in vars(module) if k[0] != "_"])
"""


def named(files):
    return {path: (module_name(path), text) for path, text in files.items()}


def texts():
    return {path: data.decode() for path, data in sources().items()}


@pytest.fixture(scope="module")
def flash(tmp_path_factory):
    folder = tmp_path_factory.mktemp("joined")
    put(
        {path: text.encode() for path, text in Program(named(texts()), TOGETHER).texts().items()},
        folder,
    )
    return folder / LIBRARY


def python(script, *words):
    command = [sys.executable, "-I", "-c", script, *map(str, words)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def test_what_the_same_entries_load_is_one_file():
    assert Program(named(SOURCES)).texts() == JOINED


def test_a_module_whose_name_means_something_else_stays_by_itself():
    other = {**SOURCES, "lib/p/deep.py": SOURCES["lib/p/deep.py"] + "def f(x):\n    return z\n"}
    program = Program(named(other))
    assert program.contents["p.face"] == ["p.inner", "p.face"]
    assert program.home["p.deep"] == "p.deep"
    assert "from p.deep import d\n" in program.text("p.face")


def test_what_is_named_together_is_one_file_beside_the_others():
    made = Program(named(SOURCES), [("p.rare", "p.both")]).texts()
    assert made == {
        **JOINED,
        "lib/p/face.py": JOINED["lib/p/face.py"].replace("p.rare", "p.both"),
        "lib/p/rare.py": "from p.both import h\n",
        "lib/p/rarer.py": "from p.both import h\n",
        "lib/p/both.py": "def h(x):\n    return 0\n",
    }


def test_a_program_stays_by_itself():
    text = SOURCES["lib/p/deep.py"] + "for k in range(2):\n    print(k)\n"
    program = Program(named({**SOURCES, "lib/p/deep.py": text}))
    assert program.home["p.deep"] == "p.deep"
    assert program.text("p.deep").endswith(text.partition("for")[1] + text.partition("for")[2])
    assert "k" in program.modules["p.deep"].names


def test_every_mode_runs_as_at_the_desk(flash):
    for line, mode in zip(python(RUN.format(modes=MODES), flash), MODES, strict=True):
        o = minimize(Rosenbrock(16), [-20, 19], mode=mode, max_epochs=40)
        assert line == f"{mode} {o.epochs} {o.checksum} {o.x}"


def test_each_module_can_be_imported_alone_and_gives_its_names(flash):
    program = Program(named(texts()), TOGETHER)
    given = {line.split()[0]: set(line.split()[1:]) for line in python(ALONE, flash, *program.home)}
    assert given.keys() == program.home.keys()
    for name, module in program.modules.items():
        public = {one for one in [*module.names, *module.numbers] if one[0] != "_"}
        assert public <= given[name], name
