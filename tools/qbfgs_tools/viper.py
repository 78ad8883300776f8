"""Viper from annotated source: says where an object is meant as an int, and changes nothing else.

MicroPython's viper emitter works on machine words, but wants to be told: an item of a list, an
attribute and the result of a call are objects there until `int(...)` makes them words. Written by
hand that would be a call more on every other interpreter. So the sources carry annotations, which
cost nothing, and `lowered` adds the casts and the decorator to a copy that is compiled.

A kernel is a function or method without defaults whose parameters (but self) are all annotated,
`int` for a word and `list` or `object` for anything else, and whose result is annotated `int`,
`bool` or not at all, and which compares nothing with None. An `int` in a kernel must stay a word:
tests/shared/test_words.py is the proof.
"""

import ast
from typing import NamedTuple

DECORATOR = "@micropython.viper"
INT, BOOL, OBJECT = "int", "bool", "object"
UNTYPED = (ast.Is, ast.IsNot, ast.In, ast.NotIn)  # comparisons of any objects
CASTING = ("abs", "len", "max", "min")  # builtins that give an int


class Signature(NamedTuple):
    """Kinds of the parameters without self, and whether the result is an int."""

    parameters: tuple
    returns_int: bool


def signature(function):
    """The `Signature` of a function with the annotations of a kernel; else None."""
    every = function.args
    if every.defaults or every.kwonlyargs or every.vararg or every.kwarg:
        return None
    parameters = [a for a in every.args if a.arg != "self"]
    if any(a.annotation is None for a in parameters) or not (parameters or function.returns):
        return None
    kinds = tuple([INT if a.annotation.id == INT else OBJECT for a in parameters])
    return Signature(kinds, function.returns is not None and function.returns.id == INT)


def is_kernel(function):
    """Whether a function is compiled as viper; that cannot compare anything with None."""
    identities = [n for n in ast.walk(function) if isinstance(n, ast.Is | ast.IsNot)]
    return signature(function) is not None and not identities


def functions(tree):
    """(name, node) of every function of a module and of its classes, "Class.method"."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{node.name}.{inner.name}", inner


def lowered(sources):
    """{name: (text, kernels)} for modules {name: text} that call each other.

    kernels: the names of those in the module; a module without one keeps its text.
    """
    trees = {name: ast.parse(text) for name, text in sources.items()}
    signatures = {}  # (name, whether of a method): those of all that are called so
    for tree in trees.values():
        for name, node in functions(tree):
            if signature(node):
                *owner, last = name.split(".")
                signatures.setdefault((last, bool(owner)), set()).add(signature(node))
    known = {key: found.pop() for key, found in signatures.items() if len(found) == 1}
    result = {}
    for name, text in sources.items():
        kernels = [(n, f) for n, f in functions(trees[name]) if is_kernel(f)]
        edits = [edit for _, node in kernels for edit in _Kernel(node, known, text).edits]
        result[name] = (_edited(text, edits), [n for n, _ in kernels])
    return result


def _edited(text, edits):
    """The text after edits (line, column, end column, what to put there), last ones first."""
    lines = text.splitlines(keepends=True)
    for line, column, end, what in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        old = lines[line - 1]
        lines[line - 1] = old[:column] + what + old[end:]
    return "".join(lines)


class _Kernel(ast.NodeVisitor):
    """Finds where one kernel needs casts: `edits`, for `_edited`."""

    def __init__(self, function, signatures, text):
        self.signatures = signatures
        self.text = text
        self.returns = function.returns.id if function.returns else OBJECT
        self.kinds = {a.arg: OBJECT for a in function.args.args if a.arg == "self"}
        parameters = [a for a in function.args.args if a.arg != "self"]
        for argument, kind in zip(parameters, signature(function).parameters, strict=True):
            self.kinds[argument.arg] = kind
        self._infer(function)
        indent = " " * function.col_offset
        self.edits = [(function.lineno, 0, 0, f"{indent}{DECORATOR}\n")]
        for where in [a.annotation for a in parameters]:
            if where.id != INT:  # viper knows no other name for what is no word
                self.edits.append((where.lineno, where.col_offset, where.end_col_offset, OBJECT))
        for statement in function.body:
            self.visit(statement)

    # What is an int

    def _infer(self, function):
        """Kinds of the local names: int where one is assigned or an item meets an operator."""
        objects, ints = set(), set()
        assigned = []
        stored = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                stored.add(node.id)
            for name, kind in self._uses(node):
                (ints if kind == INT else objects).add(name)
            if isinstance(node, ast.Assign):
                assigned += list(_pairs(node))
        for name in stored:
            self.kinds.setdefault(name, INT if name in ints - objects else OBJECT)
        # What is assigned an int, through other names too, is one.
        for _ in assigned:
            for target, value in assigned:
                if target.id not in objects and self._is_int(value):
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
            takes = [(node.target, INT if _name(node.iter) == "range" else OBJECT)]
        elif isinstance(node, ast.Call) and _name(node) == "range":
            takes = [(argument, INT) for argument in node.args]
        elif isinstance(node, ast.Call) and _key(node) in self.signatures:
            takes = list(zip(node.args, self.signatures[_key(node)].parameters, strict=True))
        return [(where.id, kind) for where, kind in takes if isinstance(where, ast.Name)]

    def _is_int(self, node):
        """Whether an expression is a word already, or is meant to become one."""
        if isinstance(node, ast.Call):
            known = self.signatures.get(_key(node))
            return known.returns_int if known else _name(node) in CASTING
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
        return isinstance(node, ast.BinOp | ast.UnaryOp | ast.BoolOp)

    # Where to say so

    def _cast(self, *nodes):
        """Makes words of expressions that are not."""
        for node in nodes:
            if not self._is_word(node):
                self._call(INT, node)

    def _call(self, name, node):
        self._insert(node.lineno, node.col_offset, f"{name}(")
        self._insert(node.end_lineno, node.end_col_offset, ")")

    def _insert(self, line, column, what):
        self.edits.append((line, column, column, what))

    def visit_BinOp(self, node):
        self._cast(node.left, node.right)
        self.generic_visit(node)

    def visit_UnaryOp(self, node):
        if not isinstance(node.op, ast.Not):
            self._cast(node.operand)
        self.generic_visit(node)

    def visit_Compare(self, node):
        if self._is_word(node):
            self._cast(node.left, *node.comparators)
        self.generic_visit(node)

    def visit_IfExp(self, node):
        if self._is_int(node):
            self._cast(node.body, node.orelse)
        self.generic_visit(node)

    def visit_Call(self, node):
        if _name(node) == "range":
            self._cast(*node.args)
        self.generic_visit(node)

    def visit_Return(self, node):
        if self.returns == INT:
            self._cast(node.value)
        elif self.returns == BOOL and not self._is_word(node.value, constants=False):
            self._call(BOOL, node.value)
        self.generic_visit(node)

    def visit_Assign(self, node):
        for target, value in _pairs(node):
            if self.kinds[target.id] == INT:
                self._cast(value)
        self.generic_visit(node)

    def visit_AugAssign(self, node):
        self._cast(node.value)
        if not isinstance(node.target, ast.Name):
            # `x[i] += v` becomes `x[i] = int(x[i]) + (v)`.
            end = node.target.end_col_offset
            target = ast.get_source_segment(self.text, node.target)
            operator, _, _ = self.text.splitlines()[node.lineno - 1][end:].partition("= ")
            what = f" = int({target}){operator} ("
            self.edits.append((node.lineno, end, end + len(operator) + 2, what))
            self._insert(node.end_lineno, node.end_col_offset, ")")
        self.generic_visit(node)


def _pairs(assign):
    """(name, value) of an assignment to plain names, `a, b = b, a` included."""
    for target in assign.targets:
        values = [assign.value]
        targets = [target]
        if isinstance(target, ast.Tuple) and isinstance(assign.value, ast.Tuple):
            targets, values = target.elts, assign.value.elts
        for one, value in zip(targets, values, strict=True):
            if isinstance(one, ast.Name):
                yield one, value


def _name(call):
    """The name of the function that a call calls; "" for a method and anything else."""
    is_plain = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    return call.func.id if is_plain else ""


def _key(call):
    """(name, whether of a method) of what a call calls."""
    return (_name(call), False) if _name(call) else (getattr(call.func, "attr", ""), True)
