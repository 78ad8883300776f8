"""Viper from annotated source: kernels as machine code on words, from unchanged modules.

MicroPython's viper emitter works on machine words, but must be told: an item of a list, an
attribute and the result of a call are objects there until `int(...)` makes them words, and storage
is read as objects until `ptr32(...)` makes it a pointer. Written by hand that would cost every
other interpreter. So the sources carry annotations, which cost nothing (see `kernels`), and
`lowered` makes a copy that is compiled: calls of kernels are inlined (`inlining`), casts and
pointers are put in, and what never changes is loaded once (`hoisting`), from tables where that can
be (`tables`).
"""

import ast
from pathlib import PurePosixPath

from qbfgs_tools.builds.text import copied, text_of
from qbfgs_tools.builds.viper.glue import becomes_native, reached
from qbfgs_tools.builds.viper.hoisting import hoisted
from qbfgs_tools.builds.viper.inlining import Explicit, Inliner
from qbfgs_tools.builds.viper.kernels import (
    BLOCKS,
    BOOL,
    INT,
    OBJECT,
    STORAGE,
    WORDS,
    Program,
    is_kernel,
    key_of,
    name_of,
    pairs,
    signature,
    stored,
)
from qbfgs_tools.builds.viper.lookups import flatten, own_builtins
from qbfgs_tools.builds.viper.tables import MADE, MADE_WIDE, MAKER, Tables

VIPER, NATIVE = "micropython.viper", "micropython.native"
MACHINE_CODE = b"@micropython."  # what a text with any of it has
POINTER, BYTES = "ptr32", "ptr8"
WORD_BITS = 32
UNTYPED = (ast.Is, ast.IsNot, ast.In, ast.NotIn)  # comparisons of any objects
CASTING = ("abs", "int", "len", "max", "min")  # builtins that give an int
# What `words` of a build is; it and `bits` are the only functions that are others there.
ARRAY = """
from array import array


def words(n):
    return array("i", bytes(4 * n))
"""
# A table would be loaded by its name each time: in machine code comparisons are much faster.
DIGITS = """
def bits(m: int) -> int:
    n = 1
    if m >= 0x10000:
        m >>= 16
        n = 17
    if m >= 0x100:
        m >>= 8
        n += 8
    if m >= 0x10:
        m >>= 4
        n += 4
    if m >= 4:
        m >>= 2
        n += 2
    return n + (m >> 1) if m else 0
"""


def lowered(sources, wide=False, entries=()):
    """{path: (text, kernels)} for modules {path: text} that call each other.

    wide: whether registers are wider than words: what is loaded lacks its sign then. entries: names
    of functions; those that they lead to become native (see `glue`). kernels: the names of those in
    the module. Functions that are none get numbers in place of the names that stand for
    them. A kernel with "_" before its name goes when all its calls were inlined.
    """
    texts = {path: _replaced(with_arrays(text), "bits", DIGITS) for path, text in sources.items()}
    program = Program(texts)
    inliner = Inliner(program)
    tables = Tables(program, wide)
    made = {}
    for function in program.functions:
        if is_kernel(function.node):
            node = copied(inliner.inlined(function))
            made[function.node] = _Kernel(node, program, wide, tables.of(function)).node
    for function in program.functions:
        if function.node not in made:
            Explicit(program, function).visit(function.node)
    running = reached(program, entries)
    for function in running:
        if becomes_native(function.node):
            function.node.decorator_list = [ast.parse(NATIVE, mode="eval").body]
    flatten(program, running)
    own_builtins(program, [f._replace(node=made.get(f.node, f.node)) for f in running])
    filled = tables.fill()
    for path in filled:
        if path != program.storage:
            inliner.imports[path][MAKER] = program.storage
    named = {path: [f.name for f in program.kernels(path)] for path in sources}
    for tree in program.trees.values():
        for body in _bodies(tree):
            body[:] = [made.get(node, node) for node in body]
    used = {name for tree in program.trees.values() for name in _mentioned(tree)}
    unused = {f.node.name for f in program.kernels() if f.node.name[0] == "_"} - used
    result = {}
    for path, tree in program.trees.items():
        for body in _bodies(tree):
            body[:] = [node for node in body if getattr(node, "name", "") not in unused]
        if filled and path == program.storage:
            tree.body += ast.parse(MADE_WIDE if wide else MADE).body
        result[path] = _text(path, tree, inliner.imports[path]), named[path]
    return result


def _bodies(tree):
    """The statements of a module, and those of its classes."""
    return [tree.body] + [node.body for node in tree.body if isinstance(node, ast.ClassDef)]


def _mentioned(tree):
    """Names that a tree uses, the words of its strings included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from node.value.split()


def with_arrays(text):
    """A module's text in which `words` makes arrays of machine words, if it is defined there."""
    return _replaced(text, STORAGE, ARRAY)


def _replaced(text, name, function):
    """A module's text with another function of a name, if it has one."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            lines = text.splitlines(keepends=True)
            lines[node.lineno - 1 : node.end_lineno] = [function]
            return "".join(lines)
    return text


def _text(path, tree, imports):
    """The text of a module, which imports more names."""
    body = tree.body
    first = next((k for k, node in enumerate(body) if not _is_head(node)), len(body))
    body[first:first] = [
        ast.parse(f"from {_relative(path, other)} import {name}").body[0]
        for name, other in sorted(imports.items())
    ]
    return text_of(tree) + "\n"


def _relative(path, other):
    """How the module of a path imports another one."""
    ups = 1
    for folder in PurePosixPath(path).parents:
        if folder in PurePosixPath(other).parents:
            return "." * ups + ".".join(
                PurePosixPath(other).relative_to(folder).with_suffix("").parts
            )
        ups += 1
    raise ValueError(f"{other} is not below a folder above {path}")


def _is_head(node):
    """Whether a statement is a docstring or an import."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or isinstance(node, ast.Import | ast.ImportFrom)


class _Kernel(ast.NodeTransformer):
    """Casts and pointers of one kernel: `node` is what it becomes."""

    def __init__(self, function, program, wide, table):
        self.program, self.wide = program, wide
        self.returns = signature(function).returns
        self.locals = stored(function) | {a.arg for a in function.args.args}
        parameters = [a for a in function.args.args if a.arg != "self"]
        self.kinds = {"self": OBJECT}
        self.kinds.update({a.arg: a.annotation.id for a in parameters})
        self._infer(function)
        self.generic_visit(ast.Module(function.body, []))
        for argument in parameters:
            kind = argument.annotation.id
            argument.annotation = ast.Name(kind if kind == INT else OBJECT, ast.Load())
        hoisted(function, table)
        function.decorator_list = [ast.parse(VIPER, mode="eval").body]
        self.node = ast.fix_missing_locations(function)

    # What a name is

    def _infer(self, function):
        """Kinds of the local names: int where one is assigned or an item meets an operator."""
        objects, ints = set(), set()
        assigned = []
        for node in ast.walk(function):
            for name, kind in self._uses(node):
                (ints if kind == INT else objects).add(name)
            if isinstance(node, ast.Assign):
                assigned += [(t, v) for t, v in pairs(node) if isinstance(t, ast.Name)]
        for name in self.locals:
            self.kinds.setdefault(name, INT if name in ints - objects else OBJECT)
        # What is assigned an int or storage, through other names too, is one.
        before = None
        while before != self.kinds:
            before = dict(self.kinds)
            for target, value in assigned:
                if self._storage(value):
                    self.kinds[target.id] = self._storage(value)
                elif target.id not in objects and value is not None and self._is_int(value):
                    self.kinds[target.id] = INT

    def _uses(self, node):
        """(name, kind) of names that this node takes as ints or as something else."""
        takes = []
        if isinstance(node, ast.BinOp):
            takes = [(node.left, INT), (node.right, INT)]
        elif isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not):
            takes = [(node.operand, INT)]
        elif isinstance(node, ast.AugAssign):
            takes = [(node.target, INT), (node.value, INT)]
        elif isinstance(node, ast.Compare):
            kind = OBJECT if isinstance(node.ops[0], UNTYPED) else INT
            takes = [(side, kind) for side in [node.left, *node.comparators]]
        elif isinstance(node, ast.Subscript | ast.Attribute):
            takes = [(node.value, OBJECT)]
        elif isinstance(node, ast.For):
            takes = [(node.target, INT if name_of(node.iter) == "range" else OBJECT)]
        elif isinstance(node, ast.Call) and name_of(node) == "range":
            takes = [(argument, INT) for argument in node.args]
        elif isinstance(node, ast.Call) and key_of(node) in self.program.signatures:
            kinds = self.program.signatures[key_of(node)].parameters
            takes = list(zip(node.args, kinds, strict=True))
        return [(where.id, kind) for where, kind in takes if isinstance(where, ast.Name)]

    def _storage(self, node):
        """Whether an expression is storage: "list", or "blocks" for a list of such; else ""."""
        kind = ""
        if isinstance(node, ast.Attribute):
            kind = getattr(node, "storage", "")
        elif isinstance(node, ast.Name):
            kind = self.kinds.get(node.id, "")
        elif isinstance(node, ast.Subscript) and self._storage(node.value) == BLOCKS:
            kind = WORDS
        return kind if kind in (WORDS, BLOCKS) else ""

    def _is_int(self, node):
        """Whether an expression is a word already, or is meant to become one."""
        if isinstance(node, ast.Call):
            known = self.program.signatures.get(key_of(node))
            return known.returns_int if known else name_of(node) in CASTING
        if isinstance(node, ast.IfExp):
            return self._is_int(node.body) or self._is_int(node.orelse)
        return self._is_word(node)

    def _is_word(self, node, constants=True):
        """Whether an expression is a machine word under viper, a truth value included, for the
        literal ones of which it takes objects."""
        if isinstance(node, ast.Constant):
            return constants and isinstance(node.value, int)
        if isinstance(node, ast.Name):
            return self.kinds.get(node.id) == INT
        if isinstance(node, ast.IfExp):
            return self._is_int(node)  # its branches are cast
        if isinstance(node, ast.Compare):
            return not isinstance(node.ops[0], UNTYPED)
        if isinstance(node, ast.Subscript):
            return self._storage(node.value) == WORDS or _is_table(node.value)
        if isinstance(node, ast.Call):
            return name_of(node) == INT
        return isinstance(node, ast.BinOp | ast.UnaryOp | ast.BoolOp)

    # Where to say so

    def _word(self, node):
        """An expression as a word, visited."""
        is_word = self._is_word(node)
        node = self.visit(node)
        return node if is_word else _call(INT, node)

    def visit_Subscript(self, node, signed=True):
        is_word, is_table = self._storage(node.value) == WORDS, _is_table(node.value)
        node.value = self.visit(node.value)
        node.slice = self._word(node.slice)
        if is_table:
            node.value = _call(BYTES, node.value)
        elif is_word:
            node.value = _call(POINTER, node.value)
            if signed and self.wide and isinstance(node.ctx, ast.Load):
                shift = ast.Constant(WORD_BITS)
                return ast.BinOp(ast.BinOp(node, ast.LShift(), shift), ast.RShift(), shift)
        return node

    def visit_BinOp(self, node):
        node.left, node.right = self._word(node.left), self._word(node.right)
        return node

    def visit_UnaryOp(self, node):
        is_truth = isinstance(node.op, ast.Not)
        node.operand = self.visit(node.operand) if is_truth else self._word(node.operand)
        return node

    def visit_Compare(self, node):
        if not self._is_word(node):
            return self.generic_visit(node)
        node.left = self._word(node.left)
        node.comparators = [self._word(side) for side in node.comparators]
        return node

    def visit_IfExp(self, node):
        if not self._is_int(node):
            return self.generic_visit(node)
        node.test = self.visit(node.test)
        node.body, node.orelse = self._word(node.body), self._word(node.orelse)
        return node

    def visit_Call(self, node):
        if name_of(node) == "range":
            node.args = [self._word(argument) for argument in node.args]
        elif name_of(node) == INT:
            return self._word(node.args[0])
        elif name_of(node) == BOOL:
            return self._truth(node.args[0])
        else:
            node.args = [self.visit(argument) for argument in node.args]
            node.func = self.visit(node.func)
        return node

    def visit_Return(self, node):
        if self.returns == INT:
            node.value = self._word(node.value)
        elif self.returns == BOOL:
            node.value = self._truth(node.value)
        else:
            self.generic_visit(node)
        return node

    def _truth(self, node):
        """An expression as a truth value, visited."""
        if isinstance(node, ast.BoolOp):
            node.values = [self._truth(value) for value in node.values]
            return node
        is_truth = self._is_word(node, constants=False)
        node = self.visit(node)
        return node if is_truth else _call(BOOL, node)

    def visit_Assign(self, node):
        (target,) = node.targets
        node.value = self._assigned(target, node.value)
        node.targets = [self.visit(target)]
        return node

    def _assigned(self, target, value):
        is_word = isinstance(target, ast.Subscript) and self._storage(target.value) == WORDS
        if is_word and isinstance(value, ast.Subscript) and self._is_word(value):
            return self.visit_Subscript(value, signed=False)
        if is_word or (isinstance(target, ast.Name) and self.kinds[target.id] == INT):
            return self._word(value)
        return self.visit(value)

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name):
            node.value = self._word(node.value)
            return node
        read = copied(node.target)  # what is no name must be cast to be read
        read.ctx = ast.Load()
        value = ast.BinOp(read, node.op, node.value)
        return self.visit(_assign(node.target, value))


def _is_table(node):
    """Whether an expression is a table of bytes of a module."""
    return getattr(node, "table", False)


def _assign(target, value):
    return ast.Assign([target], value, lineno=0)


def _call(name, value):
    return ast.Call(ast.Name(name, ast.Load()), [value], [])
