"""qbfgs: an integer-only quasi-Newton optimiser for boards without floating point.

`Optimizer` steps through a run, one cost evaluation a step; `minimize` runs it to its end.
The same source gives the same bits under MicroPython and CPython.
"""

# The leaves first: an import within an import takes C stack, of which boards have little.
from .words import wide  # noqa: F401

# isort: split
from .optimizer import Optimizer, minimize

__all__ = ["Optimizer", "minimize"]
__version__ = "0.1.0"
