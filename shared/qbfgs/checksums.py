"""The running checksum of a trace: Fletcher's, with two sums modulo the prime 32749 in one word."""

from .compat import const

_PRIME = const(32749)

EMPTY = 0


def feed(checksum: int, word: int) -> int:
    """The checksum (0 .. 2^30-1) after one more word of -2^30 .. 2^30-1."""
    first = (checksum & 0x7FFF) + (word & 0x7FFF)
    second = (checksum >> 15) + first
    first += (word >> 15) & 0x7FFF
    return ((second + first) % _PRIME << 15) + first % _PRIME
