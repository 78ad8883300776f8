"""Two files, written in turn: a power cut while one is written spares the other.

Nothing but a write and its sync is asked of the file system: no rename, which some of them make in
two steps.  A file holds 4 bytes "qbf2", a sequence number of 4 bytes (lowest first), the data, and
a CRC-16 of all before it as 2 bytes (highest first).
"""

from qbfgs.words.crc import crc16

from .report import ABSENT

try:
    import os
except ImportError:
    os = None

_MAGIC = b"qbf2"
_HEAD = 8
_MOST = 0x3FFFFFFF  # sequence number; no flash lives for so many


def _read(name):
    """The sequence number and the state in a file; None when there is no such file.

    Raises ValueError for a file that is damaged or something else, and for one that cannot be read.
    """
    try:
        with open(name, "rb") as file:
            data = file.read()
    except OSError as error:
        if error.args[0] == ABSENT:
            return None
        raise ValueError("it cannot be read (OSError: %s)" % error)
    if len(data) < _HEAD + 2 or data[:4] != _MAGIC:
        raise ValueError("it is no checkpoint file, or cut short")
    if crc16(data):
        raise ValueError("it is damaged or cut short: its CRC does not fit")
    sequence = data[4] | data[5] << 8 | data[6] << 16 | data[7] << 24
    if sequence > _MOST:
        raise ValueError("it has a number that no board reaches")
    return sequence, data[_HEAD:-2]


def _write(name, data):
    """Writes a file and sees it through to the medium, as far as the board can."""
    with open(name, "wb") as file:
        file.write(data)
        file.flush()
        if hasattr(os, "fsync"):
            os.fsync(file.fileno())
    if hasattr(os, "sync") and not hasattr(os, "fsync"):
        os.sync()


class Pair:
    """The files NAME.a and NAME.b in the current folder."""

    def __init__(self, name):
        self.files = (name + ".a", name + ".b")
        self._sequence = 0
        self._turn = 0

    def read(self, take, refuse=None):
        """take(data) of the newer valid file, None when there is none.

        take: raises ValueError for data that it does not believe; then the other file is read.
        refuse: called with a sentence for each file that is not believed.
        """
        newest = []  # of the valid files the number and the index
        for k in (0, 1):
            try:
                found = _read(self.files[k])
                if found is not None:
                    newest.append((found[0], k))
                    if found[0] > self._sequence:
                        self._sequence, self._turn = found[0], 1 - k
            except ValueError as error:
                self._refuse(refuse, k, error)
        found = None  # the heap may have no room for two of them
        newest.sort(reverse=True)
        for _, k in newest:
            try:
                found = _read(self.files[k])
                if found is None:
                    raise ValueError("it vanished while it was read")
                taken = take(found[1])
            except ValueError as error:
                self._refuse(refuse, k, error)
            else:
                self._turn = 1 - k
                return taken
        return None

    def write(self, content):
        """Writes bytes over the older file; returns sequence number, file 0 or 1, bytes.

        Raises OSError when the medium is full or broken; the newer file is untouched then.
        """
        sequence, k = self._sequence + 1, self._turn
        data = bytearray(_MAGIC)
        for shift in (0, 8, 16, 24):
            data.append(sequence >> shift & 0xFF)
        data.extend(content)
        crc = crc16(data)
        data.append(crc >> 8)
        data.append(crc & 0xFF)
        _write(self.files[k], data)
        self._sequence, self._turn = sequence, 1 - k
        return sequence, k, len(data)

    def _refuse(self, refuse, k, error):
        if refuse:
            refuse("%s is not used: %s" % (self.files[k], error))
