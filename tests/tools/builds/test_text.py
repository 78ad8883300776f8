"""What is written from syntax trees is compiled to the same bytes as the source."""

import ast

import pytest

from qbfgs_tools.builds.files import compile_module, sources
from qbfgs_tools.builds.text import copied, text_of

ALL = {path: data for path, data in sources(main=True).items() if data}
SWAPS = """
def f(a, b, x):
    a, b = b, a + 1
    x[0], x[1] = x[a], (a, b)
    a, b, x = b, x, a
    for k in (a, b), (b, a):
        a, *x = k
    x = a, b
    (x,) = (a,)
    return a, b
"""


@pytest.mark.parametrize("path", ALL)
def test_a_tree_as_text_becomes_the_bytes_that_its_source_becomes(path):
    text = text_of(ast.parse(ALL[path]))
    assert compile_module("m", text.encode()) == compile_module("m", ALL[path])


def test_values_that_are_taken_apart_have_no_brackets():
    tree = ast.parse(SWAPS)
    assert ast.dump(ast.parse(text_of(tree))) == ast.dump(tree)
    assert "a, b = b, a + 1\n" in text_of(tree)
    assert compile_module("m", text_of(tree).encode()) == compile_module("m", SWAPS.encode())
    assert compile_module("m", ast.unparse(tree).encode()) != compile_module("m", SWAPS.encode())


def test_a_copy_has_its_own_nodes_and_marks_and_shares_what_all_trees_share():
    tree = ast.parse("a.b = c[0] + 1")
    tree.body[0].targets[0].fixed = True
    load = tree.body[0].value.left.ctx
    load.parent = tree  # as python-minifier leaves it
    try:
        made = copied(tree)
    finally:
        del load.parent
    assert ast.dump(made, include_attributes=True) == ast.dump(tree, include_attributes=True)
    assert made.body[0].targets[0].fixed
    assert made.body[0].value.left.ctx is load
    mine, theirs = ({id(n) for n in ast.walk(t) if n._fields} for t in (made, tree))
    assert not mine & theirs
