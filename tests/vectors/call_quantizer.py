"""What the vectors of quantizer.txt call; runs on MicroPython, with 1800 bytes of stack."""

from qbfgs.errors import of_qp  # noqa: F401 (for check_qp, which imports it while it runs)
from qbfgs.quantizer import divide, quantize, round_div, to_text


def grid(text, qp):
    try:
        return quantize(text, qp)
    except TypeError:
        return "TypeError"
    except ValueError:
        return "ValueError"


def divided(x, a, qp):
    try:
        return divide(x, a, qp)
    except ZeroDivisionError:
        return "ZeroDivisionError"


def rounded(a, b):
    try:
        return round_div(a, b)
    except ZeroDivisionError:
        return "ZeroDivisionError"


def decimal(x, qp, digits):
    return to_text(x, qp, digits)
