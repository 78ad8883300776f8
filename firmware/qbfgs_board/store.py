"""Checkpoints in two files, written in turn: a power cut while one is written spares the other.

Nothing but a write and its sync is asked of the file system: no rename, which some of them make in
two steps.  A file holds 4 bytes "qbf2", a sequence number of 4 bytes (lowest first), what
`qbfgs.checkpoints.dump` wrote, and a CRC-16 of all before it as 2 bytes (highest first).
"""

from qbfgs.checkpoints import dump, load
from qbfgs.words.crc import crc16

from .clock import Stopwatch
from .report import ABSENT, CHECKPOINT, described, say, send

try:
    import os
except ImportError:
    os = None

FILES = ("qbfgs.a", "qbfgs.b")
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


class Store:
    """The two files of a job, in the current folder.

    label: an int that stands for the job; checkpoints of other jobs are refused.
    """

    def __init__(self, label):
        self._label = label
        self._sequence = 0
        self._turn = 0

    def resume(self, objective, refuse):
        """The optimiser of the newer valid checkpoint, None when there is none.

        refuse: called with a sentence for each file that is not believed.
        """
        newest = []  # of the valid files the number and the index
        for k in (0, 1):
            try:
                found = _read(FILES[k])
                if found is not None:
                    newest.append((found[0], k))
                    if found[0] > self._sequence:
                        self._sequence, self._turn = found[0], 1 - k
            except ValueError as error:
                refuse("%s is not used: %s" % (FILES[k], error))
        found = None  # the heap may have no room for two of them
        newest.sort(reverse=True)
        for _, k in newest:
            try:
                found = _read(FILES[k])
                if found is None:
                    raise ValueError("it vanished while it was read")
                optimizer = load(found[1], objective, self._label)
            except ValueError as error:
                refuse("%s is not used: %s" % (FILES[k], error))
            else:
                self._turn = 1 - k
                return optimizer
        return None

    def report(self, optimizer):
        """Saves the optimiser and says so; says why, where that fails: the run goes on."""
        watch = Stopwatch()
        try:
            sequence, file, size = self.save(optimizer)
        except OSError as error:
            text = "no checkpoint was written (%s): is there room on the board, and is it healthy?"
            say("W", CHECKPOINT, text % described(error))
        else:
            send("C", optimizer.epochs, sequence, file, size, watch.lap())

    def save(self, optimizer):
        """Writes the optimiser over the older file; returns sequence number, file 0 or 1, bytes.

        Raises OSError when the medium is full or broken; the newer file is untouched then.
        """
        sequence, k = self._sequence + 1, self._turn
        data = bytearray(_MAGIC)
        for shift in (0, 8, 16, 24):
            data.append(sequence >> shift & 0xFF)
        data.extend(dump(optimizer, self._label))
        crc = crc16(data)
        data.append(crc >> 8)
        data.append(crc & 0xFF)
        _write(FILES[k], data)
        self._sequence, self._turn = sequence, 1 - k
        return sequence, k, len(data)
