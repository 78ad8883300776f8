"""What annotated sources say: their kernels, their constants, and which attributes hold words.

A kernel is a function or method without defaults whose parameters (but self) are all annotated,
`int` for a word, `list` for storage of words (see `words` of qbfgs/blocks.py) and `object` for
anything else, and whose result is annotated `int`, `bool` or not at all, and which compares nothing
with None. An `int` in a kernel must stay a word: tests/shared/test_words.py is the proof.
"""

import ast
from pathlib import PurePosixPath
from typing import NamedTuple

INT, BOOL, OBJECT = "int", "bool", "object"
WORDS, BLOCKS = "list", "blocks"  # storage of words, and a list of such
STORAGE = "words"  # the function that makes all storage
MAKERS = {"words": WORDS, "block": WORDS, "blocks": BLOCKS}  # the functions that make storage
BUILTINS = ("abs", "bool", "int", "len", "max", "min", "range")  # these read, and change nothing


class Signature(NamedTuple):
    """Kinds of the parameters without self, and that of the result ("object" for none)."""

    parameters: tuple
    returns: str

    @property
    def returns_int(self):
        """Whether the result is a word."""
        return self.returns == INT


class Function(NamedTuple):
    """path: of its module; owner: the name of its class, "" for none; node: its syntax tree."""

    path: str
    owner: str
    node: ast.FunctionDef

    @property
    def name(self):
        """As "Class.method" or "function"."""
        return ".".join(filter(None, (self.owner, self.node.name)))


def signature(function):
    """The `Signature` of a function with the annotations of a kernel; else None."""
    every = function.args
    if every.defaults or every.kwonlyargs or every.vararg or every.kwarg:
        return None
    parameters = [a for a in every.args if a.arg != "self"]
    if any(a.annotation is None for a in parameters) or not (parameters or function.returns):
        return None
    kinds = tuple([a.annotation.id for a in parameters])
    return Signature(kinds, function.returns.id if function.returns else OBJECT)


def is_kernel(function):
    """Whether a function is compiled as viper; that cannot compare anything with None."""
    if signature(function) is None:
        return False
    return not any(isinstance(n, ast.Is | ast.IsNot) for n in ast.walk(function))


def name_of(call):
    """The name of the function that a call calls; "" for a method and anything else."""
    is_plain = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    return call.func.id if is_plain else ""


def key_of(call):
    """(name, whether of a method) of what a call calls."""
    return (name_of(call), False) if name_of(call) else (getattr(call.func, "attr", ""), True)


def stored(node):
    """Names that are assigned or imported anywhere in a tree."""
    names = set()
    for part in ast.walk(node):
        if isinstance(part, ast.alias):
            names.add(part.asname or part.name)
        elif isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            names.add(part.id)
    return names


def globals_of(function):
    """Names in a function that are no locals of it."""
    local = stored(function) | {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)}
    body = ast.Module(function.body, [])
    return {n.id for n in ast.walk(body) if isinstance(n, ast.Name) and n.id not in local}


def pairs(assign):
    """(target, value) of an assignment, `a, b = b, a` included; value None where it is unpacked."""
    for target in assign.targets:
        if not isinstance(target, ast.Tuple):
            yield target, assign.value
            continue
        same = isinstance(assign.value, ast.Tuple)
        values = assign.value.elts if same else [None] * len(target.elts)
        yield from zip(target.elts, values, strict=True)


class Program:
    """Modules {path: text} that call each other. trees: theirs; functions: all of them.

    Attribute nodes below a kernel get `storage` ("list", "blocks" or ""), `fixed` (whether it is
    assigned in `__init__` alone), `setter` (the class whose `__init__` has the only assignment to
    it, else None) and `named` (whether a class has its name in a text, and so it may be set by it).
    """

    def __init__(self, sources):
        self.trees = {path: ast.parse(text) for path, text in sources.items()}
        self.functions = [f for path, tree in self.trees.items() for f in _functions(path, tree)]
        self._named = {}
        for function in self.functions:
            key = function.node.name, bool(function.owner)
            self._named.setdefault(key, []).append(function)
        self.signatures = {}
        for key, found in self._named.items():
            kinds = {signature(function.node) for function in found}
            if len(kinds) == 1 and None not in kinds:
                self.signatures[key] = kinds.pop()
        self._bindings = {path: self._bound(path) for path in self.trees}
        self._bases = {}  # {class: names of its bases}; classes of one name count as one
        self._families = {}  # {class: those that it is made of, and those made of it}
        self._uses = {}  # {function: {expression: names of its attributes that are used}}
        self._locals = {}  # {function: {local name: values that it gets}}
        self._numbers = {}  # {path: its constants}
        self._texts = {name for tree in self.trees.values() for name in _texts(tree)}
        self._all = {}  # {class: names of its methods and attributes}
        self._stores = {}  # {attribute: [(class or "", function, value or None)]}
        for tree in self.trees.values():
            for node in tree.body:
                if isinstance(node, ast.ClassDef):
                    bases = [b.id for b in node.bases if isinstance(b, ast.Name)]
                    others = [base for base in bases if base != node.name]
                    self._bases.setdefault(node.name, []).extend(others)
        for function in self.functions:
            for target, value in _attributes(function.node):
                owner = function.owner if getattr(target.value, "id", "") == "self" else ""
                self._stores.setdefault(target.attr, []).append((owner, function, value))
        for function in self.kernels():
            methods = {n.func for n in ast.walk(function.node) if isinstance(n, ast.Call)}
            for node in ast.walk(function.node):
                if isinstance(node, ast.Attribute) and node not in methods:
                    self.describe(node, function)

    def kernels(self, path=None):
        """The kernels, of one module or of all."""
        for function in self.functions:
            if path in (None, function.path) and is_kernel(function.node):
                yield function

    def only(self, call):
        """The kernel that a call must mean, for no other function has its name; else None."""
        found = self._named.get(key_of(call), ())
        return found[0] if len(found) == 1 and is_kernel(found[0].node) else None

    @property
    def storage(self):
        """The path of the module that makes storage; None if there is none."""
        return next((f.path for f in self.functions if f.name == STORAGE), None)

    # Names of modules

    def meaning(self, path, name):
        """(path, name) of where a global name of a module is defined; (None, name) if nowhere."""
        there = self._bindings[path].get(name, (None, name))
        return there if there[0] in (None, path) else self.meaning(*there)

    def constant(self, path, name):
        """The int that a global name of a module stands for, else None."""
        where, name = self.meaning(path, name)
        if where is None:
            return None
        if where not in self._numbers:
            self._numbers[where] = _constants(self.trees[where])
        return self._numbers[where].get(name)

    def is_table(self, path, name):
        """Whether a global name of a module is a table of bytes."""
        where, name = self.meaning(path, name)
        if where is None:
            return False
        values = [v for t, v in _assigned(self.trees[where]) if t == name]
        return len(values) == 1 and name_of(values[0]) == "bytes"

    def imports(self, path):
        """The modules that a module imports, all that these import included, and itself."""
        found = [path]
        for one in found:  # it grows while it is walked
            for where, _ in self._bindings[one].values():
                if where is not None and where not in found:
                    found.append(where)
        return found

    def _bound(self, path):
        tree = self.trees[path]
        bound = {name: (path, name) for name, _ in _assigned(tree)}
        bound.update({n.name: (path, n.name) for n in tree.body if hasattr(n, "name")})
        for node in tree.body:
            if isinstance(node, ast.ImportFrom):
                where = self._module(path, node)
                for alias in node.names:
                    bound[alias.asname or alias.name] = (where, alias.name)
        return bound

    def _module(self, path, node):
        """The path of the module that a relative import names; None for any other."""
        if not node.level or not node.module:
            return None
        folder = PurePosixPath(path).parents[node.level - 1]
        place = str(folder / node.module.replace(".", "/")) + PurePosixPath(path).suffix
        return place if place in self.trees else None

    # Attributes

    def describe(self, node, function):
        """Says what is known of an attribute in a function, in the node itself."""
        known = self._known(node, function)
        node.storage = self._storage(known)
        node.fixed = {f.node.name for _, f, _ in known} == {"__init__"}
        once = node.fixed and len(known) == 1
        node.setter = known[0][0] or None if once else None
        node.named = node.attr in self._texts

    def _known(self, node, function):
        """Assignments to what an attribute in a function may be: [(class, function, value)]."""
        every = self._stores.get(node.attr, [])
        if getattr(node.value, "id", "") == "self":
            owners = {function.owner}
        else:
            owners = self._owners(ast.unparse(node.value), function)
        family = {""}.union(*map(self._family, owners))
        return [store for store in every if store[0] in family]

    def _family(self, name):
        """The classes that a class is made of, itself, and those that are made of it."""
        if name not in self._families:
            self._families[name] = {
                c for c in self._bases if self.is_below(name, c) or self.is_below(c, name)
            }
        return self._families[name]

    def _owners(self, text, function):
        """The classes that have all attributes which a function uses of what an expression is."""
        if function not in self._uses:
            uses = self._uses[function] = {}
            for node in ast.walk(function.node):
                if isinstance(node, ast.Attribute):
                    uses.setdefault(ast.unparse(node.value), set()).add(node.attr)
        used = self._uses[function][text]
        return [name for name in self._bases if used <= self._members(name)]

    def _members(self, name):
        """Names of the methods and attributes of a class."""
        if name not in self._all:
            owned = {f.node.name for f in self.functions if f.owner == name}
            owned |= {a for a, stores in self._stores.items() if name in [s[0] for s in stores]}
            self._all[name] = owned.union(*[self._members(b) for b in self._bases.get(name, ())])
        return self._all[name]

    def is_below(self, name, other):
        """Whether a class is another one, or made of it."""
        bases = self._bases.get(name, ())
        return name == other or any(self.is_below(base, other) for base in bases)

    def _storage(self, known, passed=()):
        """What attributes that are assigned so hold: "list", "blocks" or ""."""
        return _common([self._held(value, function, passed) for _, function, value in known])

    def _held(self, value, function, passed):
        """What a value in a function is; None where that leads to what was passed already."""
        if isinstance(value, ast.Subscript):
            return WORDS if self._held(value.value, function, passed) == BLOCKS else ""
        if not isinstance(value, ast.Attribute | ast.Name):
            return MAKERS.get(name_of(value), "")
        place = function.name, ast.unparse(value)
        if place in passed:
            return None
        passed = (*passed, place)
        if isinstance(value, ast.Attribute):
            return self._storage(self._known(value, function), passed)
        for argument in function.node.args.args:
            if argument.arg == value.id:
                return getattr(argument.annotation, "id", "")
        values = self._values(function).get(value.id, ())
        return _common([self._held(assigned, function, passed) for assigned in values])

    def _values(self, function):
        """{name: [value]} of the assignments to the local names of a function."""
        if function not in self._locals:
            found = self._locals[function] = {}
            for node in ast.walk(function.node):
                for target, value in pairs(node) if isinstance(node, ast.Assign) else ():
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append(value)
        return self._locals[function]


def _common(kinds):
    """The storage that all of these are that say something, else ""."""
    found = {kind for kind in kinds if kind is not None}
    kind = found.pop() if len(found) == 1 else ""
    return kind if kind in (WORDS, BLOCKS) else ""


def _functions(path, tree):
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield Function(path, "", node)
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield Function(path, node.name, inner)


def _attributes(function):
    """(target, value) of all assignments to attributes."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            found = pairs(node)
        elif isinstance(node, ast.AugAssign | ast.For):
            found = [(node.target, None)]
        else:
            continue
        for target, value in found:
            if isinstance(target, ast.Attribute):
                yield target, value


def _texts(tree):
    """The words of the texts that classes keep."""
    for owner in tree.body:
        for node in owner.body if isinstance(owner, ast.ClassDef) else ():
            for part in ast.walk(node) if isinstance(node, ast.Assign) else ():
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield from part.value.split()


def _assigned(tree):
    """(name, value) of the assignments of a module."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target, value in pairs(node):
                if isinstance(target, ast.Name):
                    yield target.id, value


def _constants(tree):
    """{name: value} of the names of a module that stand for an int, assigned once."""
    names = [
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    shared = {name for n in ast.walk(tree) if isinstance(n, ast.Global) for name in n.names}
    known = {}
    for name, value in _assigned(tree):
        if name_of(value) == "const":
            value = value.args[0]
        if (
            name in shared
            or value is None
            or not all(_is_number(n, known) for n in ast.walk(value))
        ):
            continue
        code = compile(ast.Expression(value), "constant", "eval")
        known[name] = eval(code, {"__builtins__": {}}, dict(known))  # noqa: S307
    return {name: value for name, value in known.items() if names.count(name) == 1}


def _is_number(node, known):
    """Whether a part of an expression is one of numbers and of names for these."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int) and not isinstance(node.value, bool)
    if isinstance(node, ast.Name):
        return node.id in known
    return isinstance(node, ast.BinOp | ast.UnaryOp | ast.operator | ast.unaryop | ast.expr_context)
