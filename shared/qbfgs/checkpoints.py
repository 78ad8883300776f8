"""The whole state of an optimiser as bytes, to go on from later, on a board or at a desk.

Layout: 5 bytes "qbfgs", the version, the length of what follows as 4 bytes (lowest first), the
numbers (see `wide.write_int`), and a CRC-16 of all before it as 2 bytes (highest first).  The
numbers are a label, the settings, and the fields that STATE names in each part of the optimiser.
"""

from .modes import BOUNDED, MODES
from .optimizer import Optimizer
from .words.blocks import words
from .words.crc import crc16
from .words.integers import IntReader, write_int

_MAGIC = b"qbfgs"
VERSION = 4
_HEAD = 10
_MANY = (list, type(words(0)))


def _parts(optimizer):
    """All objects that hold state, in a fixed order."""
    parts = [optimizer]
    for part in parts:  # it grows while it is walked
        for name in getattr(part, "PARTS", "").split():
            parts.append(getattr(part, name))
    return parts


def dump(optimizer, label=0):
    """A bytearray with the state of an optimiser between two epochs.

    label: any int, such as a checksum of the problem; `load` must be given the same.
    Raises ValueError while an epoch is open (a cost was told, and its gradient is to follow), and
    after a step that an exception cut short.
    """
    if not optimizer.between_epochs():
        raise ValueError("a checkpoint can only be taken between two epochs: complete this one")
    out = bytearray(_MAGIC)
    for byte in (VERSION, 0, 0, 0, 0):
        out.append(byte)
    pairs = optimizer.pairs or 0
    for number in (label, MODES.index(optimizer.mode), optimizer.n, optimizer.max_epochs, pairs):
        write_int(out, number)
    flags = 0 if optimizer.target is None else 1
    if optimizer._position.box is not None:
        flags += 2
    write_int(out, flags + 4 * optimizer.refine)
    write_int(out, optimizer.target or 0)
    write_int(out, -1 if optimizer.tolerance is None else optimizer.tolerance)
    measuring = optimizer._measuring
    write_int(out, 0 if measuring is None else 1 if measuring.noise is None else 2)
    for part in _parts(optimizer):
        for name in part.STATE.split():
            value = getattr(part, name)
            for item in value if isinstance(value, _MANY) else (value,):
                for number in item if isinstance(item, _MANY) else (item,):
                    write_int(out, int(number))
    length = len(out) - _HEAD
    for k in range(4):
        out[6 + k] = length >> 8 * k & 0xFF
    crc = crc16(out)
    out.append(crc >> 8)
    out.append(crc & 0xFF)
    return out


def load(data, objective, label=0):
    """The optimiser that `dump` wrote, to be stepped on with the objective (None for ask/tell).

    Raises ValueError, saying what was wrong, for data that are no checkpoint, damaged, of another
    version, with another label, or of other sizes than its settings make.  The objective is not
    evaluated.
    """
    if len(data) < _HEAD + 2 or bytes(data[:5]) != _MAGIC:
        raise ValueError("this is no checkpoint of qbfgs")
    if data[5] != VERSION:
        raise ValueError("the checkpoint has version %d; this reads %d" % (data[5], VERSION))
    end = _HEAD
    for k in range(4):
        end += data[6 + k] << 8 * k
    if end + 2 != len(data):
        raise ValueError("the checkpoint has %d bytes instead of %d" % (len(data), end + 2))
    if crc16(data):
        raise ValueError("the checkpoint is damaged: its CRC does not fit")
    reader = IntReader(data, _HEAD, end)
    read = reader.read
    if read() != label:
        raise ValueError(
            "the checkpoint belongs to another problem, or its data or module were replaced:"
            " its label differs"
        )
    mode = read()
    if not 0 <= mode < len(MODES):
        raise ValueError("the checkpoint has a mode that this version does not know")
    mode = MODES[mode]
    n = read()
    if getattr(objective, "n", n) != n:
        raise ValueError("the checkpoint has %d parameters, the objective %d" % (n, objective.n))
    max_epochs, pairs, flags, target = read(), read(), read(), read()
    tolerance, measuring = read(), read()
    size = end - reader.place
    least = n if mode in ("limited", "fixed-rate") else n * n
    if n < 1 or least > size or pairs < 0 or (mode in BOUNDED and pairs * n > size):
        raise ValueError("the checkpoint is wrong: it is too short for its parameters and pairs")
    free = [None] * n if flags & 2 else None
    settings = {"pairs": pairs or None, "lower": free, "refine": flags >> 2}
    if measuring:
        settings["differences"] = 1
        settings["noise"] = "auto" if measuring == 2 else None
    optimizer = Optimizer(None, [0] * n, mode, max_epochs, **settings)
    optimizer.objective = objective
    optimizer.target = target if flags & 1 else None
    if tolerance < 0 or optimizer.tolerance is not None:  # the mode has one
        optimizer.tolerance = tolerance if tolerance >= 0 else None
    for part in _parts(optimizer):
        for name in part.STATE.split():
            value = getattr(part, name)
            if not isinstance(value, _MANY):
                setattr(part, name, read())
                continue
            for k in range(len(value)):
                if isinstance(value[k], _MANY):
                    for i in range(len(value[k])):
                        value[k][i] = read()
                else:
                    value[k] = read()
    if reader.place != end:
        raise ValueError("the checkpoint is wrong: it goes on behind its last number")
    optimizer.show()
    return optimizer
