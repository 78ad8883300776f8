"""Numbers for formulas and results: `Real`, its functions, and numbers that carry slopes.

Two ints make a Real, so it is the same on every interpreter, with floats or without.  It takes heap
and time: it is for objectives and results, not for the optimiser. See docs/real.md.
"""

from .fits.duals import Dual, variables
from .fits.functions import atan, cos, exp, log, sin, sqrt, tanh
from .fits.numbers import Real

__all__ = ["Dual", "Real", "atan", "cos", "exp", "log", "sin", "sqrt", "tanh", "variables"]
