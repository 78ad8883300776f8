"""A tuning in words, for `print`."""


def of_tuner(tuner):
    """Some lines: the knobs, the cost, and why it ended."""
    lines = []
    values = tuner.values
    for i in range(len(values)):
        name, start, low, high, unit = tuner.knobs[i]
        line = "%s: %d %s" % (name, values[i], unit)
        if values[i] == low or values[i] == high:
            line += " (its limit)"
        lines.append("%s, from %d" % (line.strip(), start))
    known = "" if not tuner.error else " +- %d" % tuner.error
    lines.append("cost: %s%s, %d measurements" % (tuner.cost, known, tuner.measurements))
    lines.append(tuner.message)
    return "\n".join(lines)
