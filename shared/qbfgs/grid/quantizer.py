"""Decimal numbers on an integer grid: eq. 1-13 of the paper in plain integers.

A grid integer X stands for x = X / Qp (eq. 5), with Qp any positive integer.  Rounding is half up
everywhere: [v] = floor(v + 1/2) (eq. 2), for negative values too: [-3/2] = -1.

Allocates nothing while its values fit a machine word; `quantize` and `to_text` make strings.
"""

from ..words.wide import is_int
from .decimals import MAX_EXPONENT, parse
from .scales import check_int, check_qp

TEXT_DIGITS = 12  # enough to write 1/4096 exactly, and to read any X back for Qp < 10^12


def carry(x, a, qp):
    """g(x, a) of eq. 12: what rounding adds to the quotient floor(Qp*x/a), 0 or 1.

    x, a, qp are ints, a not 0; not checked, for `divide` does that.
    """
    # g is 1 where the remainder is at least half the divisor (eq. 9-10).  Python's remainder has
    # the sign of the divisor, so magnitudes serve both signs; subtracting instead of doubling
    # keeps words within words.
    remainder = abs(qp * x % a)
    return 1 if remainder >= abs(a) - remainder else 0


def divide(x, a, qp):
    """Quantized division (eq. 13): the grid integer [Qp*x/a], for ints x and a != 0 of one scale.

    Raises TypeError for what is not an int, ValueError for a bad Qp, ZeroDivisionError for a = 0.
    """
    check_int(x, "dividend")
    check_int(a, "divisor")
    check_qp(qp)
    if a == 0:
        raise ZeroDivisionError("cannot divide %d by 0: the divisor must not be 0" % x)
    return qp * x // a + carry(x, a, qp)


def round_div(a, b):
    """floor(a/b + 1/2) exactly, for ints a and b != 0 of either sign (eq. 9, which is Qp = 1).

    Raises TypeError for what is not an int, ZeroDivisionError for b = 0.
    """
    return divide(a, b, 1)


def quantize(value, qp):
    """The grid integer [Qp*x] nearest to x, half up (eq. 4-5).

    value: x as decimal text ("-1.232", "+.5", "3e-2", spaces around it allowed) or as an int.
    qp: grid steps per unit, an int of 1 or more.
    Raises TypeError for other types, floats among them; ValueError for text that is no number, is
    longer than MAX_TEXT or has an exponent beyond +-MAX_EXPONENT, and for a bad Qp.
    """
    check_qp(qp)
    if is_int(value):
        return qp * value
    if not isinstance(value, str):
        raise TypeError(
            'cannot quantize %r: pass an int or decimal text, such as "-1.232"' % (value,)
        )
    mantissa, exponent = parse(value)
    if exponent >= 0:
        return qp * mantissa * 10**exponent
    return divide(mantissa, 10**-exponent, qp)


def to_text(X, qp, digits=TEXT_DIGITS):
    """The value X / Qp as decimal text, rounded half up to `digits` places.

    Trailing zeros are dropped, so the text is exact wherever the value needs no more places.
    X: grid integer; qp: grid steps per unit; digits: 0..MAX_EXPONENT.
    Raises TypeError for what is not an int, ValueError for a bad Qp or number of digits.
    """
    check_int(digits, "digits")
    if digits < 0 or digits > MAX_EXPONENT:
        raise ValueError("digits must be 0..%d, not %d" % (MAX_EXPONENT, digits))
    check_int(X, "X")
    check_qp(qp)
    scaled = round_div(X * 10**digits, qp)
    text = str(abs(scaled))
    text = "0" * (digits + 1 - len(text)) + text
    point = len(text) - digits
    fraction = text[point:].rstrip("0")
    sign = "-" if scaled < 0 else ""
    return sign + text[:point] + ("." + fraction if fraction else "")
