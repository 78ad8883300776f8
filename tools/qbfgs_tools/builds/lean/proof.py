"""Proves that the lean form is the program of the sources.

Each statement of the sources and what became of it are brought into one normal form, and must be
equal there: docstrings and annotations gone, local names numbered, an int of the sources by its
value, any other name of a module by what it means. On the one side that is looked up in the modules
as CPython imported them; on the other by following the imports of the lean files. Two claims are
taken over, and checked: which statement became which, and that attributes have new names, different
ones in classes that inherit from one another, that nothing else answers to.
"""

import ast

from qbfgs_tools.builds.lean.merging import bound, locals_of, moved
from qbfgs_tools.builds.lean.names import BUILTIN, fields

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def differences(program, files):
    """Sentences, one for each place where the files are another program; none is the proof."""
    lean = _Lean(program, files)
    return (
        _attributes(program)
        + lean.wrong
        + [text for name in lean.trees for text in lean.differ(name)]
    )


def _attributes(program):
    """What is wrong with the new names of attributes, and with those of arguments."""
    names = program.letters.attributes
    others, strings = set(), set()
    known = {name for kind in BUILTIN for name in dir(kind)}
    for module in program.modules.values():
        for part in ast.walk(module.tree):
            if isinstance(part, ast.Attribute) and part.attr not in names:
                others.add(part.attr)
            elif isinstance(part, ast.Call):
                words = [word for word in part.args if isinstance(word, ast.Constant)]
                strings |= {word.value for word in words}
    found = []
    families = program.letters.families
    holders = {}
    for old, new in names.items():
        for family in families[old]:
            if holders.setdefault((family, new), old) != old:
                found.append(f"{old} and {holders[family, new]} of one class became {new}")
    for old, new in names.items():
        if new in others | strings or old in others | strings | known:
            found.append(f"the attribute {old} became {new}, which others meet")
    return found


def _literal(node):
    """The int that a statement gives to a name, or None."""
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
        return None
    try:
        value = ast.literal_eval(node.value)
    except ValueError:
        return None
    return value if type(value) is int else None


class _Lean:
    """The lean files: their trees, and what their names mean. wrong: sentences about them."""

    def __init__(self, program, files):
        self.program = program
        self.wrong = []
        self.trees = {}
        self.origins = {}  # module: the (module, statement) of the sources for each statement
        self.names = {}  # module: {name: its meaning, or (module, name) where it is taken from}
        for name, path in program.paths.items():
            self.trees[name] = ast.parse(files[path].decode()).body
            self._take(name)

    def _take(self, name):
        """Finds out what the names of a file mean, given which statement became which."""
        names = self.names[name] = {}
        origins = self.origins[name] = []
        claimed = (pair for pair in moved(self.program, name) if _literal(pair[1]) is None)
        for node in self.trees[name]:
            if isinstance(node, ast.ImportFrom):
                names.update({i.asname or i.name: (node.module, i.name) for i in node.names})
                continue
            made = bound(node)
            value = _literal(node)
            if value is not None:
                names[made[0]] = value
                if vars(self.program.modules[name].loaded).get(made[0]) != value:
                    self.wrong.append(f"{name}: {made[0]} is {value}")
                continue
            module, original = next(claimed, (name, None))
            origins.append((module, original, node))
            if original is not None:
                values = vars(self.program.modules[module].loaded)
                for old, new in zip(bound(original), made, strict=False):
                    is_int = type(values[old]) is int
                    names[new] = values[old] if is_int else f"{module}.{old}"
        left = next(claimed, None)
        if left is not None:
            self.wrong.append(f"{name}: a statement is missing: {ast.unparse(left[1])[:60]!r}")

    def meaning(self, name, local):
        """What a name means in a file; None for a builtin."""
        found = self.names[name].get(local)
        if not isinstance(found, tuple):
            return found
        whole = ".".join(found)
        if whole in self.names and found[1] not in self.names.get(found[0], {}):
            return whole + "."  # a module
        if found[0] not in self.names:
            return whole  # of another program, such as `machine`
        return self.meaning(*found)

    def differ(self, name):
        """Sentences about the statements of a file that are not what they were."""
        for module, original, node in self.origins[name]:
            if original is None:
                yield f"{name}: {ast.unparse(node)[:60]!r} is in no source"
                continue
            ours = _Normal(self.program, module, None)
            theirs = _Normal(self.program, name, self)
            if ours.text(original) != theirs.text(node):
                yield f"{name}: {ast.unparse(node)[:60]!r} is not what it was in {module}"


class _Normal(ast.NodeTransformer):
    """The normal form of statements of a module of the sources (lean None) or of a lean file."""

    def __init__(self, program, module, lean):
        self.program = program
        self.module = module
        self.lean = lean
        self.locals = {}

    def text(self, node):
        """The normal form as text."""
        return ast.dump(self.visit(ast.parse(ast.unparse(node)).body[0]))

    def _attribute(self, name):
        return name if self.lean else self.program.letters.attributes.get(name, name)

    def _meaning(self, local):
        if self.lean:
            return self.lean.meaning(self.module, local)
        values = vars(self.program.modules[self.module].loaded)
        if local not in values:
            return None
        if type(values[local]) is int:
            return values[local]
        module, name = self.program.resolve(self.module, local)
        if module in self.program.modules and name is not None:
            assert vars(self.program.modules[module].loaded)[name] is values[local]
        return f"{module}.{name}" if name is not None else f"{module}."

    def visit_ClassDef(self, node):
        for statement in fields(node):
            for part in ast.walk(statement):
                if isinstance(part, ast.Constant):
                    part.value = " ".join(map(self._attribute, part.value.split(" ")))
        node.body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        dead = () if self.lean else self.program.letters.dead
        node.body = [part for part in node.body if getattr(part, "name", None) not in dead]
        node.body = node.body or [ast.Pass()]
        for part in node.body:
            if isinstance(part, FUNCTIONS):
                part.name = "." + self._attribute(part.name)
            elif isinstance(part, (ast.Assign, ast.AugAssign)):
                for one in ast.walk(part):
                    if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                        one.id = "." + self._attribute(one.id)
        node.name = self._meaning(node.name)
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node):
        node.body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        node.body = node.body or [ast.Pass()]
        node.returns = None
        if not self.locals and not node.name.startswith("."):
            node.name = self._meaning(node.name)
        outer = self.locals
        # Arguments that calls may name keep their names; the others and what is assigned do not.
        count = len(node.args.args) - len(node.args.defaults)
        named = {part.arg for part in node.args.args[count:] + node.args.kwonlyargs}
        named |= {part.arg for part in node.args.args} & self.program.letters.keywords
        self.locals = dict(outer)
        for name in locals_of(node):
            if name in named:
                self.locals[name] = name
            else:
                self.locals.setdefault(name, f"local {len(self.locals)}")
        for part in ast.walk(node.args):
            if isinstance(part, ast.arg):
                part.annotation = None
                part.arg = self.locals[part.arg]
        self.generic_visit(node)
        self.locals = outer
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Import(self, node):
        for item in node.names:
            local = item.asname or item.name
            item.asname = self.locals.get(local) or self._meaning(local)
        return node

    def visit_ImportFrom(self, node):
        """Inside a function: what is imported, one by one."""
        made = []
        for item in node.names:
            source = node.module
            if not self.lean:
                source = self.program.source_of(node, self.module)
            meant = f"{source}.{item.name}"
            if source in self.program.modules:
                if self.lean:
                    meant = self.lean.meaning(source, item.name) or meant
                else:
                    found = self.program.resolve(source, item.name)
                    value = self.program.integer(found) if found else None
                    meant = value if value is not None else ".".join(found or (meant,))
            local = item.asname or item.name
            local = self.locals.get(local) or self._meaning(local)
            made.append(ast.Expr(ast.Tuple([ast.Constant(meant), ast.Constant(local)])))
        return made

    def visit_Attribute(self, node):
        inner = node.value
        if isinstance(inner, ast.Name) and inner.id not in self.locals:
            meant = self._meaning(inner.id)
            if (
                isinstance(meant, str)
                and meant.endswith(".")
                and meant[:-1] in self.program.modules
            ):
                if self.lean:
                    value = self.lean.meaning(meant[:-1], node.attr)
                else:
                    found = self.program.resolve(meant[:-1], node.attr)
                    value = vars(self.program.modules[found[0]].loaded)[found[1]]
                    value = value if type(value) is int else ".".join(found)
                if type(value) is int:
                    return ast.Constant(value)
                return ast.Name(value or meant + node.attr, node.ctx)
        node.attr = self._attribute(node.attr)
        self.generic_visit(node)
        return node

    def visit_UnaryOp(self, node):
        """A negative int is one constant."""
        self.generic_visit(node)
        value = getattr(node.operand, "value", None)
        if isinstance(node.op, ast.USub) and type(value) is int:
            return ast.Constant(-value)
        return node

    def visit_Name(self, node):
        if node.id in self.locals:
            return ast.Name(self.locals[node.id], node.ctx)
        meant = None if node.id.startswith(".") else self._meaning(node.id)
        if type(meant) is int and isinstance(node.ctx, ast.Load):
            return ast.Constant(meant)
        return ast.Name(node.id if meant is None else meant, node.ctx)
