"""What print(fit) shows: each parameter with its standard error, and the end in a sentence."""

from .texts import decimal, point, short

DIGITS = 2  # of a standard error
PLAIN = 9  # digits of a number without one
MOST = 12  # digits of one that is known to more


def report(fit):
    """The text."""
    width = max([len(name) for name in fit.names])
    lines = []
    values, errors = fit.parameters, fit.errors
    free = fit.settings.free
    for i in range(len(values)):
        text = with_error(values[i], errors[i]) if i in free else plain(values[i]) + " (fixed)"
        lines.append(fit.names[i] + " " * (width - len(fit.names[i])) + " = " + text)
    rows = fit.settings.count
    residual = fit.residual
    if residual is not None:
        text = short(residual.mantissa, residual.exponent, 3)
        lines.append("The residual is %s, over %d rows." % (text, rows))
    lines.append("%s (%d evaluations)" % (fit.message, fit.evaluations))
    return "\n".join(lines)


def plain(value):
    """A number by itself."""
    return short(value.mantissa, value.exponent, PLAIN)


def with_error(value, error):
    """A number as far as its standard error goes."""
    if error is None:
        return plain(value) + " +- ?"
    if not error:
        return plain(value) + " +- 0"
    digits, power = decimal(error.mantissa, error.exponent, DIGITS)
    top = power + DIGITS - 1
    if value:
        _, first = decimal(value.mantissa, value.exponent, 1)
        top = max(top, first)
    if top - power > MOST:
        return plain(value) + " +- " + short(error.mantissa, error.exponent, DIGITS)
    if power <= 0 and -5 <= top < 9:
        return value.text(-power) + " +- " + point(digits, -power)
    # both in units of the power of ten of the larger
    places = top - power
    unit = rounded_to(value, power)
    return "(%s +- %s)e%d" % (point(unit, places), point(digits, places), top)


def rounded_to(value, power):
    """The int nearest to a Real over 10^power."""
    if power <= 0:
        return value.scaled(10**-power)
    return (value / 10**power).scaled(1)
