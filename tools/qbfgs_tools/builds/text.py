"""Syntax trees as text that MicroPython compiles as it compiles the source they came from."""

import ast
import copy


def text_of(tree):
    """The text of a statement or a module.

    `ast.unparse` puts the values of `a, b = b, a` into brackets, and then MicroPython makes a tuple
    of them, on the heap.
    """
    return ast.unparse(_Bare().visit(ast.fix_missing_locations(copied(tree))))


def copied(node):
    """A copy of a node, of a list of nodes, or of what is none, to be changed; with its marks.

    `copy.deepcopy` would copy what all trees share as well: Python has one `ast.Load()`, and
    python-minifier hangs the last tree that it saw on it.
    """
    if isinstance(node, list):
        return [copied(item) for item in node]
    if not isinstance(node, ast.AST) or not node._fields:
        return node
    made = copy.copy(node)
    for name, value in ast.iter_fields(node):
        setattr(made, name, copied(value))
    return made


def local_names(function):
    """The names that are local in a function: its arguments, then what it assigns or imports."""
    names = [node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)]
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.append(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.append(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names += [(item.asname or item.name).split(".")[0] for item in node.names]
    return list(dict.fromkeys(names))


class _Bare(ast.NodeTransformer):
    """Takes the brackets from what is taken apart at once."""

    def visit_Assign(self, node):
        target, value = node.targets[-1], node.value
        both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        if both and len(value.elts) > 1:
            # A name is written as it is.
            node.value = ast.Name(", ".join(map(ast.unparse, value.elts)), ast.Load())
        return node
