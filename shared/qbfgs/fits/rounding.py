"""Rounding to 60 binary digits: pairs of ints (m, e), which stand for m 2^e.

A pair is normal where 2^59 <= |m| < 2^60, or it is (0, 0).  Rounded to nearest; of two at the same
distance the upper one is taken.
"""

from .elementary import length

_TOP = 1 << 60


def normal(m, e):
    """The normal pair nearest to m 2^e, ints of any width."""
    if m == 0:
        return 0, 0
    shift = length(m if m > 0 else -m) - 60
    if shift <= 0:
        return m << -shift, e + shift
    m = m + (1 << shift >> 1) >> shift
    if m == _TOP or m == -_TOP:
        return m >> 1, e + shift + 1
    return m, e + shift


def quotient(a, b):
    """The normal pair nearest to a / b, ints of any width. Raises ZeroDivisionError for b = 0."""
    if b == 0:
        raise ZeroDivisionError("division by zero")
    shift = 62 + length(b if b > 0 else -b) - length(a if a > 0 else -a)
    if shift < 0:
        shift = 0
    a <<= shift
    whole = a // b
    # A last digit that says that there is a rest, so that no tie is seen where there is none.
    return normal((whole << 1) + (whole * b != a), -shift - 1)
