"""Rewrites syntax trees: operators become calls of hooks, imports go to a private package.

`a + b` becomes `_qb_add(a, b, 12)`, where 12 is the line; a module's namespace holds the hooks.
Where asked for, `x[-1]`, the size of a block, becomes `_qb_size(x, 0, 12)`: what it is the size of
begins at 0, but for the columns of a triangle.
"""

import ast
import operator

BINARY = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitAnd: "and_",
    ast.BitOr: "or_",
    ast.BitXor: "xor",
}
UNARY = {ast.USub: "neg", ast.Invert: "invert"}
BUILTINS = ("abs", "divmod", "pow", "sum")
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
PREFIX = "_qb_"


def redirect(source, filename, name, alias):
    """The syntax tree of `source` with absolute imports of package `name` sent to `alias`."""
    return _Imports(name, alias).visit(ast.parse(source, filename))


def instrument(tree, sizes=False):
    """The syntax tree with its operators turned into calls of hooks; with sizes, reads of the sizes
    of blocks too."""
    if sizes:
        tree = _Sizes().visit(tree)
    return ast.fix_missing_locations(_Operators().visit(tree))


class _Imports(ast.NodeTransformer):
    def __init__(self, name, alias):
        self.name = name
        self.alias = alias

    def _renamed(self, module):
        if (module + ".").startswith(self.name + "."):
            return self.alias + module[len(self.name) :]
        return module

    def visit_ImportFrom(self, node):
        if node.level == 0:
            node.module = self._renamed(node.module)
        return node

    def visit_Import(self, node):
        statements = []
        for item in node.names:
            renamed = self._renamed(item.name)
            names = [ast.alias(renamed, item.asname)]
            if renamed != item.name and item.asname is None:
                # A bare `import p.m` binds p: import both, and bind p to the private package.
                names = [ast.alias(renamed, None), ast.alias(self.alias, self.name)]
            statements.append(ast.copy_location(ast.Import(names), node))
        return [ast.fix_missing_locations(statement) for statement in statements]


class _Sizes(ast.NodeTransformer):
    """Reads of `x[-1]`, in modules where every such x is a block."""

    def __init__(self):
        self.first = ast.Constant(0)  # entry that a block of the function begins with

    def visit_FunctionDef(self, node):
        before = self.first
        self.first = ast.Constant(0)
        if any(argument.arg == "lo" for argument in node.args.args):
            self.first = ast.Name("lo", ast.Load())
        if node.name != "put":  # it reads the size of what it writes
            self.generic_visit(node)
        self.first = before
        return node

    def visit_Subscript(self, node):
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or ast.unparse(node.slice) != "-1":
            return node
        first = self.first
        if isinstance(node.value, ast.Name) and node.value.id == "column":
            first = ast.parse("k + 1", mode="eval").body
        hook = ast.Name(PREFIX + "size", ast.Load())
        call = ast.Call(hook, [node.value, first, ast.Constant(node.lineno)], [])
        return ast.copy_location(call, node)


class _Operators(ast.NodeTransformer):
    def __init__(self):
        self.temporaries = 0

    def _hook(self, name, node, *arguments):
        call = ast.Call(
            ast.Name(PREFIX + name, ast.Load()), [*arguments, ast.Constant(node.lineno)], []
        )
        return ast.copy_location(call, node)

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if _is_number(node.left) and _is_number(node.right):
            function = getattr(operator, BINARY[type(node.op)])
            return ast.copy_location(
                ast.Constant(function(node.left.value, node.right.value)), node
            )
        return self._hook(BINARY[type(node.op)], node, node.left, node.right)

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        name = UNARY.get(type(node.op))
        if name is None:
            return node
        if _is_number(node.operand):
            function = getattr(operator, name)
            return ast.copy_location(ast.Constant(function(node.operand.value)), node)
        return self._hook(name, node, node.operand)

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in BUILTINS and not node.keywords:
            # The function goes along, so that a module's own function of that name still works.
            return self._hook("call", node, node.func, *node.args)
        return node

    def visit_Compare(self, node):
        self.generic_visit(node)
        count = sum(isinstance(op, COMPARISONS) for op in node.ops)
        return self._hook("compare", node, node, ast.Constant(count)) if count else node

    def visit_AugAssign(self, node):
        """`t op= v`, with every part of the target `t` evaluated once and in order."""
        self.generic_visit(node)
        target = node.target
        before = []
        if isinstance(target, ast.Attribute):
            target.value = self._kept(target.value, before)
        elif isinstance(target, ast.Subscript):
            target.value = self._kept(target.value, before)
            target.slice = self._kept(_as_value(target.slice), before)
        operand = _loaded(target)
        value = self._hook("i" + BINARY[type(node.op)], node, operand, node.value)
        statements = [*before, ast.Assign([target], value)]
        return [ast.copy_location(statement, node) for statement in statements]

    def _kept(self, expression, statements):
        """Puts the expression into a temporary; returns the temporary."""
        self.temporaries += 1
        name = f"{PREFIX}kept_{self.temporaries}"
        statements.append(ast.Assign([ast.Name(name, ast.Store())], expression))
        return ast.Name(name, ast.Load())


def _is_number(node):
    return isinstance(node, ast.Constant) and type(node.value) is int


def _as_value(subscript):
    """A subscript as an expression of its own: `a:b` as slice(a, b, None)."""
    if not isinstance(subscript, ast.Slice):
        return subscript
    parts = [subscript.lower, subscript.upper, subscript.step]
    arguments = [ast.Constant(None) if part is None else part for part in parts]
    return ast.Call(ast.Name(PREFIX + "slice", ast.Load()), arguments, [])


def _loaded(target):
    """The expression that reads what an assignment target names."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    return ast.Subscript(target.value, target.slice, ast.Load())
