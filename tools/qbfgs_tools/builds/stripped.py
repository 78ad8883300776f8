"""Source as a board needs it: no comments, docstrings and annotations, short local names; every
statement keeps its line.

MicroPython keeps each name that it has met for good, and a docstring until its module is compiled.
"""

import ast
import io
import keyword
import string
import tokenize

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def stripped(source):
    """A module's source, bytes, as the same program: names of arguments and all else stay."""
    text = source.decode()
    tree = ast.parse(text)
    lines = [line.encode() for line in text.split("\n")]
    changes = list(_comments(text, lines))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)):
            changes += _docstring(node, lines)
        if isinstance(node, FUNCTIONS):
            changes += _annotations(node, lines)
    for scope in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))):
        for node in scope.body:
            if isinstance(node, FUNCTIONS):
                changes += _locals(node)
    for row, begin, end, new in sorted(changes, reverse=True):
        lines[row] = lines[row][:begin] + new + lines[row][end:]
    return b"\n".join(line.rstrip() for line in lines)


def _comments(text, lines):
    """(row, first byte, last byte + 1, what comes there) of each comment."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            begin = len(token.line[:column].encode())
            yield row - 1, begin, len(lines[row - 1]), b""


def _docstring(node, lines):
    if ast.get_docstring(node, clean=False) is None:
        return
    first = node.body[0]
    for row in range(first.lineno - 1, first.end_lineno):
        alone = row == first.lineno - 1 and len(node.body) == 1
        new = b" " * first.col_offset + b"0" if alone else b""
        yield row, 0, len(lines[row]), new


def _annotations(function, lines):
    """Changes that take away the annotations: viper alone reads them, and a compiler keeps them in
    the heap with all else of a module until it is compiled."""
    for part in ast.walk(function.args):
        if isinstance(part, ast.arg) and part.annotation:
            begin = part.col_offset + len(part.arg.encode())
            yield part.lineno - 1, begin, part.annotation.end_col_offset, b""
    if function.returns:
        row = function.returns.lineno - 1
        begin = lines[row].rindex(b"->", 0, function.returns.col_offset)
        yield row, len(lines[row][:begin].rstrip()), function.returns.end_col_offset, b""


def _locals(function):
    """Changes that give short names to what a function, not a nested one, assigns."""
    parts = list(ast.walk(function))
    names = [part for part in parts if isinstance(part, ast.Name)]
    kept = {part.arg for part in parts if isinstance(part, (ast.arg, ast.keyword))}
    for part in parts:
        if isinstance(part, (ast.Global, ast.Nonlocal)):
            kept |= set(part.names)
    bound = [part.id for part in names if not isinstance(part.ctx, ast.Load)]
    bound = [name for name in dict.fromkeys(bound) if name not in kept]
    taken = kept | {part.id for part in names if part.id not in bound} | _imported(parts)
    letters = [x + y for x in ("", "_") for y in string.ascii_lowercase]
    free = (x for x in letters if x not in taken and not keyword.iskeyword(x))
    short = dict(zip(bound, free, strict=False))
    for part in names:
        if part.id in short and part.id not in _imported(parts):
            begin = part.col_offset
            yield part.lineno - 1, begin, begin + len(part.id.encode()), short[part.id].encode()


def _imported(parts):
    """Names that imports and `except ... as` bind: they stay."""
    names = {
        item.asname or item.name
        for part in parts
        for item in getattr(part, "names", ())
        if isinstance(item, ast.alias)
    }
    names |= {part.name for part in parts if isinstance(part, ast.ExceptHandler) and part.name}
    return names | {part.name for part in parts if isinstance(part, (*FUNCTIONS, ast.ClassDef))}
