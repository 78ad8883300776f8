"""Records on the serial line: `$Q,kind,field,...*CRC`, a record a line.

Fields are decimal integers, empty for none; the last one of a warning or an error is a sentence.
The CRC-16 (see qbfgs.words.crc) is that of the bytes between `$` and `*`, which appear nowhere
else. What other programs print on the same line or between lines does no harm. Records:

    H  2, problem, mode, n, qp, max_epochs, target, radius, pairs, polls, tolerance, certify,
       checkpoint, resumed, x0... and, behind its n numbers, the contents of a data file or module:
       see `contents`
    E  epoch, kind (go + 2 compensating), us, heap grown, heap used, cost, trial...
       both heaps are empty where they were not measured
    C  epoch, sequence, file, bytes, us
    W  code, sentence: the run goes on
    X  code, sentence: the run is over
    F  status, epochs, updates, idles, compensations, checksum, cost, us, total us,
       heap before, after, peak, size, x...
       us: of all epochs; total us: of the run, from the reading of its job
"""

from qbfgs.words.crc import crc16

FORMAT = 2  # in the header: the version of this format

# Codes of warnings and errors: what they are about.
JOB, PROBLEM, OBJECTIVE, MEMORY, CHECKPOINT, WATCHDOG, FILES, OPTIMIZER = 1, 2, 3, 4, 5, 6, 7, 8
ABSENT = 2  # errno: there is no such file


class Failure(Exception):
    """Ends a run; made with a code and a sentence that says what is wrong and what to do."""


def joined(fields):
    """The fields as bytes with commas between; None is empty.

    Bytes, for of each text that it makes MicroPython looks whether it has one alike: that takes
    longer than to make it.
    """
    out = bytearray()
    for field in fields:
        if isinstance(field, int):
            out += b",%d" % field
        else:
            out += b","
            out += (field or "").encode()
    return out[1:]


def send(kind, *fields, x=()):
    """Prints one record: the fields, then those of x."""
    body = joined(("Q", kind) + fields) + b",%d" * len(x) % tuple(x)
    body += b"*%04X" % crc16(body)
    print("$", body.decode(), sep="")


def say(kind, code, sentence):
    """Prints a warning (kind "W") or an error ("X"); what would spoil a record becomes "?"."""
    plain = bytearray(sentence.encode())  # as text, each letter would be kept for good
    for k in range(len(plain)):
        if not 0x20 <= plain[k] < 0x7F or plain[k] in b"$*":
            plain[k] = 0x3F
    send(kind, code, bytes(plain).decode())


def described(error):
    """An exception as text: its type and what it says."""
    return "%s: %s" % (type(error).__name__, error)
