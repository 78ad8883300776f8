"""The rules of the core: integers only, and a syntax that MicroPython 1.20 compiles."""

import ast
import io
import tokenize
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
FILES = sorted(SHARED.rglob("*.py"))
PACKAGE = "qbfgs"
SHIM = "compat.py"
REALS = {"fits", "calibrate"}  # the rooms of numbers that define "/" themselves, and their users
READS_JSON = "loading.py"
MOST_LINES = 200
SIGNATURE_TYPES = {"int", "bool", "list", "tuple", "bytes", "bytearray", "str", "object", "dict"}
FORBIDDEN_NAMES = {"float", "complex", "print", "input", "exit", "quit", "open", "eval", "exec"}
FORBIDDEN_ATTRIBUTES = {"bit_length", "bit_count", "to_bytes", "exit", "removeprefix"}
NEWER = {
    ast.JoinedStr: "an f-string",
    ast.NamedExpr: "a walrus",
    ast.Match: "a match statement",
    ast.AnnAssign: "an annotated variable",
    ast.AsyncFunctionDef: "an async function",
    ast.AsyncFor: "an async for",
    ast.AsyncWith: "an async with",
    ast.Await: "an await",
    ast.MatMult: "a matrix product",
    ast.Div: "a true division",
}


def violations(source, filename="module.py"):
    """Sentences `line: what is wrong`, in the order of the rules."""
    tree = ast.parse(source, filename)
    found = []
    for node in ast.walk(tree):
        for sentence in _of_node(node, filename):
            found.append(f"{getattr(node, 'lineno', 0)}: {sentence}")
    found += _of_tokens(source)
    found += _recursion(tree)
    lines = source.count("\n")
    if lines > MOST_LINES:
        found.append(f"{lines}: longer than {MOST_LINES} lines")
    return found


def _of_node(node, filename):
    if type(node) in NEWER and type(node) is not ast.Div:
        yield NEWER[type(node)]
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in NEWER:
        if not (isinstance(node.op, ast.Div) and REALS & set(Path(filename).parts)):
            yield NEWER[type(node.op)]
    if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
        yield f"the number {node.value}"
    if isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
        yield f"the name {node.id}"
    if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_ATTRIBUTES:
        yield f"the attribute {node.attr}"
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from _imports(node, filename)
    if isinstance(node, ast.FunctionDef):
        yield from _signature(node)
    if isinstance(node, ast.List | ast.Tuple | ast.Set) and isinstance(node.ctx, ast.Load):
        if any(isinstance(item, ast.Starred) for item in node.elts):
            yield "unpacking inside a display"
    if isinstance(node, ast.Dict) and None in node.keys:
        yield "unpacking inside a display"


def _imports(node, filename):
    if isinstance(node, ast.ImportFrom):
        modules = ["." * node.level + (node.module or "")]
        names = {item.name for item in node.names}
        if "*" in names:
            yield "a star import"
        if (
            "const" in names
            and Path(filename).name != SHIM
            and modules[0].split(".")[-1] != "compat"
        ):
            yield f"const from {modules[0]}"
    else:
        modules = [item.name for item in node.names]
    for module in modules:
        inside = module.startswith(".") or module.split(".")[0] == PACKAGE
        allowed = {"micropython": SHIM, "json": READS_JSON}.get(module)
        if not inside and Path(filename).name != allowed:
            yield f"the import of {module}"


def _signature(node):
    arguments = node.args
    if arguments.posonlyargs:
        yield "a positional-only parameter"
    every = [*arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    annotations = [a.annotation for a in every if a is not None] + [node.returns]
    for annotation in annotations:
        if annotation is None:
            continue
        if not isinstance(annotation, ast.Name) or annotation.id not in SIGNATURE_TYPES:
            yield f"the annotation {ast.unparse(annotation)}"


def _of_tokens(source):
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and not token.string.isascii():
            yield f"{token.start[0]}: a name that is not ASCII"


def _recursion(tree):
    """Functions that can reach themselves, by plain names and by methods of self."""
    calls = {}
    for scope in [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.ClassDef))]:
        owner = scope.name + "." if isinstance(scope, ast.ClassDef) else ""
        for function in scope.body:
            if isinstance(function, ast.FunctionDef):
                calls[owner + function.name] = set(_called(function, owner))
    for name in calls:
        seen, waiting = set(), [name]
        while waiting:
            for other in calls.get(waiting.pop(), ()):
                if other == name:
                    yield f"0: recursion through {name}"
                    seen, waiting = set(), []
                    break
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)


def _called(function, owner):
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            target = node.func
            if isinstance(target, ast.Name):
                yield target.id
            elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                if target.value.id == "self":
                    yield owner + target.attr


def test_the_core_is_there():
    assert len(FILES) >= 2


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SHARED)))
def test_a_file_of_the_core_keeps_the_rules(file):
    found = violations(file.read_text(encoding="utf-8"), str(file))
    assert not found, "\n".join(f"{file}:{sentence}" for sentence in found)


PLANTED = {
    "float literal": ("x = 0.5", "the number 0.5"),
    "complex literal": ("x = 2j", "the number 2j"),
    "true division": ("x = 4 / 2", "true division"),
    "true division in place": ("x = 4\nx /= 2", "true division"),
    "import": ("import math", "the import of math"),
    "import from": ("from time import ticks_us", "the import of time"),
    "import in a function": ("def f():\n    import random", "the import of random"),
    "shim import elsewhere": ("from micropython import const", "the import of micropython"),
    "const from elsewhere": ("from .words import const", "const from .words"),
    "star import": ("from .words import *", "star import"),
    "f-string": ("x = f'{1}'", "f-string"),
    "bit_length": ("x = (5).bit_length()", "attribute bit_length"),
    "print": ("print(1)", "the name print"),
    "input": ("x = input()", "the name input"),
    "exit": ("import sys\nsys.exit()", "attribute exit"),
    "float call": ("x = float(1)", "the name float"),
    "direct recursion": ("def f(n):\n    return n and f(n - 1)", "recursion through f"),
    "mutual recursion": (
        "def f(n):\n    return g(n)\ndef g(n):\n    return h(n)\ndef h(n):\n    return f(n)",
        "recursion through g",
    ),
    "recursive method": (
        "class C:\n    def a(self):\n        self.b()\n    def b(self):\n        self.a()",
        "recursion through C.a",
    ),
    "walrus": ("if (x := 1):\n    pass", "walrus"),
    "match": ("match 1:\n    case 1:\n        pass", "match"),
    "annotated variable": ("x: int = 1", "annotated variable"),
    "annotation": ("def f(a: 'int'):\n    pass", "the annotation 'int'"),
    "generic annotation": ("def f() -> list[int]:\n    pass", "the annotation list[int]"),
    "positional-only": ("def f(a, /):\n    pass", "positional-only"),
    "async": ("async def f():\n    await g()", "async function"),
    "display": ("x = [*range(3)]", "unpacking"),
    "dict display": ("x = {**{}}", "unpacking"),
    "length": ("\n" * 201, "longer than 200"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_caught(name):
    source, sentence = PLANTED[name]
    assert any(sentence in found for found in violations(source + "\n")), violations(source)


def test_what_is_allowed_is_not_caught():
    source = (
        '"""A module."""\n'
        "from .compat import const\n"
        "from qbfgs.words.scalars import add\n"
        "WORD = const(1 << 14)\n"
        "class C:\n"
        "    def cost(self, x: int, *rest, key=None) -> int:\n"
        "        return self.inner.cost(x) // 2 + add(*rest)\n"
    )
    assert violations(source) == []
    assert violations("half = Real(1) / 2\n", "qbfgs/fits/numbers.py") == []
    shim = "try:\n    from micropython import const\nexcept ImportError:\n    const = int\n"
    assert violations(shim, "qbfgs/compat.py") == []
