"""The map in docs/architecture.md is true: every module in its room, every arrow downwards.

An arrow is an import, also one inside a function. That of a module's own package, which Python
does by itself, is none.
"""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = "docs/architecture.md"
FOLDERS = ("tools", "desktop", "firmware", "shared")


class House(NamedTuple):
    """A package of the map. below: the packages that it may import; floors: {room: floor}, the
    top one 0."""

    below: tuple
    floors: dict


def the_map(text):
    """{package: House} of the first text block of the page.

    A line at the margin is a package, with what it may import behind an arrow; an indented one is a
    floor, its rooms with commas between. Two spaces or more part them from words for people.
    """
    houses, package = {}, ""
    for line in re.search(r"^```text\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[1].splitlines():
        names = re.split(r"\s{2,}", line.strip())[0]
        if not names:
            continue
        if line.startswith(" "):
            floors = houses[package].floors
            floor = 1 + max(floors.values(), default=-1)
            floors |= dict.fromkeys(names.split(", "), floor)
        else:
            package, _, below = names.partition(" -> ")
            houses[package] = House(tuple(below.split(", ")) if below else (), {})
    return houses


def modules(root):
    """{dotted name: file} of all packages of a checkout."""
    found = {}
    for folder in FOLDERS:
        for path in (root / folder).glob("qbfgs*/**/*.py"):
            parts = path.relative_to(root / folder).with_suffix("").parts
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imports(name, path, known):
    """The known modules that a module imports, a set of dotted names."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*above, *(node.module.split(".") if node.module else [])])
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                found.add(whole if whole in known else base)
    return found & set(known)


def all_imports(root):
    """{module: the modules that it imports} of a checkout."""
    known = modules(root)
    return {name: imports(name, path, known) for name, path in known.items()}


def places(name, houses):
    """[(package, room)] of a module, for each package of the map that it lies in, the outermost
    first. A package's own module, its face, is in the room "", above all others."""
    parts = name.split(".")
    found = []
    for k in range(1, len(parts) + 1):
        package = ".".join(parts[:k])
        if package in houses:
            found.append((package, parts[k] if k < len(parts) else ""))
    return found


def homeless(arrows, houses):
    """Sentences about modules without a room, and rooms without a module."""
    wrong = []
    there = set()
    for name in arrows:
        found = places(name, houses)
        there.update(found)
        if not found:
            wrong.append(f"{name} is in no package of the map in {PAGE}")
        for package, room in found:
            if room and room not in houses[package].floors:
                wrong.append(
                    f"{name} is in no room: put {room!r} on a floor of {package} in {PAGE}"
                )
    for package, house in houses.items():
        for room in house.floors:
            if (package, room) not in there:
                wrong.append(f"{package}.{room} is in the map of {PAGE}, but not in the checkout")
    return wrong


def upward(arrows, houses):
    """Sentences about arrows that do not lead down. Those within a room are free."""
    wrong = []
    for source, targets in arrows.items():
        for target in sorted(targets):
            for (package, room), (other, to) in zip(
                places(source, houses), places(target, houses), strict=False
            ):
                floors = houses[package].floors
                if package != other:
                    if other not in houses[package].below:
                        wrong.append(f"{source} imports {target}: {package} may not import {other}")
                elif room != to and floors.get(room, -1) >= floors.get(to, -1):
                    wrong.append(f"{source} imports {target}, which is on no lower floor")
                if room != to or package != other:
                    break  # what lies deeper is not compared
    return wrong


def circle(arrows):
    """The modules of an import circle, the first one again at the end; [] where there is none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return error.args[1]
    return []


HOUSES = the_map((ROOT / PAGE).read_text())
ARROWS = all_imports(ROOT)


def test_every_module_has_a_room_and_every_room_a_module():
    assert len(ARROWS) > 200
    assert homeless(ARROWS, HOUSES) == []


def test_arrows_lead_down():
    assert upward(ARROWS, HOUSES) == []


def test_no_import_circle():
    assert circle(ARROWS) == []


def test_packages_import_as_the_page_says():
    below = {package: set(house.below) for package, house in HOUSES.items()}
    assert below["qbfgs"] == set()
    assert below["qbfgs_desktop"] == below["qbfgs_board"] == {"qbfgs"}
    assert below["qbfgs_tools"] == {"qbfgs", "qbfgs_desktop", "qbfgs_board"}


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        (
            "shared/qbfgs/words/sums.py",
            "from ..status import RUNNING",
            "qbfgs.words.sums imports qbfgs.status, which is on no lower floor",
        ),
        (
            "shared/qbfgs/search/wall.py",
            "from ..model import factors",
            "qbfgs.search.wall imports qbfgs.model.factors, which is on no lower floor",
        ),
        (
            "shared/qbfgs/grid/box.py",
            "def f():\n    from .. import Optimizer",
            "qbfgs.grid.box imports qbfgs, which is on no lower floor",
        ),
        (
            "shared/qbfgs/checks.py",
            "import qbfgs_board.job",
            "qbfgs.checks imports qbfgs_board.job: qbfgs may not import qbfgs_board",
        ),
        (
            "desktop/qbfgs_desktop/fits/learned.py",
            "from qbfgs_tools import cli",
            "qbfgs_desktop.fits.learned imports qbfgs_tools.cli: "
            "qbfgs_desktop may not import qbfgs_tools",
        ),
        (
            "desktop/qbfgs_desktop/batch/words/wide.py",
            "from ..engine import run",
            "qbfgs_desktop.batch.words.wide imports qbfgs_desktop.batch.engine, "
            "which is on no lower floor",
        ),
        (
            "desktop/qbfgs_desktop/batch/words/wide.py",
            "from qbfgs_desktop.sweep import plan",
            "qbfgs_desktop.batch.words.wide imports qbfgs_desktop.sweep.plan, "
            "which is on no lower floor",
        ),
        (
            "tools/qbfgs_tools/commands/fit.py",
            "def f():\n    from qbfgs_tools.lab import learn",
            "qbfgs_tools.commands.fit imports qbfgs_tools.lab.learn, which is on no lower floor",
        ),
    ],
)
def test_an_upward_import_is_found(file, line, said, tmp_path):
    name = ".".join(Path(file).with_suffix("").parts[1:])
    copy = tmp_path / "module.py"
    copy.write_text((ROOT / file).read_text())
    assert imports(name, copy, ARROWS) == ARROWS[name]
    copy.write_text(copy.read_text() + line + "\n")
    assert upward(ARROWS | {name: imports(name, copy, ARROWS)}, HOUSES) == [said]


def test_a_circle_within_a_room_is_found():
    arrows = ARROWS | {"qbfgs.words.compat": {"qbfgs.words.wide"}}
    found = circle(arrows)
    assert {"qbfgs.words.compat", "qbfgs.words.wide"} <= set(found)


def test_a_module_without_a_room_and_an_empty_room_are_found():
    arrows = ARROWS | {"qbfgs.fresh.thing": set()}
    assert homeless(arrows, HOUSES) == [
        f"qbfgs.fresh.thing is in no room: put 'fresh' on a floor of qbfgs in {PAGE}"
    ]
    arrows = {name: to for name, to in ARROWS.items() if not name.startswith("qbfgs.data")}
    assert homeless(arrows, HOUSES) == [
        f"qbfgs.data is in the map of {PAGE}, but not in the checkout"
    ]
