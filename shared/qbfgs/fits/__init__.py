"""The face for readings: numbers with functions and slopes, formulas, and what fits them."""


def load(text, formula=None, rows=None, weights=None, sigma=None):
    """The fit whose `save()` made the text, of a board's or of a desk's.

    formula: as it was given to `fit`; None for a named model. With it `predict` works. rows (and
    weights or sigma), if the fit was not at its end, to step on.
    Raises ValueError for text that is none, for a missing formula, and for other rows.
    """
    from .loading import Loaded

    return Loaded(text, formula, rows, weights, sigma)
