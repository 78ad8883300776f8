"""The CRC against Python's own, whole and in pieces."""

import binascii
import random

import pytest

from qbfgs.words.crc import crc16


@pytest.mark.parametrize("size", [0, 1, 2, 9, 255, 1000])
def test_it_is_ccitt_false(size):
    data = random.Random(size).randbytes(size)
    right = binascii.crc_hqx(data, 0xFFFF)
    assert crc16(data) == crc16(bytearray(data)) == crc16(memoryview(data)) == right
    for cut in (0, 1, size // 2, size):
        assert crc16(data[cut:], crc16(data[:cut])) == right


def test_the_value_that_catalogues_give():
    assert crc16(b"123456789") == 0x29B1
