"""Compiled builds of the unchanged core and of the board's layer, made by mpy-cross.

- `bytecode`: for all boards;
- `native`: every module as machine code of one architecture;
- `viper`: the inner kernels as machine code on words (see `builds.viper`), what runs between them
  in the default modes as native, and all else as bytecode: the fastest, and much smaller than
  native.

Modules that are always loaded together are one file (see `builds.joining`).

A module that cannot be compiled so is bytecode in that build, and the manifest says why.
"""

import functools
import json
import re
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from qbfgs import __version__
from qbfgs_desktop.sweep.executors import Local, completed
from qbfgs_tools.builds.files import (
    LIBRARY,
    compile_module,
    compiled,
    compiler,
    module_name,
    sha256,
    sources,
)
from qbfgs_tools.builds.joining import TOGETHER, Program
from qbfgs_tools.builds.stripped import stripped
from qbfgs_tools.builds.viper.lowering import MACHINE_CODE, lowered, with_arrays
from qbfgs_tools.builds.viper.numbers import folded
from qbfgs_tools.terminal.arguments import UserError

BYTECODE, NATIVE, VIPER = FORMS = ("bytecode", "native", "viper")
SOURCE = "source"
LEAN = "lean"  # bytecode of the lean form, see `qbfgs_tools.builds.lean.renaming`
ROM = "rom"  # the same in a ROM partition, see `qbfgs_tools.boards.rom`
AUTO = (VIPER, BYTECODE, LEAN, SOURCE)  # what a board gets, best first
OTHERS = ("host", "debug")  # what mpy-cross lists among its architectures beside them
WIDE = ("x64", "rv64imc")  # those with registers wider than words
PROBE = b"def f(a: int) -> int:\n    return a\n"
# What a run in the default modes calls, with all that it calls.
MODES = ("Compensated", "Limited")
ENTRIES = ("Optimizer.__init__", "Optimizer.step")
ENTRIES += tuple(f"{rule}.{method}" for rule in MODES for method in ("__init__", "_neighbour"))
ENTRIES += ("dump", "joined")  # what a report and a checkpoint take longest for
NO_KERNEL = "no kernel"
MANIFEST = "manifest.json"


class Module(NamedTuple):
    """A file of a build. form: what it became; reason: why it is not what the build is."""

    path: str
    form: str
    size: int
    sha256: str
    reason: str


class Build(NamedTuple):
    """form: one of `FORMS`; architecture: as mpy-cross names it, "" for bytecode; files: {path on
    the board: bytes}; modules: a `Module` each."""

    form: str
    architecture: str
    files: dict
    modules: list

    @property
    def name(self):
        """The form, and the architecture if there is one."""
        return "-".join(filter(None, (self.form, self.architecture)))


class Header(NamedTuple):
    """What a .mpy file begins with, and what `sys.implementation._mpy` of a board says it takes:
    the version of the format, that of machine code in it, and the number of the architecture."""

    version: int
    sub_version: int
    architecture: int


def header(data):
    """The `Header` of a .mpy file."""
    return Header(data[1], data[2] & 3, data[2] >> 2 & 0xF)


def taken(mpy):
    """The `Header` that a board takes, from its `sys.implementation._mpy`; 0 for none at all."""
    return Header(mpy & 0xFF, mpy >> 8 & 3, mpy >> 10 & 0xF)


@functools.cache
def architectures():
    """{name: the `Header` of its machine code} for all that mpy-cross lists.

    None in its place where the emitter cannot make any.
    """
    usage = subprocess.run([compiler(), "--help"], capture_output=True, text=True, check=False)
    listed = re.search(r"-march=<arch>[^;]*;([\w\s,]+?)\n\s*-", usage.stdout)
    if listed is None:
        raise UserError("mpy-cross --help lists no architectures: install the version that we pin")
    names = [name for name in re.findall(r"\w+", listed.group(1)) if name not in OTHERS]
    return {name: _probed(name) for name in names}


def _probed(name):
    try:
        return header(compile_module("probe.py", PROBE, (f"-march={name}", "-X", "emit=native")))
    except UserError:
        return None


def architecture_of(mpy):
    """The name of the architecture whose machine code a board takes; "" for none."""
    return next((name for name, code in architectures().items() if code == taken(mpy)), "")


def reported(interpreter):
    """`sys.implementation._mpy` of one of `qbfgs_tools.virtual.interpreters`; 0 if it has none."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "mpy.py")
        script.write_text("import sys\nprint(getattr(sys.implementation, '_mpy', 0))\n")
        return int(interpreter.run(script).stdout)


def build(form, architecture="", files=None):
    """The `Build` of files {path on the board: source}, by default of all that a board needs.

    Raises UserError for a module that is not even compiled as bytecode.
    """
    files = sources() if files is None else files
    modules = _modules(files)
    wide = form == VIPER and architecture in WIDE
    try:
        for texts in (_joined, _alone):
            made = _built(form, architecture, files, texts(form, modules, wide))
            if all(module.reason in ("", NO_KERNEL) for module in made.modules):
                break
    except SyntaxError:
        made = _built(form, architecture, files, {})  # the compiler says what is wrong
    return made


def _modules(files):
    """The modules among files, (path, text) each."""
    return tuple((path, data.decode()) for path, data in files.items() if _is_module(path))


def _is_module(path):
    return path.startswith(LIBRARY + "/")


def _built(form, architecture, files, texts):
    """As `build`. texts: {path: what is compiled in the place of a module, or beside them}."""
    modules = dict.fromkeys(texts, b"")
    modules |= {path: data for path, data in files.items() if _is_module(path)}
    result = {path: data for path, data in files.items() if path not in modules}
    made = []
    for path, data in modules.items():
        source = texts[path].encode() if path in texts else data
        name = module_name(path)
        target = path[:-3] + ".mpy"
        became, reason = form, ""
        try:
            if form == VIPER and MACHINE_CODE in source:
                code = compile_module(name, source, (f"-march={architecture}",))
            elif form == NATIVE:
                code = compile_module(name, source, (f"-march={architecture}", "-X", "emit=native"))
            else:
                became, reason = BYTECODE, NO_KERNEL if form == VIPER else ""
                code = compile_module(name, source)
        except UserError as error:
            became, reason = BYTECODE, str(error).partition(": ")[2]
            if form == VIPER:  # the kernels of others still need its storage
                data = with_arrays(data.decode()).encode()
            code = compile_module(name, data)
        result[target] = code
        made.append(Module(target, became, len(code), sha256(code), reason))
    return Build(form, architecture, result, made)


@functools.lru_cache(maxsize=8)
def _alone(form, modules, wide):
    """What is compiled of (path, text) of modules, in a form, by itself: {path: text}."""
    if form == VIPER:
        return {path: text for path, (text, _) in lowered(dict(modules), wide, ENTRIES).items()}
    return folded(dict(modules), form == NATIVE)


@functools.lru_cache(maxsize=8)
def _joined(form, modules, wide):
    """The same, of modules that are joined."""
    return _program(form, modules, wide).texts()


def _program(form, modules, wide=False):
    texts = _alone(form, modules, wide)
    return Program({path: (module_name(path), text) for path, text in texts.items()}, TOGETHER)


def homes(form):
    """{module: the one in whose file it is} in a form of all that a board needs."""
    return _program(form, _modules(sources())).home


def pairs():
    """(form, architecture) of all builds: bytecode, then each form for each architecture."""
    compiled = [(form, name) for form in (NATIVE, VIPER) for name in architectures()]
    return [(BYTECODE, ""), *compiled]


def every():
    """All builds, as they are made, in the order of `pairs`."""
    wanted, early, files = pairs(), {}, sources()
    tasks = [(*pair, files) for pair in wanted]
    with closing(completed(Local(), _task, tasks)) as results:
        for (*pair, _), made in results:
            early[tuple(pair)] = made
            while wanted and wanted[0] in early:
                yield early.pop(wanted.pop(0))


def _task(task):
    return build(*task)


def manifest(made):
    """What tells of builds, as plain data: the same for the same sources and compiler."""
    version = subprocess.run([compiler(), "--version"], capture_output=True, text=True, check=True)
    code = "\n".join(f"{path} {sha256(data)}" for path, data in sorted(sources().items()))
    return {
        "version": __version__,
        "sources_sha256": sha256(code.encode()),
        "compiler": version.stdout.strip(),
        "builds": [
            {
                "build": one.name,
                "form": one.form,
                "architecture": one.architecture,
                "bytes": sum(module.size for module in one.modules),
                "files": [module._asdict() for module in one.modules],
            }
            for one in made
        ],
    }


def write(folder, made):
    """Writes builds into folders of their names, and their manifest beside them; returns it.

    Files that are there are replaced; raises UserError when that fails.
    """
    told = manifest(made)
    try:
        for one in made:
            for path, data in one.files.items():
                place = Path(folder, one.name, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
        Path(folder, MANIFEST).write_text(json.dumps(told, indent=1) + "\n")
    except OSError as error:
        raise UserError(f"cannot write the builds: {error}") from None
    return told


def fitting(form, mpy, files):
    """The files, built in a form that a board loads: without comments for "source", with short
    names for "lean" and "rom".

    mpy: `sys.implementation._mpy` of the board, 0 if it has none.
    Raises UserError when the board takes no such build, or there is no compiler.
    """
    if form == SOURCE:
        return {path: stripped(data) for path, data in files.items()}
    takes = taken(mpy)
    version = header(compile_module("probe.py", PROBE)).version
    if takes.version != version:
        theirs = f"version {takes.version}" if mpy else "none at all"
        raise UserError(
            f"mpy-cross makes .mpy files of version {version}, the board takes {theirs}"
        )
    if form in (LEAN, ROM):
        from qbfgs_tools.builds.lean.renaming import shortened

        texts, _ = shortened(_modules(files))
        return compiled({**files, **{path: text.encode() for path, text in texts.items()}})
    if form == BYTECODE:
        return build(BYTECODE, files=files).files
    architecture = architecture_of(mpy)
    if not architecture:
        raise UserError("the board takes no machine code that mpy-cross makes")
    return build(form, architecture, files).files
