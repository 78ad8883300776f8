"""A syntax-tree instrument: the unchanged sources of a package with every operator watched.

`checked()` loads the core so that an operator that takes or gives an int outside the word of a
32-bit MicroPython (-2^30 .. 2^30-1) raises `WordError`, and every read of a block's size that is
not that of its mantissas raises `SizeError`; `counted()` loads it so that operators are
counted by class. Both leave the real `qbfgs` in `sys.modules` alone: each load makes a package of
its own under a private name, whose modules import each other there.

Watched: binary operators, augmented assignments, unary minus, `~`, and the builtins that calculate
(`abs`, `divmod`, `pow`, `sum`). Comparisons are counted, never checked: comparing wide values
allocates nothing. What a compiler folds (operators between literals) counts as a literal.
"""

import importlib
import importlib.util
import itertools
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

from qbfgs_tools.lab.operators.hooks import (
    CLASSES,
    CheckingHooks,
    CountingHooks,
    SizeError,
    WordError,
)
from qbfgs_tools.lab.operators.tree import instrument, redirect

__all__ = ["CLASSES", "CORE", "Instrument", "SizeError", "WordError", "checked", "counted"]

CORE = Path(importlib.util.find_spec("qbfgs").origin).parent
EXEMPT = frozenset(
    {
        "words.costs",
        "words.integers",
        "words.wide",
        "words.triangles",
        "problems.polynomials",
        "problems.rosenbrock",
        "grid.quantizer",
    }
)
EXEMPT |= {"models.totals", "models.quadratic", "models.reduced", "models.bareiss"}
BLOCK_ROOMS = ("words", "grid", "model", "search", "modes")  # where x[-1] is a block's size
_serial = itertools.count()


class Instrument:
    """A package loaded from source with its operators rewritten to call hooks.

    `folder`: the package's folder, whose name is the name it is imported by. `make_hooks(module,
    filename)` gives the hooks of one module, or None for a module to be loaded as it is.
    """

    def __init__(self, folder, make_hooks):
        self.folder = Path(folder)
        self.name = self.folder.name
        self.alias = f"_{self.name}_watched_{next(_serial)}"
        self.hooks = {}
        self._make_hooks = make_hooks
        sys.meta_path.insert(0, self)
        self.package = importlib.import_module(self.alias)

    def module(self, name):
        """The watched module `name`, such as "optimizer" (a dotted name below the package)."""
        return importlib.import_module(f"{self.alias}.{name}")

    def counts(self, exclude=()):
        """Operators so far by class, a dict: over all modules but those in `exclude`, where the
        name of a folder stands for all in it. Raises ValueError for what is no module."""
        for name in exclude:
            path = self.folder.joinpath(*name.split("."))
            if not (path.is_dir() or path.with_suffix(".py").exists()):
                raise ValueError(f"{self.folder} has no module {name}")
        totals = dict.fromkeys(CLASSES, 0)
        for module, hooks in self.hooks.items():
            if not any((module + ".").startswith(name + ".") for name in exclude):
                for kind, count in zip(CLASSES, hooks.counts, strict=True):
                    totals[kind] += count
        return totals

    def close(self):
        """Takes the private package out of the import system again."""
        sys.meta_path.remove(self)
        for name in [n for n in sys.modules if (n + ".").startswith(self.alias + ".")]:
            del sys.modules[name]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def find_spec(self, fullname, path=None, target=None):
        """Finder: knows the modules of the private package and no other."""
        if not (fullname + ".").startswith(self.alias + "."):
            return None
        place = self.folder.joinpath(*fullname.split(".")[1:])
        if (place / "__init__.py").is_file():
            spec = ModuleSpec(fullname, self, origin=str(place / "__init__.py"), is_package=True)
            spec.submodule_search_locations = [str(place)]
        elif place.with_suffix(".py").is_file():
            spec = ModuleSpec(fullname, self, origin=str(place.with_suffix(".py")))
        else:
            return None
        spec.has_location = True
        return spec

    def create_module(self, spec):
        """Loader: a module made the usual way."""
        return None

    def exec_module(self, module):
        """Loader: compiles the rewritten source and runs it."""
        filename = module.__spec__.origin
        name = module.__name__[len(self.alias) + 1 :]
        source = Path(filename).read_bytes()
        tree = redirect(source, filename, self.name, self.alias)
        hooks = self._make_hooks(name, filename)
        if hooks is not None:
            self.hooks[name] = hooks
            tree = instrument(tree, "size" in hooks.hooks and name.split(".")[0] in BLOCK_ROOMS)
            module.__dict__.update(hooks.namespace())
        exec(compile(tree, filename, "exec"), module.__dict__)


def checked(folder=CORE, exempt=EXEMPT):
    """The package with every int operand and result checked, but in the modules of `exempt`."""
    return Instrument(folder, lambda name, file: None if name in exempt else CheckingHooks(file))


def counted(folder=CORE):
    """The package with every operator counted: see `Instrument.counts`."""
    return Instrument(folder, lambda name, file: CountingHooks(file))
