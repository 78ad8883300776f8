"""The names of the lean form: which are shortened, to what, and everywhere alike."""

import ast
import builtins
import collections
import itertools
import keyword
import string
import types

from qbfgs_tools.builds.joining import TOGETHER, bound
from qbfgs_tools.builds.text import local_names

# Only the optimiser and the board's layer meet what is in these modules. Objects of all others keep
# their names, but for those that begin with "_".
INNER = tuple(
    f"qbfgs.{room}" for room in "checks grid. measured. model. modes search. words.".split()
)
INNER += tuple(
    f"qbfgs_board.{name}"
    for name in "beginning clock heap job measures problem report session".split()
)
FIELDS = ("STATE", "PARTS")  # class attributes that name attributes, a word each
# Names that every .mpy file has by number and every MicroPython in its own code: they take no heap.
STATIC = """
abs all any append args bool bytearray bytecode bytes callable chr classmethod clear close const
copy count dict dir divmod end endswith eval exec extend find format from_bytes get getattr globals
hasattr hash id index insert int isalpha isdigit isinstance islower isspace issubclass isupper items
iter join key keys len list locals lower lstrip map micropython next object open ord pop popitem pow
print range read readinto readline remove replace repr reverse rfind rindex round rsplit rstrip self
send sep set setattr setdefault sort sorted split start startswith staticmethod step stop str strip
sum super throw to_bytes tuple type update upper value values write zip
""".split()
LETTERS = list(string.ascii_lowercase[:12])  # they are names of arguments anyway
MOST = 1000  # short names that attributes choose from
# What objects of the language answer to.
BUILTIN = (object, str, bytes, bytearray, int, list, tuple, dict, set, types.ModuleType, Exception)


class Names:
    """The short names of a program of files {module: tree} (see `joining.Program`), the most used
    first.

    definitions: {(file, name): short} of what is made at the top of files, but for the public names
    of the module that a file is named after. attributes: {name: short} of those that only the
    optimiser meets; those of unrelated classes share short names. families: {name: the classes that
    have it, those that inherit from one another as one}. keywords: names of arguments in calls
    anywhere, which stay.
    """

    def __init__(self, program, trees):
        self.program, self.trees = program, trees
        self.owners = {  # {(file, name): the module that makes it}
            (file, name): module
            for file, modules in program.contents.items()
            for module in modules
            for name in program.modules[module].names
        }
        self.core = {names[-1] for names in TOGETHER}  # what every job loads
        self.keywords = set()
        uses = collections.Counter()  # of attributes
        for file, tree in trees.items():
            for part in ast.walk(tree):
                if isinstance(part, ast.keyword):
                    self.keywords.add(part.arg)
                elif isinstance(part, ast.Attribute):
                    uses[part.attr] += file in self.core
        self.families = self._families()
        self.attributes = self._attributes(uses)
        self.definitions = self._definitions()

    def is_inner(self, file, name):
        """Whether only the optimiser, or the board's layer, meets what a file makes."""
        return self.owners.get((file, name), file).startswith(INNER)

    def kept(self, file, top, function):
        """The local names of a function that stay: arguments that a call may name. top: what it is
        in at the top of its file, or its own name."""
        arguments = function.args.args
        is_private = function.name[0] == "_" and function.name[:2] != "__"
        if is_private or self.is_inner(file, top):
            arguments = arguments[len(arguments) - len(function.args.defaults) :]
        named = {argument.arg for argument in arguments + function.args.kwonlyargs}
        return named | {*local_names(function)} & self.keywords

    def is_face(self, file):
        """Whether a file is there to give names of others."""
        members = self.program.contents.get(file, ())
        makes = any(self.program.modules[member].names for member in members)
        return self.program.modules[file].is_package or not makes

    def imports(self, file):
        """{name here: (file, name there)} of what the top of a file imports."""
        return {
            item.asname or item.name: (node.module, item.name)
            for node in self.trees[file].body
            if isinstance(node, ast.ImportFrom)
            for item in node.names
        }

    def _attributes(self, uses):
        own, public = set(), set()
        for (file, name), node in self._classes().items():
            names = attributes_of(node)
            inner = {name for name in names if name.startswith("_")}
            own |= inner
            if self.is_inner(file, name):
                own |= names
            else:
                public |= names - inner
        strings = {
            text for tree in self.trees.values() for node in tree.body for text in _strings(node)
        }
        fixed = public | strings | {name for kind in BUILTIN for name in dir(kind)}
        for tree in self.trees.values():
            fixed |= taken_whole(tree, self.trees)
        own = {name for name in own - fixed if not name.startswith("__")}
        taken = public | strings | (uses.keys() - own)
        shorts = itertools.islice(_short_names(LETTERS + STATIC), MOST)
        shorts = [short for short in shorts if short not in taken]
        made = {}
        holders = collections.defaultdict(set)  # short name: families that have it
        for name in _by_use(own, uses):
            short = next(s for s in shorts if not holders[s] & self.families[name])
            holders[short] |= self.families[name]
            made[name] = short
        return made

    def _classes(self):
        return {
            (file, node.name): node
            for file, tree in self.trees.items()
            for node in tree.body
            if isinstance(node, ast.ClassDef)
        }

    def _families(self):
        classes = self._classes()
        first = {found: found for found in classes}
        for (file, name), node in classes.items():
            meant = self.imports(file)
            for base in node.bases:
                other = (file, getattr(base, "id", ""))
                other = other if other in first else meant.get(other[1])
                if other in first:
                    old, new = first[file, name], first[other]
                    first.update({one: new for one, was in first.items() if was == old})
        families = collections.defaultdict(set)
        for found, node in classes.items():
            for name in attributes_of(node):
                families[name].add(first[found])
        return families

    def _definitions(self):
        """Names that another file takes are all different; the others only in their file."""
        made = {file: self._made(file) for file in self.trees}
        known = set().union(*made.values())
        uses, taken, kept = collections.Counter(), set(), {file: set() for file in made}
        for file, tree in self.trees.items():
            if self.is_face(file):
                continue  # it gives names by their own
            meant = {name: (file, name) for node in tree.body for name in bound(node)}
            meant |= self.imports(file)
            kept[file] |= {name for name, one in meant.items() if one not in known}
            for node in tree.body:
                for part in ast.walk(node):
                    if isinstance(part, ast.Name) and part.id in meant:
                        uses[meant[part.id]] += file in self.core
                    elif isinstance(part, ast.Name) and hasattr(builtins, part.id):
                        kept[file].add(part.id)
                    elif isinstance(part, ast.ImportFrom):
                        taken |= {(part.module, item.name) for item in part.names}
                    elif isinstance(part, ast.FunctionDef):
                        kept[file] |= self.kept(file, getattr(node, "name", ""), part)
        result = {}

        def add(names, fixed):
            free = (short for short in _short_names(first) if short not in fixed)
            result.update(zip(_by_use(names, uses), free, strict=False))

        shared = set(self.attributes.values())
        first = sorted(STATIC, key=lambda short: short not in shared)  # each counts once
        first = LETTERS + first + list(string.ascii_uppercase)
        add(known & taken, set().union(*kept.values()))
        for file, names in made.items():
            used = {result.get(one) for one in {*names, *self.imports(file).values()}}
            add(names - taken, kept[file] | used)
        return result

    def _made(self, file):
        """{(file, name)} of what a file makes by names that need not stay."""
        names = set()
        for node in self.trees[file].body:
            if not isinstance(node, (ast.Try, ast.Import, ast.ImportFrom)):
                made = [(file, name) for name in bound(node) if not name.startswith("__")]
                names.update(one for one in made if one in self.owners)
        return {one for one in names if one[1][0] == "_" or self.owners[one] != file}


def _by_use(names, uses):
    return sorted(names, key=lambda name: (-uses[name], name))


def _short_names(first):
    """Names: those of `first`, then all of two letters."""
    yield from first
    pairs = map("".join, itertools.product(string.ascii_letters[::-1], string.ascii_lowercase))
    yield from (s for s in pairs if not keyword.iskeyword(s) and not hasattr(builtins, s))


def short_locals():
    """Short names of local variables."""
    yield from string.ascii_lowercase
    yield from (x + str(k) for k in range(10) for x in string.ascii_lowercase)


def taken_whole(tree, files):
    """Attributes that a file takes from modules."""
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {item.asname or item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom):
            whole = [item for item in node.names if f"{node.module}.{item.name}" in files]
            modules |= {item.asname or item.name for item in whole}
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", None) in modules
    }


def attributes_of(node):
    """The attributes that a class makes: its methods, its own names, and what it gives itself."""
    names = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
            names.add(part.attr)
    for statement in node.body:
        if isinstance(statement, (ast.Assign, ast.AugAssign)):
            names |= {part.id for part in ast.walk(statement) if is_stored(part)}
    return names


def is_stored(node):
    """Whether a node is a name that is assigned."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def fields(node):
    """The strings in a class that name attributes, a word each."""
    for statement in getattr(node, "body", ()) if isinstance(node, ast.ClassDef) else ():
        if isinstance(statement, (ast.Assign, ast.AugAssign)):
            parts = list(ast.walk(statement))
            if any(is_stored(part) and part.id in FIELDS for part in parts):
                yield from (p for p in parts if isinstance(getattr(p, "value", None), str))


def _strings(node):
    """The strings in a statement that may name attributes, but for those of `fields`."""
    known = {id(part) for part in fields(node)}
    found = (part for part in ast.walk(node) if isinstance(part, ast.Constant))
    return {part.value for part in found if isinstance(part.value, str) and id(part) not in known}
