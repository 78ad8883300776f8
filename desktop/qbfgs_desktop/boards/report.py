"""The serial report of a board: whole records out of whatever bytes came over the wire.

The format is described in firmware/qbfgs_board/report.py: `$Q,kind,field,...*CRC`, with `$` and `*`
nowhere else, so that a whole record is found wherever it stands in a line.
"""

import re
from functools import partial
from typing import NamedTuple

from qbfgs.words.crc import crc16

FORMAT = 2
LONGEST_LINE = 1 << 17  # bytes; a board's longest record has a cost of 1234 digits and n numbers
_RECORD = re.compile(rb"\$(Q,[ -#%-)+-~]*)\*([0-9A-F]{4})")
_REMAINS = re.compile(rb"\$Q,|\*[0-9A-F]{4}\s*$")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,4000})")


class Header(NamedTuple):
    """The first record after a reset: the settings (see `qbfgs.Optimizer`), None for the default.

    problem: a name in `qbfgs.problems`, or module:Class.  start: grid integers.  checkpoint: one
    every so many epochs, or None.  resumed: the epoch of the checkpoint that the run goes on from.
    contents: of the data file or the module that the problem is made from, 16 bits, as
    firmware/qbfgs_board/contents.py says; None where there is neither.
    """

    problem: str
    mode: str
    qp: int
    max_epochs: int
    target: int | None
    radius: int | None
    pairs: int | None
    polls: int | None
    tolerance: int | None
    certify: int | None
    checkpoint: int | None
    resumed: int | None
    start: tuple
    contents: int | None = None


class Epoch(NamedTuple):
    """One epoch: the point tried and its cost.  Number 0 is the evaluation of the start.

    microseconds: None without a clock.  grown: heap bytes that it took, and used: all in use after
    it; None where the board cannot say.
    """

    number: int
    go: bool
    compensating: bool
    microseconds: int | None
    grown: int | None
    used: int | None
    cost: int
    trial: tuple


class Checkpoint(NamedTuple):
    """A checkpoint was written: after which epoch, to which file (0 or 1), its bytes, the time."""

    epoch: int
    sequence: int
    file: int
    size: int
    microseconds: int | None


class Notice(NamedTuple):
    """A warning of the board, or the error that ended its run (fatal). code: see _CODES there."""

    fatal: bool
    code: int
    text: str


class Final(NamedTuple):
    """The end of a run: counts and best point as in `qbfgs.Optimizer`, times and heap bytes.

    epochs_us: all epochs since the reset.  total_us: with reports and checkpoints.  before: heap in
    use before problem and optimiser were made; after: at the end; peak: the most seen after an
    epoch; heap: its size.  None where the board cannot say.
    """

    status: int
    epochs: int
    updates: int
    idles: int
    compensations: int
    checksum: int
    cost: int
    epochs_us: int | None
    total_us: int | None
    before: int | None
    after: int | None
    peak: int | None
    heap: int | None
    x: tuple


class Reader:
    """Collects the bytes of a serial line in pieces of any size.

    damaged: lines with the remains of a record that was not whole; they are counted, and what they
    said is not believed.  Remains are a record's beginning, or its last five characters where
    something ends.  Never raises, whatever the bytes are.
    """

    def __init__(self):
        self.damaged = 0
        self._rest = b""

    def feed(self, data):
        """The records of the lines that these bytes complete, in order."""
        *lines, rest = (self._rest + data).split(b"\n")
        if len(rest) > LONGEST_LINE:
            begin = rest.rfind(b"$")  # of a record that may still be whole
            if begin < len(rest) - LONGEST_LINE:
                begin = len(rest)
            lines.append(rest[:begin])
            rest = rest[begin:]
        self._rest = rest
        return [record for line in lines for record in self._records(line)]

    def close(self):
        """The records of a last line that no newline ended."""
        line, self._rest = self._rest, b""
        return self._records(line)

    def _records(self, line):
        found, between = [], []
        end = 0
        for match in _RECORD.finditer(line):
            record = None
            if crc16(match[1]) == int(match[2], 16):
                record = parse(match[1].decode())
            if record is not None:
                found.append(record)
                between.append(line[end : match.start()])
                end = match.end()
        between.append(line[end:])
        self.damaged += any(map(_REMAINS.search, between))
        return found


def parse(body):
    """The record in a text `Q,kind,field,...`; None when it is none of this format."""
    kind, _, rest = body[2:].partition(",")
    try:
        return _KINDS[kind](rest)
    except (KeyError, ValueError, TypeError):
        return None


def _numbers(fields):
    return [_number(field) if field else None for field in fields]


def _number(field):
    if not _INTEGER.fullmatch(field):
        raise ValueError(field)
    return int(field)


def _header(rest):
    version, problem, mode, *fields = rest.split(",")
    n, *settings = _numbers(fields[:11])
    if _number(version) != FORMAT or n is None or n < 1 or None in settings[:2]:
        raise ValueError(rest)
    start = tuple(map(_number, fields[11 : 11 + n]))
    contents = list(map(_number, fields[11 + n :]))
    if n != len(start) or len(contents) > 1:
        raise ValueError(rest)
    return Header(problem, mode, *settings, start, *contents)


def _epoch(rest):
    fields = rest.split(",")
    number, kind, microseconds, grown, used, cost = _numbers(fields[:6])
    if kind not in range(4) or number is None or cost is None:
        raise ValueError(rest)
    trial = tuple(map(_number, fields[6:]))
    return Epoch(number, kind & 1 > 0, kind & 2 > 0, microseconds, grown, used, cost, trial)


def _checkpoint(rest):
    *numbers, microseconds = rest.split(",")
    return Checkpoint(*map(_number, numbers), *_numbers([microseconds]))


def _final(rest):
    fields = rest.split(",")
    counts, measured, x = fields[:7], fields[7:13], fields[13:]
    return Final(*map(_number, counts), *_numbers(measured), tuple(map(_number, x)))


def _notice(fatal, rest):
    code, text = rest.split(",", 1)
    return Notice(fatal, _number(code), text)


_KINDS = {"H": _header, "E": _epoch, "C": _checkpoint, "F": _final}
_KINDS |= {"W": partial(_notice, False), "X": partial(_notice, True)}
