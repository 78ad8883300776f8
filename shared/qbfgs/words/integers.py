"""Ints of any width, as bytes."""

from .compat import const

LONGEST = const(0x200000)  # bits of an int that is read back: time grows as their square


def write_int(out, value):
    """Appends an int of any width to a bytearray: 7 bits a byte, the lowest first, signed."""
    while not -64 <= value < 64:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)


class IntReader:
    """Reads back what `write_int` wrote, from `place` to `end` of the data."""

    def __init__(self, data, place, end):
        self.data = data
        self.place = place
        self.end = end

    def read(self):
        """The next int. Raises ValueError at the end of the data, and beyond LONGEST bits."""
        value = 0
        shift = 0
        while True:
            if self.place == self.end:
                raise ValueError("the data end too early")
            byte = self.data[self.place]
            self.place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift > LONGEST:
                raise ValueError("a number is too long")
            if byte < 0x80:
                return value - (1 << shift) if byte & 0x40 else value
