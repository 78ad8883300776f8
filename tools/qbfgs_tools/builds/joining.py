"""Modules that are always loaded together, as one file.

To import a module takes a board some 15 ms: MicroPython looks four times for its name, and a file
system of flash goes from folder to folder each time. So modules that the same entries load (what
nothing imports, and what functions import) become one file, that of the last of them; no more is
loaded than before, but for what `TOGETHER` names. Each of the others keeps a file that gives its
names, so that every import works as from the sources. Names stay. A module stays by itself where
one of its names means something else in the file that it would go into, where another module takes
it whole (`from . import module`), and where it does more than to make names; so does a package,
whose names are those of the modules in it too, unless it is named there.
"""

import ast
import graphlib
from pathlib import PurePosixPath

from qbfgs_tools.builds.files import LIBRARY
from qbfgs_tools.builds.text import text_of

DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
MAKING = (*DEFINING, ast.Import, ast.ImportFrom, ast.If, ast.Try, ast.Assign, ast.AugAssign)
# What every job comes to, though functions import it, and small modules that a larger one needs:
# the last of a line takes the others into its file, with what these are joined with. A last one
# that is no module of the sources is a file of its own, beside qbfgs' own modules, for each folder
# further down takes longer to look up.
TOGETHER = tuple(
    tuple(f"{package}.{name}" for name in names.split())
    for package, names in (
        ("qbfgs_board", "heap clock report measures session runner"),
        ("qbfgs_board", "job problem beginning"),
        ("qbfgs", "words.crc search.armijo search.rounding search.idle_and_go optimizer"),
        ("qbfgs", "grid.decimals grid.scales grid.quantizer grid.radius modes checks"),
        ("qbfgs", "model.factors modes.compensated compensated"),
    )
)


class Module:
    """A module. tree: without imports at its top and texts; imports: those, as (module, name
    there, name here); later: modules that functions import; names: those that its statements make;
    numbers: {name: value} of those that none of them uses, which are no longer in the tree;
    is_program: whether statements do more than that."""

    def __init__(self, path, name, text, known):
        self.path, self.name = path, name
        self.is_package = PurePosixPath(path).stem == "__init__"
        self.tree = ast.parse(text)
        self.imports, self.later = [], set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                node.module, node.level = self._source(node), 0
                for item in node.names:
                    if node in self.tree.body:
                        self.imports.append((node.module, item.name, item.asname or item.name))
                    else:
                        self.later.add(_target(node.module, item.name, known))
        body = self.tree.body
        body[:] = [n for n in body if not isinstance(n, ast.ImportFrom) and not _is_text(n)]
        self.used = {
            n.id
            for n in ast.walk(self.tree)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
        }
        self.numbers = {}
        for node in list(body):
            value = _number(node)
            if value is not None and node.targets[0].id not in self.used:
                self.numbers[node.targets[0].id] = value
                body.remove(node)
        self.is_program = not all(isinstance(node, MAKING) for node in body)
        self.names = [name for node in body if not _is_own(node) for name in bound(node)]

    def _source(self, node):
        """The module that an ImportFrom names, absolute."""
        if not node.level:
            return node.module
        parts = self.name.split(".")
        base = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*base, *filter(None, [node.module])])


def _target(source, name, known):
    """The module that is loaded to import a name: the name may be that of a module itself."""
    return f"{source}.{name}" if f"{source}.{name}" in known else source


def _is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_own(node):
    """Whether a statement gives a module a builtin's name, such as `len = len`."""
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == ast.unparse(node.value)


def _number(node):
    """The int that a statement gives to one name, or None."""
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
        return None
    value = node.value
    if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "const":
        value = value.args[0]
    try:
        value = ast.literal_eval(value)
    except ValueError:
        return None
    return value if type(value) is int and len(node.targets) == 1 else None


def bound(node):
    """The names that a statement at the top of a module makes."""
    if isinstance(node, DEFINING):
        return [node.name]
    if isinstance(node, ast.Import):
        return [(item.asname or item.name).split(".")[0] for item in node.names]
    if isinstance(node, ast.If | ast.Try):
        inner = [*node.body, *node.orelse, *getattr(node, "finalbody", [])]
        inner += [part for handler in getattr(node, "handlers", []) for part in handler.body]
        return [name for part in inner for name in bound(part)]
    if isinstance(node, ast.ImportFrom):
        return [item.asname or item.name for item in node.names]
    targets = node.targets if isinstance(node, ast.Assign) else [node]
    stored = (n for target in targets for n in ast.walk(target) if isinstance(n, ast.Name))
    return [n.id for n in stored if isinstance(n.ctx, ast.Store)]


class Program:
    """Modules {path: (dotted name, text)}, joined.

    together: tuples of names of modules; the last takes the others into its file, with those that
    they are joined with. Numbers must stand in functions as numbers (see `viper.numbers`): the
    names of those that nothing else in a module uses are left out of a joined file.

    home: {module: the one in whose file it is}; contents: {module with a file of its own: those in
    it, in the order in which they are loaded}.
    """

    def __init__(self, modules, together=()):
        known = {name for name, _ in modules.values()}
        together = [names for names in together if known.issuperset(names[:-1])]
        made = {name for *_, name in together} - known
        modules = {**modules, **{_path(name): (name, "") for name in made}}
        known |= made
        self.modules = {
            name: Module(path, name, text, known) for path, (name, text) in modules.items()
        }
        graph = {
            name: {_target(source, there, known) for source, there, _ in module.imports} & known
            for name, module in self.modules.items()
        }
        later = {name: {*graph[name]} for name in graph}
        for *names, last in together:
            later[last].update(names)
        order = list(graphlib.TopologicalSorter(later).static_order())
        loads = {name: _loaded(name, graph) for name in order}
        later = {name for module in self.modules.values() for name in module.later} & known
        entries = later | (known - {other for others in graph.values() for other in others})
        whole = {
            f"{source}.{there}"
            for module in self.modules.values()
            for source, there, local in module.imports
            if local in module.used
        }
        groups = {}
        for name in order:
            module = self.modules[name]
            if name not in whole and not module.is_package and not module.is_program:
                by = frozenset(entry for entry in entries if name in loads[entry])
                groups.setdefault(by, []).append(name)
        groups = list(groups.values())
        for names in together:
            parts = [group for group in groups if not set(names).isdisjoint(group)]
            groups = [group for group in groups if group not in parts]
            members = {*names, *(name for part in parts for name in part)}
            groups.append([name for name in order if name in members])
        self.home = {name: name for name in order}
        self.contents = {name: [name] for name in order}
        for names in groups:
            self._join(names)

    def _join(self, names):
        """Makes one file of those of these modules that agree about names, from the last on."""
        agreed, members = {}, []
        for name in reversed(names):
            meant = self._meanings(name)
            if all(agreed.get(key, meaning) == meaning for key, meaning in meant.items()):
                agreed.update(meant)
                members.insert(0, name)
        for name in members:
            self.home[name] = members[-1]
            del self.contents[name]
        self.contents[members[-1]] = members

    def _meanings(self, name):
        """{name: what it means} in a module."""
        module = self.modules[name]
        meant = {local: self._resolve(source, there) for source, there, local in module.imports}
        meant = {k: m for k, m in meant.items() if type(m) is not int}
        for node in module.tree.body:
            made_in = "" if _is_own(node) else name
            meant.update({one: (made_in, one) for one in bound(node)})
        return meant

    def _resolve(self, source, name):
        """What a name of a module means: a number, or (module, name) of where it is made."""
        module = self.modules.get(source)
        if module is None or name in module.names:
            return source, name
        if name in module.numbers:
            return module.numbers[name]
        for further, there, local in module.imports:
            if local == name:
                return self._resolve(further, there)
        return source, name

    def texts(self):
        """{path: text} of all files."""
        return {module.path: self.text(name) for name, module in self.modules.items()}

    def text(self, name):
        """The text of the file of a module."""
        if self.home[name] != name:
            return self._given(self.modules[name])
        body, taken = [], set()
        for one in self.contents[name]:
            module = self.modules[one]
            alone = len(self.contents[name]) == 1 or one == name
            for source, there, local in module.imports:
                line = self._import(source, there, local, name)
                is_used = local in module.used or (alone and local[0] != "_")
                whole = f"{source}.{there}"
                if local not in module.used and self.home.get(whole, whole) != whole:
                    continue  # taken whole to be loaded before others, which load it
                if line and line not in taken and (is_used or "=" not in line):
                    taken.add(line)
                    body.append(line)
            if alone:
                body += self._numbers(module)
            statements = [node for node in module.tree.body if ast.unparse(node) not in taken]
            taken |= {ast.unparse(node) for node in statements if _is_own(node)}
            body += [text_of(self._later(node)) for node in statements]
        return "\n".join([*_fewer(body), ""])

    def _given(self, module):
        """That of a module which is in another's file."""
        lines = [self._import(module.name, name, name, module.name) for name in module.names]
        if module.is_package or not module.names:
            lines += [self._import(*one, module.name) for one in module.imports]
        return "\n".join([*_fewer(dict.fromkeys(lines)), *self._numbers(module), ""])

    @staticmethod
    def _numbers(module):
        return [f"{key} = {value}" for key, value in module.numbers.items() if key[0] != "_"]

    def _import(self, source, there, local, file):
        """The line by which a file gets a name of a module; "" where it has it."""
        meant = self._resolve(source, there)
        if type(meant) is int:
            return f"{local} = {meant}"
        made, name = meant
        home = self.home.get(made, made)
        if home == file:
            return "" if name == local else f"{local} = {name}"
        return f"from {home} import {name}" + (f" as {local}" if name != local else "")

    def _later(self, node):
        """A statement, whose functions import from the files in which names are made."""
        for part in ast.walk(node):
            for body in (getattr(part, field, None) for field in ("body", "orelse", "finalbody")):
                if isinstance(body, list):
                    body[:] = [made for inner in body for made in self._imported(inner)]
        return node

    def _imported(self, node):
        if not isinstance(node, ast.ImportFrom):
            return [node]
        lines = [
            self._from(node.module, item.name, item.asname or item.name) for item in node.names
        ]
        return [ast.parse(line).body[0] for line in _fewer(lines)]

    def _from(self, source, there, local):
        """The line by which a function gets a name of a module."""
        meant = self._resolve(source, there)
        if type(meant) is not int:
            source, there = self.home.get(meant[0], meant[0]), meant[1]
        return f"from {source} import {there}" + (f" as {local}" if there != local else "")


def _fewer(lines):
    """Lines, where those that follow each other and import from one module are one."""
    made = []
    for line in lines:
        source, _, names = line.partition(" import ")
        if source.startswith("from ") and made and made[-1].startswith(f"{source} import "):
            made[-1] += f", {names}"
        else:
            made.append(line)
    return made


def _path(name):
    """Where the file of a module lies that the sources have not."""
    return f"{LIBRARY}/{name.replace('.', '/')}.py"


def _loaded(name, graph):
    """The modules that are loaded with one, the packages that it is in included."""
    pending, seen = [name], set()
    while pending:
        one = pending.pop()
        if one not in seen:
            seen.add(one)
            parts = one.split(".")
            above = (".".join(parts[:k]) for k in range(1, len(parts)))
            pending += [*graph[one], *(package for package in above if package in graph)]
    return seen
