"""Where samples come from: sources, which give rows of words pass after pass.

A source has `columns`; `rewind()` begins a pass; `read(row)` writes the next row into a list of
that many ints and is True, or is False at the end.  Values are words, |value| < 2^29.

A data file holds columns of int16 or int32.  Layout, lowest byte first: "qbfd"; version; number of
columns; rows in 4 bytes; length of the header in 2; for each column its width in bytes (2 or 4),
its decimals (a value v stands for v / 10^decimals; a signed byte), its name, the number of its
labels (texts that the values 0, 1 .. stand for; none for numbers) and the labels, each text as its
length and UTF-8; a CRC-16 of all that, highest byte first.  Then the rows, and their CRC-16,
highest byte first.
"""

from ..words.crc import crc16
from .checks import MOST, Header, check_values

MAGIC = b"qbfd"
VERSION = 1
FIXED = 12  # bytes before the first column's description
_BLOCK = 512  # bytes read at a time, about


class Table:
    """Rows in memory: a sequence of sequences of words, all of one length."""

    def __init__(self, rows):
        self.rows = rows
        self.columns = len(rows[0])
        self.rewind()

    def rewind(self):
        """Begins a pass."""
        self._next = 0

    def read(self, row):
        """Writes the next row into the list; False at the end."""
        if self._next == len(self.rows):
            return False
        values = self.rows[self._next]
        self._next += 1
        for j in range(self.columns):
            row[j] = values[j]
        return True


class Window:
    """The last samples of a stream, at most `most` of them: a bounded memory for calibration.

    measure: called with a list of `columns` ints, writes a sample into it.
    Between two passes `take` lets samples in; the oldest give way.
    """

    def __init__(self, columns, most, measure):
        self.columns = columns
        self.most = most
        self.measure = measure
        self.count = 0  # samples in the window
        self._values = [0] * (columns * most)
        self._sample = [0] * columns
        self._place = 0  # of the next sample
        self.rewind()

    def take(self, samples=1):
        """Measures so many samples into the window. Raises ValueError for one that is no word."""
        for _ in range(samples):
            self.measure(self._sample)
            for value in self._sample:
                if not -MOST <= value <= MOST:
                    raise ValueError("the sample %r is not within 2^29" % (self._sample,))
            for j in range(self.columns):
                self._values[self._place * self.columns + j] = self._sample[j]
            self._place = (self._place + 1) % self.most
            self.count = min(self.count + 1, self.most)

    def rewind(self):
        """Begins a pass."""
        self._next = 0

    def read(self, row):
        """Writes the next row into the list, in no promised order; False at the end."""
        if self._next == self.count:
            return False
        start = self._next * self.columns
        self._next += 1
        for j in range(self.columns):
            row[j] = self._values[start + j]
        return True


class DataFile:
    """A data file, read in blocks of some 512 bytes: it may be larger than the heap.

    file: opened for reading bytes, with `readinto` and `seek`.
    rows, columns: ints. A column's names, decimals, widths (bytes) and labels are in lists.
    checksum: 16 bits, of both CRCs: other contents have another one, but for one in 2^16.
    Checks the CRCs and each value when made, which reads the file twice.  Raises ValueError, saying
    what is wrong, for what is no data file, is damaged or cut short, has another version, or holds
    what the format does not allow.
    """

    def __init__(self, file):
        self._file = file
        head = bytearray(FIXED)
        if file.readinto(head) != FIXED or bytes(head[:4]) != MAGIC:
            raise ValueError("this is no data file of qbfgs")
        if head[4] != VERSION:
            raise ValueError("the data file has version %d; this reads %d" % (head[4], VERSION))
        self.columns = head[5]
        self.rows = head[6] | head[7] << 8 | head[8] << 16 | head[9] << 24
        self._start = head[10] | head[11] << 8
        rest = bytearray(max(2, self._start - FIXED))
        if file.readinto(rest) != len(rest) or crc16(rest, crc16(head)):
            raise ValueError("the data file is damaged: the CRC of its header does not fit")
        header = Header(rest, self.columns)
        self.names = header.names
        self.decimals = header.decimals
        self.labels = header.labels
        self.widths = header.widths
        self._row_bytes = sum(self.widths)
        block = max(1, _BLOCK // self._row_bytes)
        self._buffer = bytearray(block * self._row_bytes)
        # The CRC of all the file would be the same for all of one length, for it holds its CRCs.
        self.checksum = crc16(rest[-2:], self._check())
        check_values(self)
        self.rewind()

    def _check(self):
        """Reads the rows once; their CRC, which was compared with what the file says."""
        left = self.rows * self._row_bytes
        crc = 0xFFFF
        buffer = self._buffer
        while left > 0:
            size = min(left, len(buffer))
            view = buffer if size == len(buffer) else bytearray(size)
            if self._file.readinto(view) != size:
                raise ValueError("the data file is cut short")
            crc = crc16(view, crc)
            left -= size
        end = bytearray(2)
        if self._file.readinto(end) != 2:
            raise ValueError("the data file is cut short")
        if crc16(end, crc):
            raise ValueError("the data file is damaged: the CRC of its rows does not fit")
        return crc

    def close(self):
        """Closes the file."""
        self._file.close()

    def rewind(self):
        """Begins a pass."""
        self._file.seek(self._start)
        self._left = self.rows
        self._at = len(self._buffer)

    def read(self, row):
        """Writes the next row into the list; False at the end.

        Raises OSError as the file does, ValueError for one that became shorter since it was opened.
        """
        if self._left == 0:
            return False
        buffer = self._buffer
        at = self._at
        if at == len(buffer):
            wanted = self._left * self._row_bytes
            if wanted > at:
                wanted = at
            if self._file.readinto(buffer) < wanted:
                raise ValueError("the data file became shorter while it was in use: copy it again")
            at = 0
        for j in range(self.columns):
            top = buffer[at + 1]
            if self.widths[j] == 2:
                row[j] = buffer[at] | (top if top < 0x80 else top - 0x100) << 8
                at += 2
            else:
                top = buffer[at + 3]
                low = buffer[at] | buffer[at + 1] << 8 | buffer[at + 2] << 16
                row[j] = low | (top if top < 0x80 else top - 0x100) << 24
                at += 4
        self._at = at
        self._left -= 1
        return True
