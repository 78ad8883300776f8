"""What a problem was made from besides its name: the contents of a data file or of a module.

They are in the header of the report and in the label of the checkpoints, as 16 bits: a run does
not go on where they were replaced.  A module's are the CRC of the file that was imported.  Where
that is compiled (.mpy) its CRC is not that of the source, so a desk, which has the source, takes
neither the run nor the checkpoint for its own: copy the source to the board for that.  What the
module imports itself, and a module that is frozen into the firmware and so has no file, are not
looked at.
"""

import sys

from qbfgs.words.crc import crc16

from .report import ABSENT, PROBLEM, Failure, described

_BLOCK = 128


def contents_of(name, objective):
    """The contents of the problem that a job names, 0 .. 0xFFFF; None where there are none.

    objective: made from it.  Raises Failure for a module whose file cannot be read.
    """
    if "@" in name:
        return objective.samples.source.checksum
    module, colon, _ = name.partition(":")
    if not colon or module.split(".")[0] == "qbfgs":
        return None
    path = getattr(sys.modules[module], "__file__", None)
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            return _crc(file)
    except OSError as error:
        if error.args[0] == ABSENT:
            return None
        raise Failure(PROBLEM, "cannot read %s again: %s" % (path, described(error)))


def _crc(file):
    crc = 0xFFFF
    while True:
        block = file.read(_BLOCK)
        if not block:
            return crc
        crc = crc16(block, crc)
