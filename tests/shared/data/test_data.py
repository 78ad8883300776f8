"""Sources: data files and what damages them, tables, windows."""

import io
import random

import pytest

from qbfgs.data import DataFile, Table, Window
from qbfgs.data.sources import MOST
from qbfgs.words.crc import crc16
from qbfgs_desktop.fits.datasets import Column, Dataset, to_bytes

ROWS = 700


def dataset(rows=ROWS):
    rng = random.Random(3)
    short = [rng.choice((-32768, 32767, 0, -1, rng.randint(-9, 9))) for _ in range(rows)]
    long = [rng.choice((-MOST, MOST, 0, -1, rng.randint(-MOST, MOST))) for _ in range(rows)]
    kinds = [rng.randrange(3) for _ in range(rows)]
    return Dataset(
        [
            Column("Länge", short, 1, 2),
            Column("mass", long, 12, 4),
            Column("kind", kinds, 0, 2, ("a", "b", "ç")),
        ],
        True,
    )


def passes(source, count=1):
    """The rows of so many passes, as tuples."""
    row = [None] * source.columns
    found = []
    for _ in range(count):
        source.rewind()
        while source.read(row):
            found.append(tuple(row))
    return found


def test_a_data_file_gives_back_what_was_packed(core):
    wanted = [tuple(row) for row in dataset().rows]
    for module in (None, core.module("data.sources")):
        data = (module.DataFile if module else DataFile)(io.BytesIO(to_bytes(dataset())))
        assert (data.columns, data.rows) == (3, ROWS)
        assert data.names == ["Länge", "mass", "kind"]
        assert data.decimals == [1, 12, 0] and data.widths == [2, 4, 2]
        assert data.labels == [[], [], ["a", "b", "ç"]]
        assert passes(data, 2) == wanted * 2


@pytest.mark.parametrize("rows", [1, 2, 63, 64, 65, 128])
def test_rows_of_whole_and_broken_blocks(rows):
    data = DataFile(io.BytesIO(to_bytes(dataset(rows))))
    assert passes(data) == [tuple(row) for row in dataset(rows).rows]


def test_a_pass_can_be_left_in_the_middle():
    data = DataFile(io.BytesIO(to_bytes(dataset())))
    row = [0] * 3
    for _ in range(100):
        assert data.read(row)
    assert len(passes(data)) == ROWS


def test_a_file_is_read_in_small_blocks():
    class Watched(io.BytesIO):
        most = 0

        def readinto(self, buffer):
            self.most = max(self.most, len(buffer))
            return super().readinto(buffer)

    file = Watched(to_bytes(dataset(5000)))
    assert len(passes(DataFile(file))) == 5000
    assert file.most <= 512


def test_every_damaged_byte_is_found():
    whole = to_bytes(dataset(5))
    for place in range(len(whole)):
        for flip in (1, 0x80):
            damaged = bytearray(whole)
            damaged[place] ^= flip
            with pytest.raises(ValueError, match="data file"):
                DataFile(io.BytesIO(bytes(damaged)))


def test_every_cut_is_found():
    whole = to_bytes(dataset(5))
    for length in range(len(whole)):
        with pytest.raises(ValueError, match="data file"):
            DataFile(io.BytesIO(whole[:length]))


def test_what_is_wrong_is_said():
    whole = bytearray(to_bytes(dataset(5)))
    with pytest.raises(ValueError, match="this is no data file of qbfgs"):
        DataFile(io.BytesIO(b"hello, world and more"))
    whole[4] = 2
    with pytest.raises(ValueError, match="has version 2; this reads 1"):
        DataFile(io.BytesIO(bytes(whole)))
    whole = bytearray(to_bytes(dataset(5)))
    whole[-4] ^= 1
    with pytest.raises(ValueError, match="damaged: the CRC of its rows"):
        DataFile(io.BytesIO(bytes(whole)))
    whole = to_bytes(dataset(5))
    with pytest.raises(ValueError, match="cut short"):
        DataFile(io.BytesIO(whole[:-3]))
    assert crc16(whole[:-2]) != 0


def test_a_table():
    rows = [(1, 2), [3, 4]]
    assert passes(Table(rows), 2) == [(1, 2), (3, 4)] * 2


def test_a_window_keeps_the_last_samples():
    count = 0

    def measure(sample):
        nonlocal count
        count += 1
        sample[0], sample[1] = count, -count

    window = Window(2, 5, measure)
    assert passes(window) == []
    window.take(3)
    assert sorted(passes(window)) == [(1, -1), (2, -2), (3, -3)]
    window.take()
    window.take(4)
    assert sorted(passes(window, 1)) == [(k, -k) for k in range(4, 9)]
    assert window.count == 5


def test_a_sample_that_is_no_word_is_refused_and_the_window_kept():
    values = [1, 2, MOST + 1]
    window = Window(1, 4, lambda sample: sample.__setitem__(0, values.pop(0)))
    window.take(2)
    with pytest.raises(ValueError, match="not within 2\\^29"):
        window.take()
    assert passes(window) == [(1,), (2,)]
