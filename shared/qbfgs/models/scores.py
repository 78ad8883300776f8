"""Scores: inner products of parameters on the grid with inputs, as arguments of functions."""

from ..words.functions import TOP


def score(high: int, low: int, qp: int, bits: int) -> int:
    """z = (2^10 high + low) / (qp 2^bits), counting 2^-24, rounded down; -2^29 .. 2^29 - 1.

    high, low: words below 2^30 - 2^21, sums of input times X >> 10 and of input times X & 1023,
    where inputs count 2^-bits; bits: 10 .. 16; qp: 1 .. 2^16.  Exact where qp divides
    2^(24 - bits).
    """
    high += low >> 10
    low &= 1023
    limit = qp << bits - 5
    if high >= limit:
        return TOP
    if high < -limit:
        return -TOP
    whole = high // qp
    low += high - whole * qp << 10
    high = (low << 3) // qp
    low = ((low << 3) - high * qp << 21 - bits) // qp
    return (whole << 34 - bits) + (high << 21 - bits) + low
