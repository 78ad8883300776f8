"""Bundles parts of the core for boards too small to import it: one definition at a time.

`Bundle.pieces(wanted)` gives the definitions that `wanted` needs, in an order in which each can be
compiled alone, all for one namespace. What is sent differs from the sources only so:

- comments, docstrings and annotations are gone;
- a name of a module is the same name of the one namespace, with `_module` after it where two
  modules have a name in common; imports are gone, and `module.name` is that name;
- what a function imports while it runs is not followed: whoever sends the pieces names it too;
- a name of the core that stands for one int stands there as the int, as `const` does it;
- the local names of a function are a, b, c ..., for a board remembers every name that it has met;
  arguments with a default keep theirs, for they may be named in calls;
- a class comes with `__init__` alone (or its first method); further methods follow one by one, as
  `_method`, and are put into it, and those that nothing calls stay away.

`bundle_proof` proves it.
"""

import ast
import importlib
import importlib.util
import keyword
import types
from pathlib import Path
from typing import NamedTuple

from qbfgs_tools.builds.text import text_of

PACKAGE = "qbfgs"
CORE = Path(importlib.util.find_spec(PACKAGE).origin).parent
SHIM = "words.compat"
METHOD = "_method"  # what a method is called until it is put into its class


class Piece(NamedTuple):
    """One definition: its module and name (Class.method for a further method), and its source."""

    module: str
    name: str
    source: str


class Unit:
    """One module: its syntax tree, what it imports, what it defines.

    name: as its package names it, such as "words.blocks". loaded: as CPython imported it.
    """

    def __init__(self, name, path, loaded):
        self.name = name
        self.loaded = loaded
        self.imports = {}  # local name: (module, name in it; None for the module itself)
        self.definitions = {}  # name: the nodes that make it, in order
        for node in ast.parse(Path(path).read_text(encoding="utf-8")).body:
            self._take(node)
        self.ints = {
            key: value
            for key, value in vars(loaded).items()
            if key in self.definitions and type(value) is int
        }

    def _take(self, node):
        if isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            source = importlib.util.resolve_name(source, self.loaded.__package__)
            for item in node.names:
                local = item.asname or item.name
                value = getattr(self.loaded, local)
                if isinstance(value, types.ModuleType):
                    self.imports[local] = (_own(value.__name__), None)
                else:
                    self.imports[local] = (_own(source), item.name)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            self.definitions.setdefault(node.name, []).append(node)
        elif isinstance(node, (ast.Assign, ast.AugAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for part in ast.walk(target):
                    if isinstance(part, ast.Name):
                        self.definitions.setdefault(part.id, []).append(node)


def _own(module):
    """The name of a module within the package."""
    return module.removeprefix(PACKAGE).removeprefix(".")


class Bundle:
    """The core, and further files that use it, ready to be cut into pieces."""

    def __init__(self, *files):
        self.units = {}
        for path in sorted(CORE.rglob("*.py")):
            parts = path.relative_to(CORE).with_suffix("").parts
            name = ".".join(part for part in parts if part != "__init__")
            if name not in (SHIM, ""):
                loaded = importlib.import_module(f"{PACKAGE}.{name}")
                self.units[name] = Unit(name, path, loaded)
        for path in map(Path, files):
            spec = importlib.util.spec_from_file_location(path.stem, path)
            loaded = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(loaded)
            self.units[path.stem] = Unit(path.stem, path, loaded)

    def resolve(self, module, name):
        """(module, name) of what a name means in a module of the core; None for a builtin."""
        unit = self.units[module]
        while name not in unit.definitions:
            found = unit.imports.get(name)
            if found is None or found[1] is None or found[0] not in self.units:
                return found
            unit, name = self.units[found[0]], found[1]
        return unit.name, name

    def place(self, word):
        """(module, what of it...) of a text "module.name" or "module.Class.method"."""
        module = max((m for m in self.units if word.startswith(m + ".")), key=len)
        return module, *word.removeprefix(module + ".").split(".")

    def shared_name(self, module, name):
        """The name in the one namespace."""
        clash = [u.name for u in self.units.values() if name in u.definitions]
        return name if len(clash) == 1 else f"{name}_{module.replace('.', '_')}"

    def pieces(self, wanted):
        """The pieces for a list of names, "module.name" or "module.Class.method"."""
        return _ordered(_Cut(self, wanted).pieces)


def _ordered(pieces):
    """The pieces in an order that compiles in little room: the largest functions first.

    Classes come before all, for their methods follow; what is calculated (`ALPHA = div(...)`) comes
    last, in the order in which it was found.
    """
    kinds = [type(ast.parse(piece.source).body[0]) for piece in pieces]
    pairs = list(zip(kinds, pieces, strict=True))
    classes = [piece for kind, piece in pairs if kind is ast.ClassDef]
    functions = [piece for kind, piece in pairs if kind is ast.FunctionDef]
    rest = [piece for kind, piece in pairs if kind not in (ast.ClassDef, ast.FunctionDef)]
    functions.sort(key=lambda piece: -len(piece.source))
    return classes + functions + rest


class _Cut:
    """Collects what is needed: definitions depth first, methods by the names that are called."""

    def __init__(self, bundle, wanted):
        self.bundle = bundle
        self.pieces = []
        self._seen = set()
        self._attributes = {"__init__"}
        self._classes = []
        for word in wanted:
            module, name, *method = bundle.place(word)
            self._attributes.update(method)
            self._need(module, name)
        self._grow()

    def _need(self, module, name):
        if (module, name) in self._seen or name in self.bundle.units[module].ints:
            return
        self._seen.add((module, name))
        for node in self.bundle.units[module].definitions[name]:
            if isinstance(node, ast.ClassDef):
                self._classes.append((module, node))
                for base in node.bases:
                    self._dependencies(module, base)
                self._method(module, node, self._first(node), whole=True)
            else:
                self._dependencies(module, node)
                self._add(module, name, node)

    @staticmethod
    def _methods(node):
        return [part for part in node.body if isinstance(part, ast.FunctionDef)]

    def _first(self, node):
        methods = {method.name: method for method in self._methods(node)}
        return methods.get("__init__") or next(iter(methods.values()))

    def _grow(self):
        """Adds methods until no name of a method is called that is not there."""
        before = None
        while before != len(self.pieces):
            before = len(self.pieces)
            for module, node in list(self._classes):
                for method in self._methods(node):
                    if method.name in self._attributes and method is not self._first(node):
                        self._method(module, node, method, whole=False)

    def _method(self, module, node, method, whole):
        key = (module, node.name, method.name)
        if key in self._seen:
            return
        self._seen.add(key)
        self._dependencies(module, method)
        if whole:
            body = [part for part in node.body if isinstance(part, ast.Assign)] + [method]
            shell = ast.ClassDef(node.name, node.bases, [], body, [])
            self._add(module, node.name, shell)
        else:
            self._add(module, f"{node.name}.{method.name}", method)

    def _dependencies(self, module, node):
        inside = local_names(node) if isinstance(node, ast.FunctionDef) else ()
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in inside:
                continue
            if isinstance(part, ast.Attribute):
                self._attributes.add(part.attr)
                inner = part.value
                if isinstance(inner, ast.Name):
                    found = self.bundle.resolve(module, inner.id)
                    if found and found[1] is None:
                        self._need(found[0], part.attr)
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                found = self.bundle.resolve(module, part.id)
                if found and found[1] is not None and found[0] != SHIM:
                    self._need(*found)

    def _add(self, module, name, node):
        node = ast.parse(ast.unparse(node)).body[0]  # a copy
        node = _Rewrite(self.bundle, module).visit(node)
        if "." in name:
            owner, method = name.split(".")
            owner = self.bundle.shared_name(module, owner)
            node.name = METHOD
            tail = f"\n{owner}.{method} = {METHOD}\ndel {METHOD}"
        else:
            tail = ""
        source = dense(text_of(node)) + tail + "\n"
        self.pieces.append(Piece(module, name, source))


class _Rewrite(ast.NodeTransformer):
    """The rewriting of names that the module's docstring describes."""

    def __init__(self, bundle, module):
        self.bundle = bundle
        self.module = module
        self.locals = {}

    def _body(self, node):
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]

    def visit_FunctionDef(self, node):
        self._body(node)
        node.returns = None
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        outer = self.locals
        kept = keywords(node)
        names = [name for name in local_names(node) if name not in kept]
        self.locals = {**outer, **short_names(names, len(outer)), **kept}
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.arg = self.locals[argument.arg]
        self.generic_visit(node)
        self.locals = outer
        return self._renamed(node)

    def visit_ClassDef(self, node):
        self._body(node)
        self.generic_visit(node)
        return self._renamed(node)

    def _renamed(self, node):
        if self.bundle.resolve(self.module, node.name) == (self.module, node.name):
            node.name = self.bundle.shared_name(self.module, node.name)
        return node

    def visit_ImportFrom(self, node):
        return None

    def visit_Attribute(self, node):
        if isinstance(node.value, ast.Name) and node.value.id not in self.locals:
            found = self.bundle.resolve(self.module, node.value.id)
            if found and found[1] is None:
                return self._global(found[0], node.attr, node.ctx)
        self.generic_visit(node)
        return node

    def visit_Name(self, node):
        if node.id in self.locals:
            return ast.Name(self.locals[node.id], node.ctx)
        found = self.bundle.resolve(self.module, node.id)
        if found and found[1] is not None and found[0] != SHIM:
            return self._global(*found, node.ctx)
        return node

    def _global(self, module, name, context):
        ints = self.bundle.units[module].ints
        if name in ints and isinstance(context, ast.Load):
            return ast.parse(str(ints[name]), mode="eval").body
        return ast.Name(self.bundle.shared_name(module, name), context)


def local_names(function):
    """The names that are local in a function: its arguments, then what it assigns."""
    names = [node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)]
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.append(node.id)
    return list(dict.fromkeys(names))


def keywords(function):
    """{name: name} of the arguments with a default."""
    count = len(function.args.defaults)
    named = [node.arg for node in function.args.args[len(function.args.args) - count :]]
    named += [node.arg for node in function.args.kwonlyargs]
    return dict(zip(named, named, strict=True))


def short_names(names, used):
    """{name: a short one}; used: how many short ones are taken. No module has names so short."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    short = [*letters, *[x + y for x in letters for y in letters if not keyword.iskeyword(x + y)]]
    return dict(zip(names, short[used:], strict=False))


def dense(source):
    """Source with one space a level instead of four."""
    lines = []
    for line in source.split("\n"):
        body = line.lstrip(" ")
        lines.append(" " * ((len(line) - len(body)) // 4) + body)
    return "\n".join(lines)
