"""The batch engine: many runs of one problem at once, equal to the scalar core's to the bit."""

from .engine import solve
from .results import Results

__all__ = ["Results", "solve"]
