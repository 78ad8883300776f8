"""Calls of one kernel by another, replaced by what the called one does.

A call costs hundreds of machine instructions under MicroPython, for its name is looked up and its
words become objects and words again. A body with `return` goes into a loop of one turn, which
`break` leaves; with `return` inside a loop of its own it stays a call. Locals get the name of
their function behind them, arguments are evaluated once, and names of the other module become
numbers, or are imported.
"""

import ast

from qbfgs_tools.builds.text import copied
from qbfgs_tools.builds.viper.kernels import (
    BUILTINS,
    INT,
    OBJECT,
    WORDS,
    globals_of,
    is_kernel,
    name_of,
    signature,
    stored,
)
from qbfgs_tools.builds.viper.numbers import Numbers

# Nodes of the syntax tree: a larger body stays a function, unless it has one call alone. With 100
# runs take a sixtieth more instructions, with 170 only a 200th less.
MOST, MOST_IN_LOOP = 130, 600
# What MicroPython calls as a function of any objects.
PRELUDE = """
def max(a: int, b: int) -> int:
    return a if a > b else b
def min(a: int, b: int) -> int:
    return a if a < b else b
def abs(a: int) -> int:
    return a if a > 0 else -a
"""


class Inliner:
    """Inlines in the kernels of a `kernels.Program`.

    imports: {path: {name: path of the module that it is to be imported from}}, as found on the way.
    """

    def __init__(self, program):
        self.program = program
        self.imports = {path: {} for path in program.trees}
        self._prelude = {node.name: node for node in ast.parse(PRELUDE).body}
        self._done = {}
        self._sizes = {}
        self._writing = {}
        self._calls = {}
        for function in program.kernels():
            for node in ast.walk(function.node):
                if isinstance(node, ast.Call):
                    called = program.only(node)
                    if called:
                        self._calls[called.node] = self._calls.get(called.node, 0) + 1

    def inlined(self, function):
        """The syntax tree of a kernel, with calls inlined."""
        if function.node not in self._done:
            self._done[function.node] = None  # while it is made
            node = copied(function.node)
            Explicit(self.program, function).visit(node)
            node.body = _Body(self, function).block(node.body)
            self._done[function.node] = ast.fix_missing_locations(node)
        return self._done[function.node]

    def body(self, call, path, in_loop):
        """The tree of the kernel that a call in a module is to be replaced by, or None."""
        builtin = self._prelude.get(name_of(call))
        if builtin and self.program.meaning(path, builtin.name)[0] is None:
            return builtin if len(call.args) == len(builtin.args.args) else None
        called = self.program.only(call)
        if called is None or isinstance(call.func, ast.Attribute) != bool(called.owner):
            return None
        node = self.inlined(called)
        if node is None or _returns_in_loop(node):
            return None
        most = MOST_IN_LOOP if in_loop else MOST
        if self._size(node) > most and self._calls[called.node] > 1:
            return None
        return node if self._reachable(node, called.path, path) else None

    def _meaning(self, path, name):
        imported = self.imports[path].get(name)
        return (imported, name) if imported else self.program.meaning(path, name)

    def _size(self, node):
        if node not in self._sizes:
            self._sizes[node] = sum(1 for _ in ast.walk(node))
        return self._sizes[node]

    def writes(self, tree):
        """Whether a tree may change anything but its locals."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(
                node.ctx, ast.Load
            ):
                return True
            if isinstance(node, ast.Call) and name_of(node) not in BUILTINS:
                called = self.program.only(node)
                if called is None or self._writes(called.node):
                    return True
        return False

    def _writes(self, function):
        if function not in self._writing:
            self._writing[function] = self.writes(function)
        return self._writing[function]

    def _reachable(self, node, home, path):
        """Whether the global names of a kernel mean the same in another module, or can be imported
        there; then they are noted."""
        wanted = {}
        for name in globals_of(node):
            where, there = self._meaning(home, name)
            if where is None or self._meaning(path, name) == (where, there):
                continue
            taken = self._meaning(path, name)[0]
            if taken is not None or there != name or where not in self.program.imports(path):
                return False
            wanted[name] = where
        self.imports[path].update(wanted)
        return True


class _Body:
    """Inlines in the statements of one kernel."""

    def __init__(self, inliner, function):
        self.inliner = inliner
        self.path = function.path
        self.count = 0
        self.loops = 0

    def block(self, statements):
        """What statements become."""
        return [made for statement in statements for made in self.statement(statement)]

    def statement(self, node):
        """The statements that one becomes."""
        order = _Order()
        if isinstance(node, ast.If):
            node.test = self._read(node.test, order)
            node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        elif isinstance(node, ast.For):
            node.iter = self._read(node.iter, order)
            node.body = self._repeated(node.body)
        elif isinstance(node, ast.While):
            node.body = self._repeated(node.body)
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.Return | ast.Expr) and node.value:
            return self._simple(node, order)
        return [*order.before, node]

    def _repeated(self, statements):
        self.loops += 1
        made = self.block(statements)
        self.loops -= 1
        return made

    def _inlinable(self, call):
        return self.inliner.body(call, self.path, self.loops > 0)

    def _simple(self, node, order):
        value = node.value
        if isinstance(value, ast.IfExp) and self._any(value):
            ways = []
            for part in (value.body, value.orelse):
                way = copied(node)
                way.value = part
                ways.append([way])
            return self.statement(ast.If(value.test, *ways))
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.Call) and isinstance(target or node, ast.Name | ast.Expr):
            self._parts(value, order)
            called = None if order.wrote else self._inlinable(value)
            if called is not None:
                self._call(called, value, order, target.id if target else "")
                return order.before
            order.read = True
        if isinstance(node, ast.AugAssign):
            order.read = not isinstance(node.target, ast.Name)
        node.value = self._read(value, order)
        return [*order.before, node]

    def _any(self, tree):
        """Whether there is a call in a tree that can be inlined."""
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
        return any(self._inlinable(call) is not None for call in calls)

    def _read(self, node, order):
        """An expression whose calls are done before, as far as no order of reads and writes
        changes."""
        if isinstance(node, ast.BoolOp | ast.IfExp):  # the rest is evaluated in one case alone
            if isinstance(node, ast.IfExp):
                node.test = self._read(node.test, order)
            else:
                node.values[0] = self._read(node.values[0], order)
            order.read = True
            order.wrote = order.wrote or self.inliner.writes(node)
            return node
        had_read = order.read
        self._parts(node, order)
        if isinstance(node, ast.Call):
            called = None if order.wrote else self._inlinable(node)
            writes = self.inliner.writes(node)
            if called is not None and not (writes and had_read):
                order.read = had_read
                self.count += 1
                result = f"{called.name}__{self.count}"
                self._call(called, node, order, result)
                return ast.Name(result, ast.Load())
            order.wrote = order.wrote or writes
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
            order.read = True
        return node

    def _parts(self, node, order):
        for field, part in ast.iter_fields(node):
            if isinstance(part, ast.expr):
                setattr(node, field, self._read(part, order))
            elif isinstance(part, list):
                part[:] = [self._read(p, order) if isinstance(p, ast.expr) else p for p in part]

    def _call(self, called, call, order, result):
        """Appends what a call does; its result goes to a name, if that is given."""
        takes = signature(called)
        parameters = [a.arg for a in called.args.args]
        kinds = list(takes.parameters)
        arguments = list(call.args)
        if parameters[0] == "self":
            arguments.insert(0, call.func.value)
            kinds.insert(0, OBJECT)
        changed = stored(called)
        self.count += 1
        names = {name: ast.Name(f"{name}__{called.name}", ast.Load()) for name in changed}
        assigned = []
        for name, kind, argument in zip(parameters, kinds, arguments, strict=True):
            if isinstance(argument, ast.Attribute) and kind == WORDS:
                argument.storage = WORDS
            if name not in changed and _is_plain(argument):
                names[name] = argument
                continue
            if kind == INT:
                # Words share a name, for no two calls of the same are under way at once.
                temporary = f"{name}__{called.name}"
                argument = _cast(INT, argument)
            else:
                temporary = f"{name}__{called.name}_{self.count}"
            names[name] = ast.Name(temporary, ast.Load())
            assigned.append(_assign(temporary, argument))
        body = [_Renamer(names).visit(copied(s)) for s in _without_text(called.body)]
        returns = [n for s in body for n in ast.walk(s) if isinstance(n, ast.Return)]
        if not result and any(r.value for r in returns):
            result = f"{called.name}__{self.count}"
        replaced = _Returns(result, takes.returns)
        if returns == [body[-1]]:
            body[-1:] = replaced.visit(body[-1])[:-1]
        elif returns:
            body = [s for one in body for s in _listed(replaced.visit(one))]
            ends = isinstance(body[-1], ast.Break)
            body = [ast.While(ast.Constant(True), body if ends else [*body, ast.Break()], [])]
        order.before += assigned + body


class _Order:
    """What was met in an expression. before: statements that come before it; read: something that
    stays in it reads what may change; wrote: something that stays in it may change that."""

    def __init__(self):
        self.before = []
        self.read = self.wrote = False


class Explicit(Numbers):
    """Makes a function say what only its module knows: numbers; tables of bytes are marked
    (`table`), and a kernel gets `[n + 1]` for `[-1]`, where a block has its size, and plain
    assignments for `a, b = b, a`, for its words are no objects."""

    def __init__(self, program, function):
        super().__init__(program, function)
        self.is_kernel = is_kernel(function.node)
        self.count = 0
        known = stored(function.node) | {a.arg for a in function.node.args.args}
        self.last = ast.parse("n + 1" if "n" in known else "self.n + 1", mode="eval").body
        if "n" not in known:
            program.describe(self.last.left, function)

    def visit_Name(self, node):
        if node.id in self.names:
            node.table = self.program.is_table(self.path, node.id)
        return super().visit_Name(node)

    def visit_Assign(self, node):
        self.generic_visit(node)
        if not self.is_kernel:
            return node
        target, value = node.targets[0], node.value
        if len(node.targets) > 1:
            again = value if _is_plain(value) else ast.Name(target.id, ast.Load())
            others = [ast.Assign([to], copied(again), lineno=0) for to in node.targets[1:]]
            return [ast.Assign([target], value, lineno=0), *others]
        both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        if not both or len(target.elts) != len(value.elts):
            return node
        self.count += 1
        names = [f"swap__{self.count}_{place}" for place in range(len(value.elts))]
        before = [_assign(*pair) for pair in zip(names, value.elts, strict=True)]
        after = [
            ast.Assign([to], ast.Name(name, ast.Load()), lineno=0)
            for to, name in zip(target.elts, names, strict=True)
        ]
        return before + after

    def visit_Subscript(self, node):
        if self.is_kernel and ast.unparse(node.slice) == "-1":
            node.slice = copied(self.last)
        return self.generic_visit(node)


class _Renamer(ast.NodeTransformer):
    """Puts expressions in place of names."""

    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        if node.id not in self.names:
            return node
        new = copied(self.names[node.id])
        if isinstance(new, ast.Name):
            new.ctx = node.ctx
        return new


class _Returns(ast.NodeTransformer):
    """Makes `return` an assignment to a name, "" for none, and a `break`."""

    def __init__(self, result, kind):
        self.result, self.kind = result, kind

    def visit_Return(self, node):
        if node.value is None:
            return [ast.Break()]
        value = node.value if self.kind == OBJECT else _cast(self.kind, node.value)
        return [_assign(self.result, value), ast.Break()]


def _assign(name, value):
    return ast.Assign([ast.Name(name, ast.Store())], value, lineno=0)


def _cast(kind, value):
    return ast.Call(ast.Name(kind, ast.Load()), [value], [])


def _listed(nodes):
    return nodes if isinstance(nodes, list) else [nodes]


def _is_plain(node):
    """Whether an argument can stand in several places."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.operand, ast.Constant)
    return isinstance(node, ast.Name | ast.Constant)


def _without_text(body):
    """Statements without a docstring."""
    is_text = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    return body[1:] if is_text else body


def _returns_in_loop(function):
    loops = [n for n in ast.walk(function) if isinstance(n, ast.For | ast.While)]
    return any(isinstance(n, ast.Return) for loop in loops for n in ast.walk(loop))
