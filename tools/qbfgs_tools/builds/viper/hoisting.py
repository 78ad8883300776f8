"""What a kernel loads more than once, and finds unchanged, is loaded once.

A path is a local name with attributes behind it that only `__init__` assigns, such as
`self.factor.n`, or the name of a table; also one inside `int(...)`, `ptr32(...)` or `ptr8(...)`.
Under MicroPython each costs a hundred machine instructions. It goes into a local where the first
statement needs it, or before the loop; another local that stands for a path becomes that one.
"""

import ast

from qbfgs_tools.builds.viper.kernels import name_of, pairs, stored
from qbfgs_tools.builds.viper.tables import LEAST

WRAPPERS = ("int", "ptr32", "ptr8")
HELD = ("int", "ptr32")  # of which a table has entries


def hoisted(function, table=None):
    """Changes the syntax tree of a kernel, which has casts and pointers, in place.

    table: the `tables.Table` of its class, which gets what is to be taken out of it.
    """
    _Paths(function, table)


class _Paths:
    def __init__(self, function, table):
        self.table = table
        self.loose = set()  # paths with an attribute that a table does not hold
        self.named = set()  # those that may be set by name, unless they are storage
        self.parameters = {a.arg for a in function.args.args}
        self.locals = stored(function) | self.parameters
        self.changed = stored(function)
        self.aliases = self._aliases(function)
        self.used = set(self._keys(function))
        held = [key for key in self.used if self._is_held(key)]
        if sum(len(key) - 2 for key in held) < LEAST:
            self.table = None
        function.body = self._block(function.body, {})

    def _aliases(self, function):
        """{local: the path that it always stands for}."""
        values = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                for target, value in pairs(node):
                    if isinstance(target, ast.Name):
                        values.setdefault(target.id, []).append(value)
            elif isinstance(node, ast.For | ast.AugAssign) and isinstance(node.target, ast.Name):
                values.setdefault(node.target.id, []).append(None)
        aliases, before = {}, None
        while before != aliases:
            before = dict(aliases)
            for name, every in values.items():
                keys = {self._key(v, aliases) if v is not None else None for v in every}
                if name not in self.parameters and len(keys) == 1 and None not in keys:
                    (key,) = keys
                    if key[1] not in self.changed:
                        aliases[name] = key
        return aliases

    def _key(self, node, aliases):
        """(wrapper, base, attributes...) of a path; None for anything else."""
        wrapper = ""
        if name_of(node) in WRAPPERS and len(node.args) == 1:
            wrapper, node = node.func.id, node.args[0]
        attributes, inner = [], []
        while isinstance(node, ast.Attribute) and getattr(node, "fixed", False):
            attributes.insert(0, node.attr)
            inner.insert(0, node)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        base = ("", node.id)
        if node.id in aliases:
            base = aliases[node.id]
            if base[0] and (attributes or wrapper):
                return None
            wrapper = wrapper or base[0]
        elif node.id not in self.locals and (wrapper != "ptr8" or attributes):
            return None
        path = (*base[1:], *attributes)
        for place, part in enumerate(inner, len(base) - 1):
            of_self = place == 1 and path[0] == "self" and self.table is not None
            if part.setter is None or (of_self and not self.table.holds(part.setter)):
                self.loose.add(path[: place + 1])
            if part.named:
                self.named.add(path[: place + 1])
        return (wrapper, *path)

    def _is_held(self, key):
        """Whether a table can hold a path."""
        wrapper, *path = key
        if self.table is None or path[0] != "self" or len(path) < 2 or wrapper not in HELD:
            return False
        if path[1] == self.table.name or (wrapper == "int" and tuple(path) in self.named):
            return False
        return not any(tuple(path[:length]) in self.loose for length in range(2, len(path) + 1))

    def _keys(self, tree):
        """The paths that a tree uses as they are."""
        if isinstance(tree, ast.Assign) and self._is_alias(tree):
            return
        if isinstance(tree, ast.expr) and isinstance(getattr(tree, "ctx", ast.Load()), ast.Load):
            key = self._key(tree, self.aliases)
            if key:
                yield key
                return
        for part in ast.iter_child_nodes(tree):
            yield from self._keys(part)

    def _is_alias(self, assign):
        return all(isinstance(t, ast.Name) and t.id in self.aliases for t in assign.targets)

    def _block(self, statements, known):
        """Statements with their paths in locals. known: {path: local}, which is added to."""
        made = []
        for node in statements:
            made += self._statement(node, known)
        return made

    def _statement(self, node, known):
        before = []
        if isinstance(node, ast.For | ast.While):
            inside = stored(node)
            self._forget(inside, known)
            one_turn = isinstance(node, ast.While) and isinstance(node.body[-1], ast.Break)
            if isinstance(node, ast.For):
                node.iter = self._replaced(node.iter, known, before)
            if not one_turn:
                for key in self._keys(node):
                    if key[1] not in inside and _is_worth(key):
                        self._local(key, known, before)
                if isinstance(node, ast.While):
                    node.test = self._replaced(node.test, known, before)
            node.body = self._block(node.body, dict(known))
            return [*before, node]
        if isinstance(node, ast.If):
            node.test = self._replaced(node.test, known, before)
            node.body = self._block(node.body, dict(known))
            node.orelse = self._block(node.orelse, dict(known))
            self._forget(stored(node), known)
            return [*before, node]
        if isinstance(node, ast.Assign) and self._is_alias(node):
            # Loaded where the source does, for what comes after to share it.
            for target in node.targets:
                key = self.aliases[target.id]
                for wrapper in ("", *WRAPPERS):
                    if (wrapper, *key[1:]) in self.used and key[0] in ("", wrapper):
                        self._local((wrapper, *key[1:]), known, before)
            return before
        node = self._replaced(node, known, before)
        self._forget(stored(node), known)
        return [*before, node]

    def _forget(self, names, known):
        for key in [key for key in known if key[1] in names]:
            del known[key]

    def _replaced(self, node, known, before):
        """A tree with locals in place of its paths, which are loaded before."""
        return _Replacer(self, known, before).visit(node)

    def _local(self, key, known, before):
        """The local that holds a path, loaded before if it is not known."""
        if key not in known:
            wrapper, base, *attributes = key
            if self._is_held(key):
                pointer = self._local(("ptr32", base, self.table.name), known, before)
                value = self.table.load(pointer.id, wrapper, attributes)
            elif wrapper:
                inner = self._local(("", base, *attributes), known, before)
                value = ast.Call(ast.Name(wrapper, ast.Load()), [inner], [])
            elif attributes:
                inner = self._local(("", base, *attributes[:-1]), known, before)
                value = ast.Attribute(inner, attributes[-1], ast.Load())
            else:
                return ast.Name(base, ast.Load())
            known[key] = "__".join([base, *attributes, wrapper] if wrapper else [base, *attributes])
            before.append(ast.Assign([ast.Name(known[key], ast.Store())], value, lineno=0))
        return ast.Name(known[key], ast.Load())


class _Replacer(ast.NodeTransformer):
    def __init__(self, paths, known, before):
        self.paths, self.known, self.before = paths, known, before

    def visit(self, node):
        if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            key = self.paths._key(node, self.paths.aliases)
            if key and (_is_worth(key) or key[1:] != (getattr(node, "id", ""),)):
                return self.paths._local(key, self.known, self.before)
        return self.generic_visit(node)


def _is_worth(key):
    """Whether a path is more than a name."""
    return bool(key[0]) or len(key) > 2
