"""Floating numbers m 2^e, ints of any width, from and as decimal text; rounded half up."""

from ..grid.decimals import parse
from .elementary import length
from .rounding import normal, quotient


def read(value):
    """The normal pair nearest to decimal text, or to the text that `str` makes of a float.

    Raises TypeError for what is no number, ValueError for text that is none.
    """
    text = value
    if not isinstance(value, str):
        text = str(value)
        if text[:1] not in "-0123456789":
            raise TypeError("%s is no number: give an int, or decimal text such as '2.5e-3'" % text)
    digits, power = parse(text)
    return quotient(digits, 10**-power) if power < 0 else normal(digits * 10**power, 0)


def scaled(m, e, unit):
    """The int nearest to unit m 2^e."""
    m *= unit
    return m << e if e >= 0 else m + (1 << -e >> 1) >> -e


def point(value, places):
    """The text of value / 10^places."""
    digits = str(value if value >= 0 else -value)
    digits = "0" * (places + 1 - len(digits)) + digits
    cut = len(digits) - places
    return ("-" if value < 0 else "") + digits[:cut] + ("." + digits[cut:] if places else "")


def decimal(m, e, digits):
    """(value, power): m 2^e is nearly value 10^power, for an int of so many digits; m not 0."""
    power = (e + length(abs(m)) - 1) * 30103 // 100000 - digits + 1
    while True:
        unit = 10 ** abs(power)
        if power > 0:
            above, below = m << max(0, e), unit << max(0, -e)
            value = (2 * above + below) // (2 * below)
        else:
            value = scaled(m, e, unit)
        size = abs(value)
        if size >= 10**digits:
            power += 1
        elif size < 10 ** (digits - 1):
            power -= 1
        else:
            return value, power


def short(m, e, digits):
    """The number to so many significant digits, without zeros at the end of a fraction; with an
    exponent of ten where it would take more than 5 zeros after the point, or before it."""
    if m == 0:
        return "0"
    value, power = decimal(m, e, digits)
    while power < 0 and value % 10 == 0:
        value //= 10
        power += 1
    first = power + len(str(abs(value))) - 1
    if -6 < first <= digits:
        return point(value, -power) if power < 0 else str(value * 10**power)
    while value % 10 == 0:
        value //= 10
    size = str(abs(value))
    return ("-" if value < 0 else "") + point(int(size), len(size) - 1) + "e" + str(first)
