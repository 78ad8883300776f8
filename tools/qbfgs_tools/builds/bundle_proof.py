"""Proves that the pieces of a bundle are the same program as the sources.

`differences` walks the sources and what is sent side by side and accepts what `bundle` documents,
nothing else. It shares no code with what made the pieces: what a name means is looked up in the
imported modules, object by object, and the local names of a function must correspond one to one.
"""

import ast
import builtins
import importlib
import types
from pathlib import Path

from qbfgs_tools.builds.bundle import METHOD


def differences(bundle, pieces):
    """Sentences, one for each place where a piece is another program; none is the proof."""
    found = []
    table = {}
    for piece in pieces:
        if "." not in piece.name:
            table[_sent_name(piece)] = getattr(bundle.units[piece.module].loaded, piece.name)
    for piece in pieces:
        loaded = bundle.units[piece.module].loaded
        walk = _Walk(loaded, table, f"{piece.module}.{piece.name}")
        walk.piece(piece)
        found += walk.found
    return found


def _sent_name(piece):
    """The name that a piece defines."""
    node = ast.parse(piece.source).body[0]
    return node.targets[0].id if isinstance(node, ast.Assign) else node.name


def _original(loaded, name):
    """The node of a definition in the module's source; a class's, or one of its methods'."""
    tree = ast.parse(Path(loaded.__file__).read_text(encoding="utf-8"))
    owner, _, method = name.partition(".")
    for node in tree.body:
        names = [getattr(node, "name", None)]
        if isinstance(node, ast.Assign):
            names = [part.id for part in node.targets if isinstance(part, ast.Name)]
        if owner in names:
            return _method(node, method) if method else node
    return None


def _method(node, name):
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == name:
            return part
    return None


def _is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


class _Walk:
    """Compares one piece with its source; `found` has sentences."""

    def __init__(self, loaded, table, place):
        self.globals = vars(loaded)
        self.loaded = loaded
        self.table = table
        self.place = place
        self.locals = set()
        self.late = {}  # what the function imports: {name: object}
        self.pairs = {}
        self.method = ""
        self.found = []

    def differ(self, what):
        self.found.append(f"{self.place}: {what}")

    def piece(self, piece):
        original = _original(self.loaded, piece.name)
        sent, *tail = ast.parse(piece.source).body
        owner, _, method = piece.name.partition(".")
        self.method = method
        if method:
            text = "\n".join(map(ast.unparse, tail))
            holder = next((k for k, v in self.table.items() if v is self.globals[owner]), None)
            if text != f"{holder}.{method} = {METHOD}\ndel {METHOD}" or METHOD in self.table:
                self.differ(f"is not put into its class: {text}")
        elif tail:
            self.differ("more than one definition")
        if isinstance(original, ast.ClassDef) and isinstance(sent, ast.ClassDef):
            self.shell(original, sent)
        else:
            self.nodes(original, sent)

    def shell(self, original, sent):
        """A class that came with a part of its body."""
        self.fields(original.bases, sent.bases)
        assignments = [p for p in original.body if isinstance(p, ast.Assign)]
        methods = [p for p in sent.body if isinstance(p, ast.FunctionDef)]
        rest = [p for p in sent.body if not isinstance(p, ast.FunctionDef)]
        self.fields(assignments, rest)
        for method in methods:
            self.nodes(_method(original, method.name), method)

    def nodes(self, a, b):
        if isinstance(a, ast.Name) or self._of_module(a):
            self.name(a, b)
        elif type(a) is not type(b):
            self.differ(f"{_text(a)} became {_text(b)}")
        elif isinstance(a, ast.FunctionDef):
            self.function(a, b)
        elif isinstance(a, ast.arg):
            if not self.corresponds(a.arg, b.arg) or b.annotation is not None:
                self.differ(f"argument {a.arg} became {_text(b)}")
        else:
            for field, value in ast.iter_fields(a):
                self.fields(value, getattr(b, field))

    def fields(self, a, b):
        """Values of the fields of two nodes."""
        if isinstance(a, list):
            a = [part for part in a if not isinstance(part, ast.ImportFrom)]
            if not isinstance(b, list) or len(a) != len(b):
                self.differ("a part was left out or added")
                return
            for one, other in zip(a, b, strict=True):
                self.fields(one, other)
        elif isinstance(a, ast.AST):
            self.nodes(a, b)
        elif type(a) is not type(b) or a != b:
            self.differ(f"{a!r} became {b!r}")

    def function(self, a, b):
        outer, pairs = self.locals, self.pairs
        self.pairs = dict(pairs)
        stored = {n.id for n in ast.walk(a) if isinstance(n, ast.Name) and _stores(n)}
        arguments = {n.arg for n in ast.walk(a.args) if isinstance(n, ast.arg)}
        self.locals = outer | stored | arguments
        self.late = _imports(a, self.loaded.__package__)
        body = a.body[1:] if _is_docstring(a.body[0]) else a.body
        own = self.globals.get(a.name)
        expected = next((k for k, v in self.table.items() if v is own), a.name)
        if self.method == a.name:
            expected = METHOD
        if b.name != expected or b.returns is not None:
            self.differ(f"{a.name} became {b.name}")
        self.nodes(a.args, b.args)
        self.fields(a.decorator_list, b.decorator_list)
        self.fields(body, b.body)
        self.locals, self.pairs = outer, pairs

    def corresponds(self, a, b):
        """Whether local name b stands for a, here and everywhere else in the function."""
        taken = b in self.pairs.values() or b in self.table or hasattr(builtins, b)
        if a not in self.pairs and not taken:
            self.pairs[a] = b
        return self.pairs.get(a) == b

    def _of_module(self, a):
        return (
            isinstance(a, ast.Attribute)
            and isinstance(a.value, ast.Name)
            and a.value.id not in self.locals
            and isinstance(self.globals.get(a.value.id), types.ModuleType)
        )

    def name(self, a, b):
        """A name: a local one, one of the module or of a module that it imports, or a builtin."""
        same = isinstance(b, ast.Name) and isinstance(a, ast.Name) and a.id == b.id
        if isinstance(a, ast.Name) and a.id in self.locals:
            good = isinstance(b, ast.Name) and self.corresponds(a.id, b.id)
        elif isinstance(a, ast.Name) and a.id in self.late:
            good = same and self.table.get(b.id, self.late[a.id]) is self.late[a.id]
        elif isinstance(a, ast.Name) and a.id not in self.globals:
            good = same and b.id not in self.table  # a builtin, which nothing may hide
        else:
            value = self._value(a)
            if isinstance(b, ast.Name):
                good = b.id not in self.pairs.values() and self.table.get(b.id, self) is value
                good = good or (not isinstance(a.ctx, ast.Load) and same)
            else:
                good = type(value) is int and _integer(b) == value
        if not good:
            self.differ(f"{_text(a)} became {_text(b)}")

    def _value(self, a):
        if isinstance(a, ast.Attribute):
            return getattr(self.globals[a.value.id], a.attr)
        return self.globals[a.id]


def _imports(function, package):
    """{name: object} of what a function imports from its own package."""
    return {
        item.asname or item.name: getattr(
            importlib.import_module("." * node.level + node.module, package), item.name
        )
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom)
        for item in node.names
    }


def _stores(node):
    return not isinstance(node.ctx, ast.Load)


def _integer(node):
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return None


def _text(node):
    if isinstance(node, ast.arg):
        return node.arg
    return ast.unparse(node) if isinstance(node, ast.AST) else repr(node)
