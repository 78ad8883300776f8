"""The lean form of what a board holds: the same program with short names, so that it takes less
heap, for MicroPython keeps each name that it has met for good.

In the files that bytecode is compiled from (see `builds.joining`)

- docstrings and annotations are gone;
- local names, arguments that no call names, private functions and classes, public ones in another
  module's file, and attributes of classes that only the optimiser itself meets are a, b, c ..., or
  words that MicroPython has in its own code (see `lean.names`).

Names that a user's program may meet stay, and every import works as from the sources. What is lost:
a traceback names functions by their letters. `lean.proof` proves that it is the same program.
"""

import ast
import functools

from qbfgs_tools.builds.files import module_name, sources
from qbfgs_tools.builds.joining import TOGETHER, Program
from qbfgs_tools.builds.lean.names import Names, fields, is_stored, short_locals
from qbfgs_tools.builds.text import copied, local_names, text_of
from qbfgs_tools.builds.viper.numbers import folded

# To write and read numbers as text takes a file of its own here, which a job forgets before it
# makes its optimiser: that takes the most heap.
TEXTS = ("qbfgs.grid.decimals", "qbfgs.grid.quantizer")
FILES = tuple(tuple(n for n in names if n not in TEXTS) for names in TOGETHER) + (TEXTS,)


@functools.lru_cache(maxsize=2)
def shortened(modules):
    """({path: text}, {attribute: its short name}) of modules, (path, text) each."""
    names = names_of(modules)
    return files(names), names.attributes


def beside(source):
    """A program for a board with the lean form, with the names that attributes have there.

    What it imports must be public.
    """
    _, names = shortened(tuple((path, data.decode()) for path, data in sources().items()))
    tree = ast.parse(source)
    for part in ast.walk(tree):
        if isinstance(part, ast.Attribute):
            part.attr = names.get(part.attr, part.attr)
    return text_of(tree)


def names_of(modules):
    """The `Names` of modules, (path, text) each, that are joined."""
    texts = folded(dict(modules))
    program = Program({path: (module_name(path), text) for path, text in texts.items()}, FILES)
    return Names(program, {name: ast.parse(program.text(name)) for name in program.modules})


def files(names):
    """{path: text} of the files of a program by their short names."""
    return {
        names.program.modules[file].path: text_of(Renaming(names, file).visit(copied(tree))) + "\n"
        for file, tree in names.trees.items()
    }


class Renaming(ast.NodeTransformer):
    """Rewrites a file: names as `Names` has them, no docstrings, no annotations."""

    def __init__(self, names, file):
        self.names, self.file = names, file
        short = names.definitions
        self.globals = {name: new for (where, name), new in short.items() if where == file}
        if not names.is_face(file):
            meant = names.imports(file).items()
            self.globals |= {local: short[one] for local, one in meant if one in short}
        self.locals = {}
        self.top = ""  # the function or class at the top of the file that this is in

    def visit_ClassDef(self, node):
        attributes = self.names.attributes
        for part in fields(node):
            part.value = " ".join([attributes.get(word, word) for word in part.value.split(" ")])
        self._body(node)
        self.top = node.name
        self.generic_visit(node)
        self.top = ""
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                part.name = attributes.get(part.name, part.name)
            elif isinstance(part, (ast.Assign, ast.AugAssign)):
                for name in filter(is_stored, ast.walk(part)):
                    name.id = attributes.get(name.id, name.id)
        node.name = self.globals.get(node.name, node.name)
        return node

    @staticmethod
    def _body(node):
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]

    def visit_FunctionDef(self, node):
        self._body(node)
        node.returns = None
        outer, top = self.locals, self.top
        self.locals = {**outer, **self._locals(node)}
        self.top = top or node.name
        for part in ast.walk(node.args):
            if isinstance(part, ast.arg):
                part.arg, part.annotation = self.locals[part.arg], None
        self.generic_visit(node)
        self.locals, self.top = outer, top
        if not top:
            node.name = self.globals.get(node.name, node.name)
        return node

    def _locals(self, node):
        """{local name of a function: what it becomes}."""
        names = local_names(node)
        fixed = self.names.kept(self.file, self.top or node.name, node)
        others = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - {*names}
        taken = fixed | set(map(self._short, others))
        shorts = (short for short in short_locals() if short not in taken)
        return {
            name: name if name in fixed else self.locals.get(name) or next(shorts) for name in names
        }

    def visit_Import(self, node):
        for item in node.names:
            local = item.asname or item.name
            name = self._short(local)
            item.asname = name if name != item.name else None
        return node

    def visit_ImportFrom(self, node):
        for item in node.names:
            local = self._short(item.asname or item.name)
            item.name = self.names.definitions.get((node.module, item.name), item.name)
            item.asname = local if local != item.name else None
        return node

    def visit_ExceptHandler(self, node):
        node.name = node.name and self._short(node.name)
        return self.generic_visit(node)

    def visit_Call(self, node):
        """`const` goes: mpy-cross would put the number in the place of other names like it too."""
        if getattr(node.func, "id", "") == "const":
            return node.args[0]
        return self.generic_visit(node)

    def visit_Attribute(self, node):
        node.attr = self.names.attributes.get(node.attr, node.attr)
        return self.generic_visit(node)

    def visit_Name(self, node):
        return ast.Name(self._short(node.id), node.ctx)

    def _short(self, name):
        return self.locals.get(name) or self.globals.get(name, name)
