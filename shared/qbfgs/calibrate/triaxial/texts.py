"""A calibration in words, for `print`."""

from ...grid.quantizer import to_text


def of_correction(found):
    """Some lines: offset, matrix, how well they are known, and the verdict."""
    one = 1 << found.shift
    lines = ["offset: " + " ".join([str(v) for v in found.offset]), "matrix:"]
    for k in (0, 3, 6):
        lines.append("  " + " ".join([to_text(v, one, 4) for v in found.matrix[k : k + 3]]))
    lines.append("field: %d" % found.field)
    if found.error is not None:
        lines.append(
            "offset known to %s %% of the field, lengths scatter by %s %%"
            % (to_text(found.error, 100), to_text(found.residual, 100))
        )
    elif not found.open:
        lines.append("how far it is known: not told by so few readings")
    lines.append("readings: %d, left out: %d" % (found.readings, found.rejected))
    if found.trusted:
        lines.append("nothing speaks against it")
    for reason in found.reasons:
        lines.append("not to be trusted: " + reason)
    return "\n".join(lines)
