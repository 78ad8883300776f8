"""The rules of the modes on arrays."""

from qbfgs.modes import rule_of as scalar_rule_of

from .compensated import WAITING, Compensated

__all__ = ["WAITING", "rule_of"]

_RULES = {"compensated": Compensated}


def rule_of(mode):
    """The rule's class. Raises ValueError for a mode that is none."""
    scalar_rule_of(mode)
    return _RULES[mode]
