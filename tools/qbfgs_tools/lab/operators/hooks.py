"""What rewritten operators call: hooks that check the word, hooks that count."""

import operator

from qbfgs_tools.lab.operators.tree import PREFIX

LOW, HIGH = -(1 << 30), (1 << 30) - 1
LOOSE = 2  # bits that a size may be above what its mantissas need, where `blocks.put` left it
LONGEST_SHIFT = 31  # by more, machine words differ from ints, and from each other
CLASSES = ("+-", "*", "//%", "shift/logic", "compare")
COMPARE = CLASSES.index("compare")
# name in the module operator: (symbol, index of its class)
OPERATORS = {
    "add": ("+", 0),
    "sub": ("-", 0),
    "neg": ("unary -", 0),
    "abs": ("abs", 0),
    "mul": ("*", 1),
    "matmul": ("@", 1),
    "pow": ("**", 1),
    "truediv": ("/", 2),
    "floordiv": ("//", 2),
    "mod": ("%", 2),
    "lshift": ("<<", 3),
    "rshift": (">>", 3),
    "and_": ("&", 3),
    "or_": ("|", 3),
    "xor": ("^", 3),
    "invert": ("~", 3),
}
UNARY = ("neg", "abs", "invert")


class WordError(ArithmeticError):
    """An operator took or gave a number that is not a word of -2^30 .. 2^30-1, or shifted by more
    than a word has bits."""


class SizeError(ArithmeticError):
    """The size word of a block does not belong to its mantissas."""


class _Hooks:
    """The hooks of one module: `namespace()` is what its rewritten source needs."""

    def __init__(self, filename):
        self.filename = filename
        self.counts = [0] * len(CLASSES)
        self.hooks = {"slice": slice, "call": self.call, "compare": self.comparison()}
        for name in OPERATORS:
            function = getattr(operator, name)
            if name in UNARY:
                self.hooks[name] = self.unary(name, function)
            else:
                in_place = "i" + name.rstrip("_")
                self.hooks[name] = self.binary(name, function)
                self.hooks["i" + name] = self.binary(name, getattr(operator, in_place))

    def namespace(self):
        """Names and functions to put into the module."""
        return {PREFIX + name: hook for name, hook in self.hooks.items()}

    def call(self, function, *arguments_and_line):
        """`abs`, `divmod`, `pow` or `sum`: watched if it is the builtin."""
        *arguments, line = arguments_and_line
        if function is abs:
            return self.hooks["abs"](*arguments, line)
        if function is divmod:
            return self.hooks["floordiv"](*arguments, line), self.hooks["mod"](*arguments, line)
        if function is pow and len(arguments) == 2:
            return self.hooks["pow"](*arguments, line)
        if function is sum:
            total = arguments[1] if len(arguments) > 1 else 0
            for value in arguments[0]:
                total = self.hooks["add"](total, value, line)
            return total
        return function(*arguments)


class CheckingHooks(_Hooks):
    """Hooks that raise WordError; only ints are looked at, and floats are refused. SizeError where
    the size of a block is read and is not that of its mantissas."""

    def __init__(self, filename):
        super().__init__(filename)
        self.hooks["size"] = self.size
        self.sizes = set()  # lines that read one

    def size(self, block, first, line):
        """The size of a block whose entries before `first` mean nothing."""
        self.sizes.add(line)
        size = block[-1]
        needed = max(map(abs, block[first:-2]), default=0).bit_length()
        if needed > size or (first == 0 and size > (needed and needed + LOOSE)):
            found = f"size {size} of {block[first:-2]}, of {needed} bits"
            raise SizeError(f"{self.filename}:{line}: {found}")
        return size

    def binary(self, name, function):
        """The hook of a binary operator."""
        shifts = name.endswith("shift")

        def hook(left, right, line):
            result = function(left, right)
            kind = type(result)
            if kind is int:
                try:
                    if shifts and right > LONGEST_SHIFT:
                        raise self.error(name, result, line, left, right)
                    if LOW <= result <= HIGH and LOW <= left <= HIGH and LOW <= right <= HIGH:
                        return result
                except TypeError:  # an operand of some other type, whose operator gives an int
                    return result
            elif kind is not float:
                return result
            raise self.error(name, result, line, left, right)

        return hook

    def unary(self, name, function):
        """The hook of a unary operator."""

        def hook(value, line):
            result = function(value)
            kind = type(result)
            if kind is int:
                if LOW <= result <= HIGH and LOW <= value <= HIGH:
                    return result
            elif kind is not float:
                return result
            raise self.error(name, result, line, value)

        return hook

    def comparison(self):
        """The hook of a comparison: lets everything through."""

        def hook(result, count, line):
            return result

        return hook

    def error(self, name, result, line, *operands):
        """The exception that says where, what, of what, and what came out."""
        symbol = OPERATORS[name][0]
        taken = " and ".join(str(operand) for operand in operands)
        return WordError(f"{self.filename}:{line}: {symbol} of {taken} gives {result}: not a word")


class CountingHooks(_Hooks):
    """Hooks that count. A chain such as `a < b < c` counts whole, also when it is cut short."""

    def binary(self, name, function):
        """The hook of a binary operator."""
        counts, kind = self.counts, OPERATORS[name][1]

        def hook(left, right, line):
            counts[kind] += 1
            return function(left, right)

        return hook

    def unary(self, name, function):
        """The hook of a unary operator."""
        counts, kind = self.counts, OPERATORS[name][1]

        def hook(value, line):
            counts[kind] += 1
            return function(value)

        return hook

    def comparison(self):
        """The hook of a comparison."""
        counts = self.counts

        def hook(result, count, line):
            counts[COMPARE] += count
            return result

        return hook
