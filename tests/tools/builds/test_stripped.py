"""Stripped source: what is left of it. That it is the same program, every trace and every vector of
the build "source" proves."""

import ast

from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import sources
from qbfgs_tools.builds.stripped import stripped

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
'''


def test_what_is_left():
    text = stripped(TEXT).decode()
    tree = ast.parse(text)
    assert [ast.unparse(a) for a in tree.body[1].args.args] == ["start", "limit"]
    assert "Walks" not in text and "place" not in text and "# kept" in text
    assert {node.name for node in ast.walk(tree) if hasattr(node, "name")} == {"walk", "Empty"}
    names = {}
    exec(text, names)
    assert names["walk"](4) == (13, "# kept")
    assert stripped(b"") == b""


def test_boards_get_it_as_source():
    files = sources(main=True)
    built = builds.fitting("source", 0, files)
    assert built.keys() == files.keys()
    assert sum(map(len, built.values())) < 0.5 * sum(map(len, files.values()))
