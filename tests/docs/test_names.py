"""What README and docs name is there: modules, functions, files, pages; who decides a status."""

import ast
import functools
import importlib
import re
from pathlib import Path

import pytest

from qbfgs import status

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
MAP = ROOT / "docs" / "architecture.md"
SOURCES = ("shared", "desktop", "tools/qbfgs_tools", "firmware/qbfgs_board")
FOLDERS = ("shared", "desktop", "tools", "firmware", "tests", "docs")
CHECKPOINTS = {"qbfgs.a", "qbfgs.b"}  # files on a board
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def prose(page):
    """The text of a page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)


@functools.cache
def resolved(name):
    """What a dotted name stands for. Raises ImportError or AttributeError."""
    parts = name.split(".")
    found = importlib.import_module(parts[0])
    for k, part in enumerate(parts[1:], 2):
        if not hasattr(found, part):
            importlib.import_module(".".join(parts[:k]))
        found = getattr(found, part)
    return found


def defined():
    """Every name that the sources define: modules, what lies in them, and `Class.method`."""
    names = set()
    for folder in SOURCES:
        for path in (ROOT / folder).rglob("*.py"):
            module = path.parent.name if path.name == "__init__.py" else path.stem
            names.add(module)
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    names |= {node.name, f"{module}.{node.name}"}
                if isinstance(node, ast.ClassDef):
                    methods = [m for m in node.body if isinstance(m, ast.FunctionDef)]
                    names |= {f"{node.name}.{method.name}" for method in methods}
                if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
                    names.add(node.id if isinstance(node, ast.Name) else node.attr)
                if isinstance(node, ast.arg):
                    names.add(node.arg)
    return names


@each_page
def test_dotted_names_are_there(page, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "firmware")
    for name in re.findall(r"`(qbfgs(?:_[a-z]+)?(?:\.\w+)+)", prose(page)):
        if name not in CHECKPOINTS:
            assert resolved(name) is not None


@pytest.mark.parametrize("folder", [*SOURCES, "tests"])
def test_imports_are_of_what_is_there(folder, monkeypatch):
    """Also those in texts: programs that tests run, advice that commands give."""
    monkeypatch.syspath_prepend(ROOT / "firmware")
    for path in sorted((ROOT / folder).rglob("*.py")):
        text = path.read_text()
        names = set(re.findall(r"\b(?:from|import) (qbfgs\w*(?:\.\w+)*)", text))
        for module, listed in re.findall(r"\bfrom (qbfgs[\w.]*) import (\w+(?:, \w+)*)", text):
            names |= {f"{module}.{name}" for name in listed.split(", ")}
        for name in names:
            assert resolved(name) is not None, path


@each_page
def test_files_are_there(page):
    for name in re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]*)`", prose(page)):
        assert (ROOT / name).exists(), name


@each_page
def test_links_lead_to_a_page_and_a_heading(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        name, _, heading = target.partition("#")
        other = (page.parent / name).resolve() if name else page
        assert other.is_file() and other.is_relative_to(ROOT), target
        headings = re.findall(r"^#+ (.*)$", other.read_text(), re.MULTILINE)
        anchors = [re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings]
        assert not heading or heading in anchors, target


def test_every_name_of_the_map_is_defined():
    names = defined()
    words = re.findall(r"`([A-Za-z_][\w.]*)(?:\([\w]*\))?`", prose(MAP))
    assert len(words) > 80
    missing = [w for w in words if not w.startswith("qbfgs") and w not in names]
    assert set(missing) <= {"__init__.py"}


def deciders():
    """{status: the modules of the core that return it or set it}."""
    found = {}
    shared = ROOT / "shared"
    for path in shared.rglob("*.py"):
        module = ".".join(path.relative_to(shared).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Return | ast.Assign) and node.value is not None:
                for name in ast.walk(node.value):
                    if isinstance(name, ast.Name) and name.id in STATUSES:
                        found.setdefault(name.id, set()).add(module)
    return found


STATUSES = {
    name for name, value in vars(status).items() if name.isupper() and type(value) is int
} - {"RUNNING"}


def test_the_map_says_where_each_status_is_decided():
    section = MAP.read_text().split("## Where a status is decided")[1].split("\n## ")[0]
    said = {}
    for names, by in re.findall(r"^\| (`[A-Z_`, ]+`) \| (.*) \|$", section, re.MULTILINE):
        for name in re.findall(r"\w+", names):
            said[name] = set(re.findall(r"`(qbfgs\.[\w.]+)`", by))
    said.pop("RUNNING")
    assert said == deciders()
    assert set(said) == STATUSES


TERMS = """epoch go idle pass certificate grid-step qp trust-radius secant-pair face block scalar
word lane neighbour wall compensation lattice trial mode status trace checkpoint recipe job
""".split()


def test_each_term_is_defined_once_and_each_page_leads_to_them():
    glossary = ROOT / "docs" / "glossary.md"
    terms = re.findall(r"^### (.*)$", glossary.read_text(), re.MULTILINE)
    assert len(terms) == len(set(terms)) and set(TERMS) <= {
        term.lower().replace(" ", "-") for term in terms
    }
    for page in PAGES:
        assert page == glossary or page.stem == "formats" or "glossary.md" in prose(page), page
