"""Why a calibration of three axes may be wrong, in sentences that say what to do."""

from ...grid.quantizer import to_text


def coverage(found, calibrator, wanted, turn):
    """Adds to the reasons of a Correction that readings came from too few sides."""
    parts = calibrator.DIRECTIONS
    seen = parts - len(found.missing)
    if seen < wanted:
        found.reasons.append(
            "readings from %d of %d directions, %d are needed: %s so that %s are seen too"
            % (seen, parts, wanted, turn, " ".join(found.missing[:4]))
        )
    elif found.sides < calibrator.SIDES:
        found.reasons.append("readings from all about one axis: %s about another one too" % turn)


def quality(found, error, residual, still):
    """Adds what else speaks against a Correction.

    error, residual: the most that is borne, in parts of 10000 of the field.
    """
    reasons = found.reasons
    if found.open:
        reasons.append("the readings leave the offset open: take some from the opposite sides")
    elif found.error is not None and found.error > error:
        reasons.append(
            "the offset is known to %s %% of the field only: take more readings, from more sides"
            % to_text(found.error, 100)
        )
    if found.residual is not None and found.residual > residual:
        reasons.append(
            "lengths scatter by %s %% of the field: %s" % (to_text(found.residual, 100), still)
        )
    if 5 * found.rejected > found.readings + found.rejected:
        reasons.append(
            "%d of %d readings do not fit the others: %s"
            % (found.rejected, found.readings + found.rejected, still)
        )
    m = found.matrix
    trace = m[0] + m[4] + m[8]
    for k in range(9):
        if 4 * abs(3 * m[k] - (0 if k % 4 else trace)) > 3 * trace:
            reasons.append(
                "an axis is off by more than three quarters: are all three wired and read right?"
            )
            break
