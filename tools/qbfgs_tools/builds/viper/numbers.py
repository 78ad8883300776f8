"""Numbers in the place of the names that modules know them by: what every compiled build has.

MicroPython looks up a name of a module each time, and each module that imports one keeps it.
"""

import ast

from qbfgs_tools.builds.text import text_of
from qbfgs_tools.builds.viper.glue import can_be_native
from qbfgs_tools.builds.viper.kernels import Program, globals_of

BYTECODE = "micropython.bytecode"


def folded(sources, native=False):
    """{path: text} of modules in whose functions numbers stand in place of names for them.

    native: whether functions that cannot be native say that they are bytecode.
    """
    program = Program(sources)
    for function in program.functions:
        Numbers(program, function).visit(function.node)
        if native and not can_be_native(function.node):
            function.node.decorator_list.append(ast.parse(BYTECODE, mode="eval").body)
    return {path: text_of(tree) + "\n" for path, tree in program.trees.items()}


class Numbers(ast.NodeTransformer):
    """Makes a function say numbers in place of the names that its module knows them by."""

    def __init__(self, program, function):
        self.program, self.path = program, function.path
        self.names = globals_of(function.node)

    def visit_Name(self, node):
        if node.id in self.names:
            number = self.program.constant(self.path, node.id)
            if number is not None:
                return ast.Constant(number)
        return node
