"""The sentence of each end of a fit, in the order of `endings`."""

_TEXTS = (
    "Not yet ended: step() goes on.",
    "Converged: what is left to gain is far below the standard errors.",
    "Exact: the formula goes through all rows, as far as 60 binary digits tell.",
    "Stopped at max_evaluations, not at a minimum: give a better start, or more of them.",
    "Stopped where no step lowers the sum of squares, though its slopes are not 0: is the formula"
    " smooth there?",
    "Stopped at the end of the grid, 2^19 - 1 steps from 0: give a smaller qp.",
    "Every parameter is at a bound, and would go beyond it: give wider bounds.",
)


def sentence(end):
    """What is said of an end."""
    return _TEXTS[end]
