"""Checks of the settings of measured runs, with clear errors: needed once."""

from ..grid.scales import check_at_least
from ..modes import default_mode
from ..words.wide import is_int
from .differences import LONGEST
from .measuring import Measuring


def measuring_of(objective, x0, differences, noise, radius, mode, refine):
    """The mode and the `Measuring` of an Optimizer with these settings, checked."""
    mode = mode or default_mode(len(x0))
    if refine or mode not in ("compensated", "limited"):
        raise ValueError(
            "differences and noise need mode 'compensated' or 'limited', and no refine"
        )
    n = len(x0)
    if differences is None:
        qp = getattr(objective, "qp", None)
        qp = [4 * radius] * n if qp is None else [qp] * n if is_int(qp) else qp
        differences = [min(LONGEST, max(1, q >> 5)) for q in qp]
    elif is_int(differences):
        differences = [differences] * n
    if not isinstance(differences, (list, tuple)) or len(differences) != n:
        raise ValueError("differences must be an int, or a list of one a parameter")
    for h in differences:
        check_at_least(1, h, "differences")
        if h > LONGEST:
            raise ValueError("differences must be 2^17 grid steps or less, not %d" % h)
    if noise is None:
        return mode, Measuring(differences, None)
    if noise != "auto":
        if not is_int(noise) or noise < 1:
            raise ValueError(
                "noise must be the standard deviation of a measurement, 1 unit of cost or more, or"
                ' "auto", not %r' % (noise,)
            )
    from .noise import Noise

    return mode, Measuring(differences, Noise(0 if noise == "auto" else noise))
