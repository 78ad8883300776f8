"""CRC-16 with the polynomial 0x1021 and start 0xFFFF (CRC-16/CCITT-FALSE), a byte at a time."""


def crc16(data, crc=0xFFFF):
    """The CRC of bytes, 0 .. 0xFFFF; crc: that of the bytes before, to go on from."""
    return update(crc, data, len(data))


def update(crc: int, data: object, count: int) -> int:
    """The CRC after so many bytes more."""
    for k in range(count):
        t = crc >> 8 ^ data[k]
        t ^= t >> 4
        # The polynomial is 2^12 + 2^5 + 1.
        crc = (crc << 8 ^ t << 12 ^ t << 5 ^ t) & 0xFFFF
    return crc
