"""The names of the lean form: which are shortened, to what, and everywhere alike."""

import ast
import builtins
import collections
import itertools
import keyword
import string
import types

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
MOST = 1000  # short names that attributes choose from
# What objects of the language answer to.
BUILTIN = (object, str, bytes, bytearray, int, list, tuple, dict, set, types.ModuleType, Exception)


class Letters:
    """The short names of a program, the most used names first.

    definitions: {(module, name): short} of what went into merged modules. attributes: {name:
    short} of those that only the optimiser meets; those of unrelated classes share short names.
    families: {name: the classes that have it, those that inherit from one another as one}. dead:
    methods that nothing calls. keywords: names of arguments in calls anywhere, which stay.
    """

    def __init__(self, program):
        merged = [made for contents in program.contents.values() for made in contents]
        self.keywords = set()
        self.names = set()  # of variables, anywhere
        uses = collections.Counter()  # of attributes
        strings, own, public = set(), set(), set()
        for module in program.modules.values():
            for part in ast.walk(module.tree):
                if isinstance(part, ast.keyword):
                    self.keywords.add(part.arg)
                elif isinstance(part, ast.Name):
                    self.names.add(part.id)
                elif isinstance(part, ast.arg):
                    self.names.add(part.arg)
                elif isinstance(part, ast.Attribute):
                    uses[part.attr] += 0
        for made in merged:
            names = [part.attr for part in ast.walk(made.node) if isinstance(part, ast.Attribute)]
            uses.update(names)
        for module in program.modules.values():
            for node in module.tree.body:
                strings |= _strings(node)
                if isinstance(node, ast.ClassDef):
                    names = attributes_of(node)
                    inner = {name for name in names if name.startswith("_")}
                    own |= inner
                    if program.inner(module.name, node.name):
                        own |= names
                    else:
                        public |= names - inner
        fixed = public | strings | {name for kind in BUILTIN for name in dir(kind)}
        own = {name for name in own - fixed if not name.startswith("__")}
        self.dead = own - uses.keys()
        taken = public | strings | (uses.keys() - own)
        self.families = families_of(program)
        # The first letters are names of arguments anyway.
        first = list(string.ascii_letters[:12]) + STATIC
        shorts = [s for s in itertools.islice(short_names(first), MOST) if s not in taken]
        self.attributes = {}
        holders = collections.defaultdict(set)  # short name: families that have it
        for name in _by_use(own - self.dead, uses):
            short = next(s for s in shorts if not holders[s] & self.families[name])
            holders[short] |= self.families[name]
            self.attributes[name] = short
        self.definitions = self._definitions(program)

    def _definitions(self, program):
        """Names that another module takes are all different; the others only in their module."""
        uses = collections.Counter()
        taken = set()
        for place, contents in program.contents.items():
            for made in contents:
                found = program.references(made)
                uses.update(found)
                taken |= {one for one in found if program.place[one] != place}
        static = [s for s in STATIC if s not in self.names]  # nor a builtin that is used
        shared = set(self.attributes.values())
        static.sort(key=lambda short: short not in shared)  # each name counts once in a module
        shorts = short_names(static + list(string.ascii_uppercase))
        result = dict(
            zip(_by_use({n for n in taken if not program.stays(n)}, uses), shorts, strict=False)
        )
        rest = list(itertools.islice(shorts, len(program.place)))
        for contents in program.contents.values():
            names = {(made.module, name) for made in contents for name in made.names}
            names = {n for n in names - taken if not program.stays(n)}
            result.update(zip(_by_use(names, uses), rest, strict=False))
        return result


def _by_use(names, uses):
    return sorted(names, key=lambda name: (-uses[name], name))


def short_names(first):
    """Names: those of `first`, then all of two letters."""
    yield from first
    pairs = map("".join, itertools.product(string.ascii_letters[::-1], string.ascii_lowercase))
    yield from (s for s in pairs if not keyword.iskeyword(s) and not hasattr(builtins, s))


def short_locals():
    """Short names that are none of `short_names`, but for the lowercase letters."""
    yield from string.ascii_lowercase
    yield from (x + str(k) for k in range(10) for x in string.ascii_lowercase)


def families_of(program):
    """{attribute: a set of (module, class), one for each family of classes that has it}."""
    classes = {
        (module.name, node.name): node
        for module in program.modules.values()
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
    }
    first = {found: found for found in classes}
    for found, node in classes.items():
        for base in node.bases:
            other = program.resolve(found[0], base.id) if isinstance(base, ast.Name) else None
            if other in first:
                old, new = first[found], first[other]
                first.update({one: new for one, was in first.items() if was == old})
    families = collections.defaultdict(set)
    for found, node in classes.items():
        for name in attributes_of(node):
            families[name].add(first[found])
    return families


def attributes_of(node):
    """The attributes that a class makes: its methods, its own names, and what it gives itself."""
    names = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
            names.add(part.attr)
    for statement in node.body:
        if isinstance(statement, (ast.Assign, ast.AugAssign)):
            names |= {part.id for part in ast.walk(statement) if _stored(part)}
    return names


def _stored(node):
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def fields(node):
    """The statements in a class that name attributes in strings."""
    if not isinstance(node, ast.ClassDef):
        return []
    return [
        statement
        for statement in node.body
        if isinstance(statement, (ast.Assign, ast.AugAssign))
        and any(_stored(part) and part.id in FIELDS for part in ast.walk(statement))
        and isinstance(getattr(statement.value, "value", ""), str)  # PARTS = 50 is none
    ]


def renamed(words, names):
    """A text of `fields`, with other names for its words."""
    return " ".join([names.get(word, word) for word in words.split(" ")])


def _strings(node):
    """The strings in a statement that may name attributes, but for those of `fields`."""
    known = {id(part) for statement in fields(node) for part in ast.walk(statement)}
    found = (part for part in ast.walk(node) if isinstance(part, ast.Constant))
    return {part.value for part in found if isinstance(part.value, str) and id(part) not in known}


class Renaming(ast.NodeTransformer):
    """Rewrites a statement of a module: names as `Letters` has them, no docstrings, no annotations.

    merged: whether it goes into a merged module; else its own names stay.
    """

    def __init__(self, program, module, merged):
        self.program = program
        self.module = module
        self.merged = merged
        self.letters = program.letters
        self.locals = {}
        self.depth = 0
        self.whole = False  # whether arguments keep their names, but for those of inner methods

    def visit_ClassDef(self, node):
        for statement in fields(node):
            for part in ast.walk(statement):
                if isinstance(part, ast.Constant):
                    part.value = renamed(part.value, self.letters.attributes)
        if self.merged:
            node.body = [p for p in node.body if getattr(p, "name", "") not in self.letters.dead]
        self.whole = (self.module, node.name) in self.program.met
        self._body(node)
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                part.name = self.letters.attributes.get(part.name, part.name)
            elif isinstance(part, (ast.Assign, ast.AugAssign)):
                for name in filter(_stored, ast.walk(part)):
                    name.id = self.letters.attributes.get(name.id, name.id)
        node.name = self._global(node.name)
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        return node

    @staticmethod
    def _body(node):
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]

    def visit_FunctionDef(self, node):
        self._body(node)
        node.returns = None
        if not self.depth:
            self.whole = (self.module, node.name) in self.program.met
            node.name = self._global(node.name)
        arguments = [part for part in ast.walk(node.args) if isinstance(part, ast.arg)]
        for argument in arguments:
            argument.annotation = None
        outer = self.locals
        names = self.program.locals_of(node)
        fixed = set(names) & self.letters.keywords
        met = self.whole and node.name not in self.letters.attributes.values()
        if not self.merged or met:
            fixed |= {argument.arg for argument in arguments}
        for argument in node.args.args[len(node.args.args) - len(node.args.defaults) :]:
            fixed.add(argument.arg)
        fixed |= {argument.arg for argument in node.args.kwonlyargs}
        if not self.merged:
            fixed = set(names)
        taken = fixed | set(outer.values())
        shorts = (short for short in short_locals() if short not in taken)
        self.locals = dict(outer)
        for name in names:
            if name in fixed:
                self.locals[name] = name
            elif name not in outer:
                self.locals[name] = next(shorts)
        for argument in arguments:
            argument.arg = self.locals[argument.arg]
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        self.locals = outer
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Import(self, node):
        for item in node.names:
            local = item.asname or item.name
            name = self.locals.get(local) if self.locals else self._global(local)
            item.asname = name if name != item.name else None
        return node

    def visit_ImportFrom(self, node):
        """Inside a function: from where the names are, with the same local names."""
        source = self.program.source_of(node, self.module)
        made = []
        for item in node.names:
            local = item.asname or item.name
            short = self.locals.get(local, local)
            meant = (source, item.name)
            if source in self.program.modules:
                meant = self.program.resolve(source, item.name) or meant
            place = self.program.place.get(meant)
            name = self.program.short(meant) if place else item.name
            alias = ast.alias(name, short if short != name else None)
            made.append(ast.ImportFrom(place or source, [alias], 0))
        return made

    def visit_Attribute(self, node):
        inner = node.value
        if isinstance(inner, ast.Name) and inner.id not in self.locals:
            meant = self.program.resolve(self.module, inner.id)
            if meant and meant[1] is None and meant[0] in self.program.modules:
                found = self.program.resolve(meant[0], node.attr)
                return self._meant(found, node.ctx) if self.merged else node
        node.attr = self.letters.attributes.get(node.attr, node.attr)
        self.generic_visit(node)
        return node

    def visit_Name(self, node):
        if node.id in self.locals:
            return ast.Name(self.locals[node.id], node.ctx)
        meant = self.program.resolve(self.module, node.id)
        if meant and (self.merged or self.program.place.get(meant) == self.module):
            return self._meant(meant, node.ctx)
        return node

    def _meant(self, meant, context):
        number = self.program.integer(meant)
        if number is not None and isinstance(context, ast.Load):
            return ast.parse(str(number), mode="eval").body
        return ast.Name(self.program.short(meant), context)

    def _global(self, name):
        return self.program.short((self.module, name)) if self.merged else name
