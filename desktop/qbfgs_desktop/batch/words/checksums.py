"""`qbfgs.words.checksums` on arrays."""

from qbfgs.words.checksums import FACTOR


def feed(checksum, word):
    """The checksums after one more word of -2^30 .. 2^30-1 each."""
    checksum = checksum ^ word & 0x3FFFFFFF
    return (checksum & 0x7FFF) * FACTOR + (checksum >> 15)
