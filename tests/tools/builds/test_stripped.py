"""Stripped source is the same program, line for line."""

import ast

import pytest

from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import sources
from qbfgs_tools.builds.stripped import stripped

ALL = sources(main=True)
TEXT = b'''"""A module."""

LIMIT = 3  # of steps


def walk(start: int, limit=LIMIT) -> int:
    """Walks."""
    place = start  # where it is
    text = "# kept"
    for number in range(limit):
        place += sum([number * other for other in (1, 2)])
    return place, text


class Empty:
    """Nothing."""


def nothing():
    """Does nothing."""
'''


def normal(source):
    """A program without docstrings and annotations, its local names numbered, and the lines of its
    statements."""
    tree = ast.parse(source)
    parts = list(ast.walk(tree))
    for node in parts:
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                del node.body[0]
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.returns = None
    for scope in (tree, *(node for node in parts if isinstance(node, ast.ClassDef))):
        for function in scope.body:
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                number(function)
    lines = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    return ast.dump(tree), lines


def number(function):
    names = [part for part in ast.walk(function) if isinstance(part, ast.Name)]
    given = {part.arg for part in ast.walk(function) if isinstance(part, ast.arg)}
    bound = {part.id for part in names if not isinstance(part.ctx, ast.Load)} - given
    numbers = {}
    for part in names:
        if part.id in bound:
            part.id = numbers.setdefault(part.id, f".{len(numbers)}")


@pytest.mark.parametrize("path", ALL)
def test_it_is_the_same_program(path):
    assert normal(stripped(ALL[path])) == normal(ALL[path])


def test_what_is_left():
    lines = stripped(TEXT).decode().split("\n")
    assert lines[0] == lines[6] == ""
    assert lines[2] == "LIMIT = 3"
    assert lines[5] == "def walk(start, limit=LIMIT):"
    assert lines[7:9] == ["    a = start", '    b = "# kept"']
    assert lines[10] == "        a += sum([c * d for d in (1, 2)])"
    assert lines[15:17] == ["    0", ""]
    assert stripped(b"") == b""


def test_a_change_is_seen():
    text = stripped(TEXT)
    assert normal(text) == normal(TEXT)
    for old, new in ((b"c * d", b"c + d"), (b"c * d", b"d * d"), (b"return a", b"\n    return a")):
        assert text.count(old) == 1
        assert normal(text.replace(old, new)) != normal(TEXT)


def test_boards_get_it_as_source():
    built = builds.fitting("source", 0, ALL)
    assert built.keys() == ALL.keys()
    assert sum(map(len, built.values())) < 0.7 * sum(map(len, ALL.values()))
