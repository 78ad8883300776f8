"""CRC-16/CCITT-FALSE, against the standard library's."""

import random
from binascii import crc_hqx

from qbfgs.words.crc import crc16


def test_the_check_value_of_the_standard():
    assert crc16(b"123456789") == 0x29B1
    assert crc16(b"") == 0xFFFF


def test_it_is_the_standard_librarys_and_goes_on():
    rng = random.Random(3)
    for length in range(40):
        data = rng.randbytes(length)
        assert crc16(data) == crc_hqx(data, 0xFFFF)
        assert crc16(data[length // 3 :], crc16(data[: length // 3])) == crc16(data)
    assert crc16(bytes(range(256))) == crc_hqx(bytes(range(256)), 0xFFFF)
