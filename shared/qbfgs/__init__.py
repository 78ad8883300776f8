"""qbfgs: an integer-only quasi-Newton optimiser for boards without floating point.

`Optimizer` steps through a run, one cost evaluation a step; `minimize` runs it to its end; `fit`
finds a formula's parameters from readings.
The same source gives the same bits under MicroPython and CPython.
"""

# The leaves first: an import within an import takes C stack, of which boards have little.
from .words import wide  # noqa: F401

# isort: split
from .optimizer import Optimizer, minimize

__all__ = ["Optimizer", "fit", "minimize"]
__version__ = "0.1.0"


def fit(model, rows, start=None, **settings):
    """The parameters of a formula from readings: see `qbfgs.fits.fit.fit`."""
    # Imported when it is called: boards that only optimise have no heap for it to give.
    from .fits import fit as home

    return home.fit(model, rows, start, **settings)
