"""Checksums of words in a word: multiply with carry (Marsaglia), the checksum of a trace."""

from .compat import const

FACTOR = const(31185)  # FACTOR 2^15 - 1 is a prime p, and so is (p - 1) / 2

EMPTY = 0


def feed(checksum: int, word: int) -> int:
    """The checksum (0 .. 2^30-1) after one more word of -2^30 .. 2^30-1."""
    checksum ^= word & 0x3FFFFFFF
    return (checksum & 0x7FFF) * FACTOR + (checksum >> 15)
