"""What is said of each status. Texts take heap: who asks for none does not load them."""

_TEXTS = (
    "running: step() can go on",
    "target reached: the cost is at or below `target`",
    "lattice minimum: no better point in the whole list of neighbours (the short vectors of the"
    " reduced basis; with up to 4 parameters a box about the point, with more, and in mode"
    " 'limited', the unit steps); in a curved valley of a coarse grid `refine` finds farther ones",
    "model minimum: every neighbour left could only be better if the curvature measured so far were"
    " wrong; certify=True asks more of them; `refine`, a finer grid or another start may find more",
    "epoch limit: raise `max_epochs` to go on from here",
    "bad objective: it answered something that is not an int, or a gradient of the wrong length;"
    " mend it and step again",
    "table full: none of 160 + 8 n steps from one point was better, and no more can be remembered;"
    " set fewer `polls`; where parameters differ much in effect, give each its own Qp; where the"
    " cost is flat or noisy, use a finer cost scale or a coarser grid",
    "stalled: the mode has no step left that changes the point; mode 'compensated' may go on",
    "polled: the first `polls` neighbours were no better, and the others were not tried; 2 n polls"
    " try each; `refine` or a finer grid may find more",
    "range left: a parameter came to the end of the grid, 2^19 - 1 steps from 0, and better points"
    " may be beyond; give that parameter a smaller Qp (or take a smaller `refine`)",
    "interrupted: an exception, such as Ctrl-C, cut a step short; x, cost and counts are whole, and"
    " step() or ask() goes on from x with a new model",
    "converged: the model promises to lower the cost by no more than 2^-`tolerance` of it; a larger"
    " `tolerance` goes on, certify=True asks the neighbours too",
    "noise: what the model still promises is less than the noise of a measurement; the cost is the"
    " mean of some measurements of x; less noise, or a start elsewhere, may find more",
)

_GOOD = (1, 2, 3, 8, 11, 12)  # of these, ends for no limit and no lack of room


def success(code):
    """Whether a run with this status ended well."""
    return code in _GOOD


def of_status(code):
    """The sentence of a status code. Raises ValueError for a code that is none."""
    if isinstance(code, int) and 0 <= code < len(_TEXTS):
        return _TEXTS[code]
    raise ValueError("no such status: %r" % (code,))
