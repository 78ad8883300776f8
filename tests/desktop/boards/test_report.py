"""The reader of reports: whole records are found, damaged ones counted, nothing raises."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbfgs.words.crc import crc16
from qbfgs_desktop.boards.report import Checkpoint, Epoch, Final, Header, Notice, Reader

LINES = 10_000


def token(body):
    """A record as a board sends it, without the end of the line."""
    body = body.encode()
    return b"$%s*%04X" % (body, crc16(body))


def read(data):
    """The records in the bytes, and the count of damaged lines."""
    reader = Reader()
    records = reader.feed(data) + reader.close()
    return records, reader.damaged


EPOCH = token("Q,E,7,3,120,64,8000,-5,-12,40")
THE_EPOCH = Epoch(7, True, True, 120, 64, 8000, -5, (-12, 40))

RECORDS = {
    "header": (
        "Q,H,2,rosenbrock,compensated,2,1024,2000,,256,,0,14,1,10,,-1262,1241",
        Header(
            "rosenbrock",
            "compensated",
            1024,
            2000,
            None,
            256,
            None,
            0,
            14,
            1,
            10,
            None,
            (-1262, 1241),
        ),
    ),
    "resumed": (
        "Q,H,2,my:Own,paper,1,16,5,-3,,,,,,,20,7",
        Header("my:Own", "paper", 16, 5, -3, *[None] * 6, 20, (7,)),
    ),
    "idle": (
        "Q,E,0,0,,,,15839030226496,1",
        Epoch(0, False, False, None, None, None, 15839030226496, (1,)),
    ),
    "checkpoint": ("Q,C,10,3,1,1017,", Checkpoint(10, 3, 1, 1017, None)),
    "warning": ("Q,W,5,a, b", Notice(False, 5, "a, b")),
    "error": ("Q,X,1,", Notice(True, 1, "")),
    "final": (
        "Q,F,2,51,33,18,12,748,0,90,100,1,2,3,4,1024,-1",
        Final(2, 51, 33, 18, 12, 748, 0, 90, 100, 1, 2, 3, 4, (1024, -1)),
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_read(name):
    body, record = RECORDS[name]
    assert read(token(body) + b"\r\n") == ([record], 0)


# Right CRC, but not what any board of this format sends.
FOREIGN = (
    ["Q,", "Q,E", "Q,Z,1", "Q,E,1,4,,,,5,6", "Q,E,,1,,,,5,6", "Q,E,1,1,,,,,6", "Q,E,1,1,,,,5,x"]
    + ["Q,E,1,1,,,,05,6", "Q,E,1,1,,,,+5,6", "Q,E,1,1,,,,5,", "Q,E,1,1,,,, 5,6", "Q,W,x,text"]
    + ["Q,H,1,p,paper,1,16,5,,,,,,,,,7", "Q,H,2,p,paper,2,16,5,,,,,,,,,7", "Q,H,2,p,paper,0,16,5"]
    + ["Q,H,2,p,paper,1,,5,,,,,,,,,7", "Q,C,1,2,3", "Q,F,1,2,3", "Q,W,5"]
    + ["Q,E,1,1,,,,%s,6" % ("9" * 4400)]
)


@pytest.mark.parametrize("body", FOREIGN, ids=lambda body: body[:30])
def test_what_is_no_record_of_this_format_is_damaged(body):
    assert read(token(body) + b"\n") == ([], 1)


SURROUNDED = {
    "other output": (b"booting $5 * 3\n" + EPOCH + b"\nTraceback: *12\n", 1, 0),
    "before it": (b"temperature 21 " + EPOCH + b"\n", 1, 0),
    "behind it": (EPOCH + b" done\n", 1, 0),
    "two in a line": (EPOCH + EPOCH + b"\n", 2, 0),
    "a beginning before it": (EPOCH[:9] + EPOCH + b"\n", 1, 1),
    "an end before it": (EPOCH[9:] + EPOCH + b"\n", 1, 1),
    "a beginning behind it": (EPOCH + EPOCH[:-4] + b"\n", 1, 1),
    "an end behind it": (EPOCH + EPOCH[9:] + b"\r\n", 1, 1),
    "cut in two lines": (EPOCH[:9] + b"\n" + EPOCH[9:] + b"\n", 0, 2),
    "output inside": (EPOCH[:9] + b"hello" + EPOCH[9:] + b"\n", 0, 1),
    "a record inside": (EPOCH[:9] + EPOCH + EPOCH[9:] + b"\n", 1, 1),
    "small letters": (EPOCH[:-4] + EPOCH[-4:].lower() + b"\n", 0, 1),
    "no newline": (EPOCH, 1, 0),
    "cut at the end of the wire": (EPOCH[:-1], 0, 1),
    "binary": (bytes(range(256)) + EPOCH + b"\0\n", 1, 0),
}


@pytest.mark.parametrize("name", SURROUNDED)
def test_a_whole_record_is_found_wherever_it_stands(name):
    data, whole, damaged = SURROUNDED[name]
    assert EPOCH[-4:] != EPOCH[-4:].lower()
    assert read(data) == ([THE_EPOCH] * whole, damaged)


def test_every_single_flipped_bit_is_seen():
    for place in range(len(EPOCH)):
        for bit in range(8):
            data = bytearray(EPOCH)
            data[place] ^= 1 << bit
            assert read(bytes(data))[0] == []


def test_endless_output_without_a_newline_is_not_kept():
    reader = Reader()
    for _ in range(100):
        assert reader.feed(b"$" + b"x" * 9999) == []
    assert len(reader._rest) < 150_000
    assert reader.feed(EPOCH + b"\n") == [THE_EPOCH]
    assert Reader().feed(b"y" * 1_000_000) == []


def _random_line(dice, number):
    x = [dice.randint(-5000, 5000) for _ in range(dice.choice((1, 2, 4, 10)))]
    cost = dice.randint(0, 10 ** dice.choice((3, 12, 80)))
    fields = [number, dice.randrange(4), dice.randint(9, 9999), "", "", cost, *x]
    return token("Q,E," + ",".join(map(str, fields)))


def _other_output(dice):
    return bytes(dice.choice(b"abc $*,Q0123456789ABCDEF\t") for _ in range(dice.randint(1, 40)))


def _damaged(dice, line):
    """The line after one random accident."""
    kind = dice.randrange(6)
    if kind == 0:
        for place in dice.sample(range(8 * len(line)), dice.randint(1, 8)):
            line = bytearray(line)
            line[place >> 3] ^= 1 << (place & 7)
    elif kind == 1:
        line = line[dice.randint(1, len(line)) :]
    elif kind == 2:
        line = line[: dice.randint(0, len(line) - 1)]
    elif kind == 3:
        a, b = sorted((dice.randint(0, len(line)), dice.randint(0, len(line))))
        line = line[:a] + line[b:]
    elif kind == 4:
        place = dice.randint(0, len(line))
        line = line[:place] + _other_output(dice) + line[place:]
    else:
        place = dice.randint(0, len(line))
        line = line[:place] + b"\n" + _other_output(dice) + b"\n" + line[place:]
    return bytes(line)


@pytest.mark.parametrize("seed", range(3))
def test_random_damage(seed):
    """No damaged record is believed, no whole one lost.

    About 1000 damaged records still look like one and are left to the CRC: of 65 such tests one
    should believe one (of 30 seeds, seed 28 does), so with these seeds none is believed.
    """
    dice = random.Random(seed)
    data = b""
    sent = []  # record, and where its line begins and ends
    for number in range(LINES):
        record = _random_line(dice, number)
        line = record + dice.choice((b"\n", b"\r\n"))
        if dice.randrange(4) == 0:
            line = _other_output(dice) + dice.choice((b"", b"\n")) + line
        if dice.randrange(2):
            line = _damaged(dice, line)
        if dice.randrange(10) == 0:
            line = line.rstrip(b"\r\n")  # merged with the next one
        sent.append((record, len(data), len(data) + len(line)))
        data += line
    # What was cut off may by chance stand at the end of the line before, or begin the next one.
    whole = [n for n, (record, a, b) in enumerate(sent) if record in data[max(a - 9, 0) : b + 9]]
    reader = Reader()
    records = []
    place = 0
    while place < len(data):
        size = dice.randint(1, 300)
        records += reader.feed(data[place : place + size])
        place += size
    records += reader.close()
    assert [record.number for record in records] == whole
    assert LINES // 2 < len(whole) < LINES * 7 // 10
    assert (LINES - len(whole)) * 9 // 10 < reader.damaged < (LINES - len(whole)) * 2


@given(
    st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([EPOCH, b"$Q,", b"*0000", b"\n"])))
)
def test_any_bytes_in_any_pieces(pieces):
    reader = Reader()
    records = [record for piece in pieces for record in reader.feed(piece)] + reader.close()
    assert (records, reader.damaged) == read(b"".join(pieces))
    assert all(record == THE_EPOCH for record in records)
