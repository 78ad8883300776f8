"""Names that MicroPython finds where it looks first.

It looks for a method class by class, some 150 machine instructions each, and for a builtin after
the module's names, in a list: some 300.
"""

import ast
import builtins

from qbfgs_tools.builds.viper.kernels import BOOL, INT, globals_of, is_kernel, name_of

DEFINING = (ast.FunctionDef, ast.ClassDef)


def flatten(program, functions):
    """Gives classes those of these functions that they inherit, in the program's trees."""
    methods = {(f.path, f.owner, f.node.name) for f in functions if f.owner}
    classes = {
        (path, node.name): node
        for path, tree in program.trees.items()
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    for (path, _), node in classes.items():
        own = {name for part in node.body for name in _bound(part)}
        for base in node.bases:
            for name in _methods(base, path, program, classes, methods):
                if name not in own and name != "__init__":
                    own.add(name)
                    node.body += ast.parse(f"{name} = {ast.unparse(base)}.{name}").body


def _methods(base, path, program, classes, methods):
    """Names of the methods that a class has which is named so in a module."""
    where, name = program.meaning(path, base.id) if isinstance(base, ast.Name) else (None, "")
    node = classes.get((where, name))
    if node is None:
        return
    for part in node.body:
        for bound in _bound(part):
            if (where, name, bound) in methods:
                yield bound
    for further in node.bases:
        yield from _methods(further, where, program, classes, methods)


def _bound(part):
    """Names that a statement of a class binds."""
    if isinstance(part, ast.FunctionDef):
        return [part.name]
    if isinstance(part, ast.Assign):
        return [t.id for t in part.targets if isinstance(t, ast.Name)]
    return []


def own_builtins(program, functions):
    """Gives modules names of their own for the builtins that these functions load there."""
    wanted = {}
    for function in functions:
        loaded = globals_of(function.node) & set(_loaded(function.node)) & set(dir(builtins))
        wanted.setdefault(function.path, set()).update(
            name for name in loaded if program.meaning(function.path, name)[0] is None
        )
    for path, names in wanted.items():
        body = program.trees[path].body
        place = next((k for k, n in enumerate(body) if isinstance(n, DEFINING)), len(body))
        body[place:place] = [ast.parse(f"{name} = {name}").body[0] for name in sorted(names)]


def _loaded(function):
    """Names in a function, but those that the compiler knows: of loops, and casts in a kernel."""
    parts = list(ast.walk(ast.Module(function.body, [])))
    known = {n.iter.func for n in parts if isinstance(n, ast.For) and name_of(n.iter) == "range"}
    if is_kernel(function):
        known |= {n.func for n in parts if name_of(n) in (INT, BOOL)}
    return {n.id for n in parts if isinstance(n, ast.Name) and n not in known}
