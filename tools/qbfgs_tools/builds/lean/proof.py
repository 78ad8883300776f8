"""Proves that the lean form is the program of the joined files, by other names.

Each file and what became of it are walked side by side: they must be the same but for docstrings,
annotations and names, and each name must always become the same one, and no two the same: local
ones in their function, those at the top of a file in that file and in all that import them, and
attributes everywhere. Attributes of unrelated classes may have one new name, if nothing else has.
"""

import ast

from qbfgs_tools.builds.joining import bound
from qbfgs_tools.builds.lean.names import BUILTIN, fields, is_stored, taken_whole
from qbfgs_tools.builds.text import copied, local_names

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def differences(names, files):
    """Sentences, one for each place where files {path: text} are another program than that of the
    `Names`; none is the proof."""
    proof = _Proof(names)
    for file, tree in names.trees.items():
        text = files[names.program.modules[file].path]
        proof.compare(file, tree, ast.parse(text))
    return proof.found + proof.imports() + proof.attributes()


class _Pairs:
    """Names and what they became: each the same one, and no two the same."""

    def __init__(self):
        self.new, self.old = {}, {}

    def agree(self, old, new):
        """Whether a name may have become another one; then it did."""
        return self.new.setdefault(old, new) == new and self.old.setdefault(new, old) == old


class _Proof:
    """What became what. found: sentences about what differs."""

    def __init__(self, names):
        self.names, self.found = names, []
        self.tops = {file: _Pairs() for file in names.trees}
        self.taken = []  # (file, name in it, what that became, who takes it)
        self.renamed = {}  # {attribute: what it became}

    def compare(self, file, tree, new):
        """Walks a file and what became of it."""
        self.file, self.locals, self.pairs = file, ((), ()), _Pairs()
        self.bound = [{name for node in one.body for name in bound(node)} for one in (tree, new)]
        for old, now in zip(tree.body, new.body, strict=False):
            self._same(old, now, old)
        if len(tree.body) != len(new.body):
            self.found.append(f"{file}: {len(tree.body)} statements became {len(new.body)}")

    def _wrong(self, node, why):
        self.found.append(f"{self.file}: {ast.unparse(node)[:60]!r}: {why}")

    def _same(self, old, new, where):
        """Compares two nodes, lists of them, or what is none, in a statement."""
        if isinstance(old, ast.Call) and getattr(old.func, "id", "") == "const":
            old = old.args[0]
        if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            for pair in zip(old, new, strict=True):
                self._same(*pair, where)
        elif type(old) is not type(new):
            self._wrong(where, "is another one")
        elif not isinstance(old, ast.AST):
            if old != new:
                self._wrong(where, f"{old!r} became {new!r}")
        elif isinstance(old, FUNCTIONS):
            self._function(old, new)
        elif isinstance(old, ast.ClassDef):
            self._class(old, new)
        elif isinstance(old, ast.ImportFrom):
            self._import(old, new)
        else:
            self._names(old, new, where)
            for field in set(old._fields) - {"id", "arg", "attr", "asname", "annotation"}:
                if not (field == "name" and isinstance(old, (ast.ExceptHandler, ast.alias))):
                    self._same(getattr(old, field, None), getattr(new, field, None), where)

    def _names(self, old, new, where):
        """The name that a node is."""
        if isinstance(old, ast.Name):
            self._name(old.id, new.id, where)
        elif isinstance(old, ast.arg):
            self._name(old.arg, new.arg, where)
        elif isinstance(old, ast.ExceptHandler) and old.name:
            self._name(old.name, new.name or "", where)
        elif isinstance(old, ast.keyword) and old.arg != new.arg:
            self._wrong(where, f"the argument {old.arg} became {new.arg}")
        elif isinstance(old, ast.Attribute):
            self._attribute(old.attr, new.attr, where)
        elif isinstance(old, ast.alias):
            if old.name != new.name:
                self._wrong(where, f"{old.name} became {new.name}")
            self._name(old.asname or old.name, new.asname or new.name, where)

    def _name(self, old, new, where):
        is_local = old in self.locals[0], new in self.locals[1]
        if any(is_local):
            good = all(is_local) and self.pairs.agree(old, new)
        elif old in self.bound[0] or new in self.bound[1]:
            both = old in self.bound[0] and new in self.bound[1]
            good = both and self.tops[self.file].agree(old, new)
        else:
            good = old == new  # a builtin
        if not good:
            self._wrong(where, f"the name {old} became {new}")

    def _attribute(self, old, new, where):
        if self.renamed.setdefault(old, new) != new:
            self._wrong(where, f"the attribute {old} became {new}")

    def _function(self, old, new):
        names = [local_names(one) for one in (old, new)]
        outer = self.locals, self.pairs
        self.locals = tuple({*a, *b} for a, b in zip(self.locals, names, strict=True))
        if not outer[0][0]:
            self.pairs = _Pairs()
        arguments = old.args.args
        kept = self.names.keywords & {argument.arg for argument in arguments}
        optional = arguments[len(arguments) - len(old.args.defaults) :]
        kept |= {argument.arg for argument in optional + old.args.kwonlyargs}
        for name in kept:  # calls may name it
            if not self.pairs.agree(name, name):
                self._wrong(old, f"the argument {name} became {self.pairs.new[name]}")
        self._same(old.args, new.args, old)
        self._same(_body(old), _body(new), old)
        self.locals, self.pairs = outer
        self._same(old.decorator_list, new.decorator_list, old)
        if not getattr(old, "in_class", False):
            self._name(old.name, new.name, old)

    def _class(self, old, new):
        self._name(old.name, new.name, old)
        self._same(old.bases, new.bases, old)
        self._same(old.decorator_list, new.decorator_list, old)
        old, new = copied(old), copied(new)
        for one, other in zip(fields(old), fields(new), strict=False):
            words = one.value.split(" "), other.value.split(" ")
            if len(words[0]) != len(words[1]):
                self._wrong(old, f"{one.value!r} became {other.value!r}")
            for word, short in zip(*words, strict=False):
                self._attribute(word, short, old)
            one.value = other.value = ""
        bodies = _body(old), _body(new)
        for one, other in zip(*bodies, strict=False):
            one.in_class = True
            if isinstance(one, FUNCTIONS):
                self._attribute(one.name, getattr(other, "name", ""), old)
            elif isinstance(one, (ast.Assign, ast.AugAssign)):
                stored = [list(filter(is_stored, ast.walk(part))) for part in (one, other)]
                for a, b in zip(*stored, strict=False):
                    self._attribute(a.id, b.id, old)
                    a.id = b.id = "in_class"
        self._same(*bodies, old)

    def _import(self, old, new):
        if old.module != new.module or len(old.names) != len(new.names):
            self._wrong(old, f"became {ast.unparse(new)!r}")
        for one, other in zip(old.names, new.names, strict=False):
            self.taken.append((old.module, one.name, other.name, self.file))
            here = one.asname or one.name, other.asname or other.name
            self._name(*here, old)
            if self.names.is_face(self.file) and not self.locals[0] and here[0] != here[1]:
                self._wrong(old, f"gives {here[1]}")

    def imports(self):
        """What is wrong with names that files take from each other, and those that they give."""
        found = []
        for file, old, new, who in self.taken:
            there = self.tops.get(file)
            if (there.new.get(old, old) if there else old) != new:
                found.append(f"{who}: {old} of {file} became {new}")
        for file, pairs in self.tops.items():
            for name in self.names.program.modules[file].names:
                if name[0] != "_" and pairs.new.get(name, name) != name:
                    found.append(f"{file}: {name}, which it gives, became {pairs.new[name]}")
        return found

    def attributes(self):
        """What is wrong with the new names of attributes."""
        changed = {old: new for old, new in self.renamed.items() if old != new}
        others = {old for old, new in self.renamed.items() if old == new}
        known = {name for kind in BUILTIN for name in dir(kind)}
        strings = set()
        for tree in self.names.trees.values():
            others |= taken_whole(tree, self.names.trees)
            for part in ast.walk(tree):
                if isinstance(part, ast.Call):
                    words = [word for word in part.args if isinstance(word, ast.Constant)]
                    strings |= {word.value for word in words}
        found, holders = [], {}
        for old, new in changed.items():
            if new in others | strings or old in others | strings | known:
                found.append(f"the attribute {old} became {new}, which others meet")
            for family in self.names.families[old]:
                if holders.setdefault((family, new), old) != old:
                    found.append(f"{old} and {holders[family, new]} of one class became {new}")
        return found


def _body(node):
    """The statements of a function or a class, without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return body or [ast.Pass()]
