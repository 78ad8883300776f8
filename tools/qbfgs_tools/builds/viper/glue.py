"""What runs between the kernels: the functions that some lead to, by the names that are called.

Of each name all functions count that are in the modules of the first ones, and in those that these
import at their beginning: what a function imports itself is needed rarely. The name of a class
means its `__init__`.
"""

import ast

from qbfgs_tools.builds.viper.kernels import is_kernel, key_of


def reached(program, entries):
    """The functions that may run when those of these names ("Class.method") do, these included."""
    found = [f for f in program.functions if f.name in entries]
    modules = {path for f in found for path in program.imports(f.path)}
    named = {}
    for function in program.functions:
        if function.path in modules:
            is_made = function.node.name == "__init__"
            name = function.owner if is_made else function.node.name
            named.setdefault(name, []).append(function)
    for function in found:  # it grows while it is walked
        for node in ast.walk(function.node):
            if isinstance(node, ast.Call):
                called = named.get(key_of(node)[0], ())
                found += [other for other in called if other not in found]
    return found


def can_be_native(function):
    """Whether a function can: what imports relatively does not know from where, and what raises
    again what it caught, a bare `raise`, is not compiled."""
    return not any(
        (isinstance(n, ast.ImportFrom) and n.level) or (isinstance(n, ast.Raise) and n.exc is None)
        for n in ast.walk(function)
    )


def becomes_native(function):
    """Whether a function other than a kernel is to be native: what runs once is not."""
    if is_kernel(function) or function.name == "__init__" or function.decorator_list:
        return False
    return can_be_native(function)
