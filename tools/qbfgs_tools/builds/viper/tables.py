"""Tables: the pointers and words that only `__init__` sets, as words beside each other.

An attribute under MicroPython is looked up by its name, and becomes a pointer or a word by another
call: some 230 machine instructions. What holds storage and is assigned once, in `__init__`, stays
where it is for good: nothing moves there, and the attribute keeps it. So a class whose methods are
kernels gets a table of such addresses and of such ints, filled at the end of its `__init__`, from
which a kernel takes them with one load each. Attributes of attributes can be among them.
"""

import ast

# Machine code, beside the function that makes storage: ptr32 of an int is that int.
MAKER = "addresses"
MADE = """
@micropython.viper
def addresses(values):
    n = int(len(values))
    made = words(n)
    table = ptr32(made)
    for k in range(n):
        table[k] = int(ptr32(values[k]))
    return made
"""
MADE_WIDE = """
@micropython.viper
def addresses(values):
    n = int(len(values))
    made = words(2 * n)
    table = ptr32(made)
    for k in range(n):
        value = int(ptr32(values[k]))
        table[2 * k] = value
        table[2 * k + 1] = value >> 32
    return made
"""
LEAST = 2  # attribute loads that a table must save a kernel


class Table:
    """That of a class, of attributes as kernels come to need them.

    owner: the name of the class.
    """

    def __init__(self, owner, tables):
        self.owner = owner
        self.name = f"_table_{owner}"
        self.wide = tables.wide
        self._is_below = tables.program.is_below
        self.places = {}  # {names of attributes: place}

    def holds(self, setter):
        """Whether all that the `__init__` of a class sets is there when the table is made."""
        return setter is not None and self._is_below(self.owner, setter)

    def load(self, pointer, kind, attributes):
        """The expression that takes an entry ("int" or "ptr32") out of the table at a pointer."""
        place = self.places.setdefault(tuple(attributes), len(self.places))
        if not self.wide:
            text = f"{pointer}[{place}]"
        elif kind == "int":
            text = f"{pointer}[{2 * place}] << 32 >> 32"
        else:
            text = f"{pointer}[{2 * place}] | {pointer}[{2 * place + 1}] << 32"
        value = ast.parse(text, mode="eval").body
        return value if kind == "int" else ast.Call(ast.Name(kind, ast.Load()), [value], [])

    def filled(self):
        """The statement that makes it."""
        values = "".join(f"self.{'.'.join(attributes)}, " for attributes in self.places)
        return ast.parse(f"self.{self.name} = {MAKER}(({values}))").body[0]


class Tables:
    """Those of the classes of a `kernels.Program`, which are made as they are asked for."""

    def __init__(self, program, wide):
        self.program, self.wide = program, wide
        names = [n.name for tree in program.trees.values() for n in tree.body if _is_class(n)]
        self._inits = {
            f.owner: f
            for f in program.functions
            if f.node.name == "__init__" and names.count(f.owner) == 1 and not _returns(f.node)
        }
        self._tables = {}

    def of(self, function):
        """The `Table` for a method; None for what can have none."""
        if self.program.storage is None or function.owner not in self._inits:
            return None
        return self._tables.setdefault(function.owner, Table(function.owner, self))

    def fill(self):
        """Appends to each `__init__` what makes a table; the paths of the modules where it did."""
        changed = set()
        for owner, table in self._tables.items():
            if table.places:
                self._inits[owner].node.body.append(table.filled())
                changed.add(self._inits[owner].path)
        return changed


def _is_class(node):
    return isinstance(node, ast.ClassDef)


def _returns(function):
    return any(isinstance(n, ast.Return) for n in ast.walk(function))
