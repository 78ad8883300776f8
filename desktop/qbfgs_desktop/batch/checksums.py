"""`qbfgs.checksums` on arrays: Fletcher's checksum of a trace."""

_PRIME = 32749


def feed(checksum, word):
    """The checksums after one more word of -2^30 .. 2^30-1 each."""
    first = (checksum & 0x7FFF) + (word & 0x7FFF)
    second = (checksum >> 15) + first
    first += word >> 15 & 0x7FFF
    return ((second + first) % _PRIME << 15) + first % _PRIME
