"""The lean form of what a board holds: the same program, cut anew so that it takes less heap.

A module costs heap for itself, its dictionary, and the names that it imports; a name costs heap for
each of its letters once. So what a run of the default mode always needs becomes two modules,
`qbfgs` (the core) and `qbfgs_board.runner` (the board's layer), in which

- comments, docstrings and annotations are gone;
- a name of a module that stands for one int stands there as the int;
- local names, arguments without a default, names of functions and classes, and the attributes of
  classes that only the optimiser itself meets, are a, b, c ..., or words that MicroPython has in
  its own code: the same for all of them. Names that a user's program may meet stay.

Every other module, such as another mode, keeps its file and its names, is imported by whoever asks
for it, and takes from the two what it needs. A module that went into them keeps a file that gives
its names, so every import works as from the sources. What is lost: a traceback tells the file, but
names functions by their letters, and no lines.

`lean_proof` proves that it is the same program.
"""

import ast
import functools
import importlib
import types
from typing import NamedTuple

from qbfgs_tools.builds import files as board_files
from qbfgs_tools.builds.lean.names import Letters, Renaming
from qbfgs_tools.builds.text import copied, dense, local_names, text_of

# What goes into a merged module: what these names need, and nothing that is imported later. What
# two of them need goes into the first.
MERGED = {
    "qbfgs": (("qbfgs.optimizer", "Optimizer"), ("qbfgs.optimizer", "minimize"))
    + (("qbfgs.grid.scales", "check_qp"), ("qbfgs.grid.scales", "check_int"))
    + (("qbfgs.words.wide", "narrow"),),
    "qbfgs.model.bfgs": (("qbfgs.model.bfgs", "QuasiNewton"),),
    "qbfgs.modes.compensated": (("qbfgs.modes.compensated", "Compensated"),),
    "qbfgs.modes": (("qbfgs.modes", "chosen"),),
    "qbfgs.checks": (("qbfgs.checks", "checked_radius"), ("qbfgs.checks", "checked_tolerance"))
    + (("qbfgs.checks", "measured"), ("qbfgs.checks", "plain_start")),
    "qbfgs.grid.quantizer": (("qbfgs.grid.quantizer", "quantize"),),
    "qbfgs_board.runner": (("qbfgs_board.runner", "run"), ("qbfgs_board.report", "described")),
    "qbfgs_board.session": (("qbfgs_board.session", "Session"),),
    "qbfgs_board.problem": (("qbfgs_board.job", "read"), ("qbfgs_board.problem", "problem_of"))
    + (("qbfgs_board.problem", "start_of"),),
    "qbfgs_board.beginning": (("qbfgs_board.beginning", "begin"),),
}
KEPT = {("qbfgs.optimizer", "Optimizer"), ("qbfgs.optimizer", "minimize")}
KEPT |= {("qbfgs_board.runner", "run")}
CORE = "qbfgs."
SHIM = "qbfgs.words.compat"


class Definition(NamedTuple):
    """One statement at the top of a module, which defines `names`."""

    module: str
    names: tuple
    node: ast.stmt


class Module:
    """A module: its syntax tree, what it imports and defines; loaded: as CPython imported it."""

    def __init__(self, name, source):
        self.name = name
        self.loaded = importlib.import_module(name)
        self.tree = ast.parse(source)
        self.imports = {}  # local name: (module, name in it; None for the module itself)
        self.definitions = {}  # name: the Definitions that make it, in order
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom):
                self._take_import(node)
            else:
                made = Definition(name, tuple(bound(node)), node)
                if not made.names and not _is_text(node):
                    raise ValueError(f"{name}: what would {ast.unparse(node)[:60]!r} belong to?")
                for one in made.names:
                    self.definitions.setdefault(one, []).append(made)
        self.ints = {
            key: value
            for key, value in vars(self.loaded).items()
            if key in self.definitions and type(value) is int
        }

    def _take_import(self, node):
        source = target_of(node, self)
        for item in node.names:
            local = item.asname or item.name
            value = vars(self.loaded)[local]
            if isinstance(value, types.ModuleType):
                self.imports[local] = (value.__name__, None)
            else:
                self.imports[local] = (source, item.name)


def target_of(node, module):
    """The module that an ImportFrom in a module names."""
    if not node.level:
        return node.module
    package = module.loaded.__package__.split(".")
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, *filter(None, [node.module])])


def bound(node):
    """The names that a statement at the top of a module binds, in order."""
    names = []
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        names = [node.name]
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [(item.asname or item.name).split(".")[0] for item in node.names]
    elif isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [part.id for target in targets for part in ast.walk(target) if _is_name(part)]
    elif isinstance(node, (ast.If, ast.Try)):
        inner = [*node.body, *node.orelse, *getattr(node, "finalbody", [])]
        inner += [part for handler in getattr(node, "handlers", []) for part in handler.body]
        names = [name for part in inner for name in bound(part)]
    return list(dict.fromkeys(names))


def _is_name(node):
    return isinstance(node, ast.Name)


def _is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


class Program:
    """All modules that a board may import, and where each definition goes."""

    def __init__(self):
        files = board_files.sources()
        board_files.importable()
        self.modules = {}
        self.paths = {}
        for path, source in files.items():
            name = path.removeprefix(board_files.LIBRARY + "/").removesuffix(".py")
            name = name.replace("/", ".").removesuffix(".__init__")
            self.paths[name] = path
            self.modules[name] = Module(name, source.decode())
        self.merged = set()  # the modules of which something went into a merged one
        self.place = {}  # (module, name): the merged module that it went into
        self.contents = {}  # merged module: its Definitions, in order
        for target, roots in MERGED.items():
            self.contents[target] = []
            for root in roots:
                self._collect(root, target)
        roots = [root for roots in MERGED.values() for root in roots]
        self._inner = self._closure([r for r in roots if r[0].startswith(CORE)], True)
        self._inner |= self._closure(roots, False)
        self.met = self._bases(KEPT)  # what a user's program meets
        self.letters = Letters(self)

    def resolve(self, module, name):
        """(module, name) of what a name means in a module; None for a builtin or a local name."""
        seen = self.modules[module]
        while name not in seen.definitions:
            found = seen.imports.get(name)
            if found is None or found[1] is None or found[0] not in self.modules:
                return found
            seen, name = self.modules[found[0]], found[1]
        return seen.name, name

    def integer(self, found):
        """The int that a name stands for, or None."""
        return self.modules[found[0]].ints.get(found[1]) if found[0] in self.modules else None

    def stays(self, found):
        """Whether a name stays: a public one that went into the module of its own name."""
        return self.place[found] == found[0] and found[1][0] != "_" or found in KEPT

    def inner(self, module, name):
        """Whether only the optimiser, or the board's layer, meets a class: all that they need, the
        rules of all modes included, but for what they are themselves."""
        return (module, name) in self._inner - self.met

    def references(self, made):
        """What a Definition refers to."""
        return references(self, made.module, made.node)

    def locals_of(self, function):
        """The local names of a function."""
        return locals_of(function)

    def source_of(self, node, module):
        """The module that an ImportFrom in a module names."""
        return target_of(node, self.modules[module])

    def short(self, found):
        """What a placed name is called."""
        return self.letters.definitions.get(found, found[1])

    def _closure(self, roots, later):
        """What definitions need; later: what their functions import too."""
        pending, seen = list(roots), set()
        while pending:
            found = pending.pop()
            if found in seen or found[1] not in self.modules[found[0]].definitions:
                continue
            seen.add(found)
            for made in self.modules[found[0]].definitions[found[1]]:
                pending += references(self, found[0], made.node)
                for node in ast.walk(made.node) if later else ():
                    if isinstance(node, ast.ImportFrom):
                        source = target_of(node, self.modules[found[0]])
                        if source in self.modules:
                            pending += [self.resolve(source, item.name) for item in node.names]
        return seen

    def _bases(self, names):
        """The classes among names, with their bases."""
        pending, seen = list(names), set()
        while pending:
            found = pending.pop()
            seen.add(found)
            for made in self.modules[found[0]].definitions[found[1]]:
                for base in getattr(made.node, "bases", ()):
                    pending += references(self, found[0], base)
        return seen

    def _collect(self, found, target):
        if found in self.place:
            return
        for made in self.modules[found[0]].definitions[found[1]]:
            for name in made.names:
                self.place[found[0], name] = target
                self.merged.add(found[0])
        for made in self.modules[found[0]].definitions[found[1]]:
            for other in references(self, found[0], made.node):
                self._collect(other, target)
            if made not in self.contents[target]:
                self.contents[target].append(made)


def references(program, module, node):
    """What a statement refers to: (module, name) of names of the program, each once, in order."""
    found = {}

    def look(node, inside):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inside = inside | set(locals_of(node))
        if isinstance(node, ast.Attribute) and _is_name(node.value) and node.value.id not in inside:
            meant = program.resolve(module, node.value.id)
            if meant and meant[1] is None and meant[0] in program.modules:
                found[program.resolve(meant[0], node.attr)] = None
                return
        if _is_name(node) and node.id not in inside and isinstance(node.ctx, ast.Load):
            meant = program.resolve(module, node.id)
            if meant and meant[1] is not None and meant[0] in program.modules:
                found[meant] = None
        for child in ast.iter_child_nodes(node):
            look(child, inside)

    look(node, frozenset())
    return [one for one in found if program.integer(one) is None and one[0] != SHIM]


def locals_of(function):
    """The local names of a function: those of `local_names`, and what it imports."""
    names = local_names(function)
    for node in ast.walk(function):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names += bound(node)
    return list(dict.fromkeys(names))


def sources(main=False):
    """{path on the board: bytes} of the lean form, as `files.sources`, to be compiled.

    A board that compiled it itself would need many times the size of a module in free heap.
    """
    return {**board_files.sources(main), **_files()}


@functools.cache  # sources stay as they are while this runs
def _program():
    return Program()


@functools.cache
def _files():
    return files(_program())


def beside(source):
    """A program for a board with the lean form, with the names that attributes have there.

    What it imports must be public.
    """
    tree = ast.parse(source)
    names = _program().letters.attributes
    for part in ast.walk(tree):
        if isinstance(part, ast.Attribute):
            part.attr = names.get(part.attr, part.attr)
    return text_of(tree)


def files(program):
    """{path on the board: bytes} of the modules of a program."""
    return {path: _text(program, name).encode() for name, path in program.paths.items()}


def _text(program, name):
    """The source of one module."""
    module = program.modules[name]
    contents = program.contents.get(name, [])
    rest = [node for node in module.tree.body if _stays(program, name, node)]
    lines = _imports(_needed(program, name, contents, rest))
    nodes = [Renaming(program, made.module, True).visit(copied(made.node)) for made in contents]
    left = [_left(program, module, node) for node in rest]
    lines += _integers(program, module, left)
    lines += [dense(text_of(node)) for node in nodes + left]
    return "".join([line + "\n" for line in lines])


def moved(program, name):
    """The (module, statement) of the sources for each statement of a lean file in order, but for
    imports and ints written out."""
    for made in program.contents.get(name, []):
        yield made.module, made.node
    for node in program.modules[name].tree.body:
        if _stays(program, name, node) and not _written(program, name, node):
            yield name, node


def _stays(program, name, node):
    """Whether a statement stays in its module: all but docstrings, imports and what was placed."""
    if isinstance(node, (ast.Expr, ast.ImportFrom)):
        return False
    made = bound(node)
    if name in program.merged and made[0].startswith("_") and made[0] in program.modules[name].ints:
        return False  # it is written out where it was used
    return not any((name, one) in program.place for one in made)


def _left(program, module, node):
    """What a statement that stays becomes: an int of a module that was merged is written out."""
    if _written(program, module.name, node):
        name = bound(node)[0]
        return ast.parse(f"{name} = {module.ints[name]}").body[0]
    return Renaming(program, module.name, False).visit(copied(node))


def _written(program, name, node):
    """Whether a statement makes an int of a module that was merged."""
    made = bound(node)
    return name in program.merged and len(made) == 1 and made[0] in program.modules[name].ints


def _needed(program, name, contents, rest):
    """The imports of a module, as (module, name there, name here)."""
    found = set()
    for made in contents:
        for meant in references(program, made.module, made.node):
            place = program.place[meant]
            if place != name:
                found.add((place, program.short(meant), program.short(meant)))
    left = [_left(program, program.modules[name], node) for node in rest]
    module = program.modules[name]
    used = _used(module, left)
    for local in module.definitions.keys() | module.imports.keys():
        meant = program.resolve(name, local)
        place = program.place.get(meant)
        if meant[0] in program.merged and program.integer(meant) is not None:
            continue
        given = name in program.merged and meant[0] == name and not local.startswith("_")
        if place is None and local in module.imports and local in used:
            source, original = module.imports[local]
            package, _, last = source.rpartition(".")
            found.add((source, original, local) if original else (package, last, local))
        elif place not in (None, name) and (local in used or given):
            found.add((place, program.short(meant), local))
    return found


def _used(module, rest):
    """Names that a module must have: those that what is left of it uses, and in a package, or a
    module that does nothing but import, all that it imports, for it gives them."""
    used = {part.id for node in rest for part in ast.walk(node) if _is_name(part)}
    if hasattr(module.loaded, "__path__") or module.definitions.keys() <= {"__all__"}:
        used |= {local for local, (_, original) in module.imports.items() if original}
    return used


def _integers(program, module, rest):
    """Assignments of the ints that what is left of a module took from merged modules."""
    lines = []
    for local in sorted(_used(module, rest) & module.imports.keys()):
        meant = program.resolve(module.name, local)
        if meant[0] in program.merged and program.integer(meant) is not None:
            lines.append(f"{local} = {program.integer(meant)}")
    return lines


def _imports(needed):
    """The lines that import (module, name there, name here), a line for each module."""
    given = {}
    for source, name, local in sorted(needed):
        given.setdefault(source, []).append(name + (f" as {local}" if local != name else ""))
    return [f"from {source} import {', '.join(names)}" for source, names in given.items()]
