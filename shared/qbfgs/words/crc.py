"""CRC-16 with the polynomial 0x1021 and start 0xFFFF (CRC-16/CCITT-FALSE), a nibble at a time."""

_TABLE = tuple([k * 0x1021 for k in range(16)])


def crc16(data, crc=0xFFFF):
    """The CRC of bytes, 0 .. 0xFFFF; crc: that of the bytes before, to go on from."""
    for byte in data:
        crc = (crc << 4 & 0xFFFF) ^ _TABLE[crc >> 12 ^ byte >> 4]
        crc = (crc << 4 & 0xFFFF) ^ _TABLE[crc >> 12 ^ byte & 15]
    return crc
