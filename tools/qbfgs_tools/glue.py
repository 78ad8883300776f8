"""What runs between the kernels: the functions that some lead to, by the names that are called.

Of each name all functions count that are in the modules of the first ones, and in those that these
import at their beginning: what a function imports itself is needed rarely.
"""

import ast

from qbfgs_tools.kernels import is_kernel, key_of


def glue(program, entries):
    """The functions other than kernels that run when those of these names ("Class.method") do, and
    can be native: such a function imports nothing relatively, for it does not know from where."""
    found = [f for f in program.functions if f.name in entries]
    modules = {path for f in found for path in program.imports(f.path)}
    named = {}
    for function in program.functions:
        if function.path in modules:
            named.setdefault(function.node.name, []).append(function)
    for function in found:  # it grows while it is walked
        for node in ast.walk(function.node):
            if isinstance(node, ast.Call):
                called = named.get(key_of(node)[0], ())
                found += [other for other in called if other not in found]
    return [f for f in found if not is_kernel(f.node) and _can_be_native(f.node)]


def _can_be_native(function):
    is_yield = (ast.Yield, ast.YieldFrom)
    return not function.decorator_list and not any(
        isinstance(n, is_yield) or (isinstance(n, ast.ImportFrom) and n.level)
        for n in ast.walk(function)
    )
