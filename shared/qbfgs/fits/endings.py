"""Why a fit ended: see `sentences` for what each means."""

from ..words.compat import const

GOING = const(0)
CONVERGED = const(1)
EXACT = const(2)
LIMIT = const(3)
STUCK = const(4)
EDGE = const(5)
HELD = const(6)
