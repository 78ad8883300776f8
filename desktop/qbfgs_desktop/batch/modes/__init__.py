"""The rules of the modes on arrays."""

from qbfgs.modes import rule_of as scalar_rule_of

from .compensated import RESTING, Compensated
from .fixed_rate import FixedRate
from .newton import Newton
from .paper import Paper
from .steepest import Steepest

__all__ = ["RESTING", "RULES", "rule_of"]

RULES = {
    "compensated": Compensated,
    "paper": Paper,
    "steepest": Steepest,
    "fixed-rate": FixedRate,
    "newton": Newton,
}


def rule_of(mode):
    """The rule's class, None for a mode that has none on arrays.

    Raises ValueError for a mode that is none at all.
    """
    scalar_rule_of(mode)
    return RULES.get(mode)
