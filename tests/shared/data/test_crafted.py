"""Data files with right CRCs and wrong contents: opened as they are meant, or ValueError."""

import io
import os
import random

import pytest

from qbfgs.data import DataFile
from qbfgs.data.sources import FIXED
from qbfgs.models import recipes
from qbfgs.words.crc import crc16
from qbfgs_desktop.fits.datasets import Column, Dataset, to_bytes

FUZZ = int(os.environ.get("QBFGS_FUZZ", 1500))
RECIPES = ("linear", "poly:2", "exp", "saturation", "sphere", "logistic+64", "softmax", "mlp:2")


def whole(columns=3, rows=6, labels=("a", "b", "ç")):
    """A right data file: numbers, and labels in the last column."""
    inputs = [
        Column(f"x{j}", [(7 * i * (j + 1)) % 23 - 5 for i in range(rows)], j, 2 + 2 * (j & 1))
        for j in range(columns - 1)
    ]
    target = [i % len(labels) if labels else 3 * i - 7 for i in range(rows)]
    return to_bytes(Dataset([*inputs, Column("y", target, 0, 2, labels)], True))


def sealed(data):
    """The same bytes with both CRCs made right, where the header says that they are."""
    data = bytearray(data)
    start = data[10] | data[11] << 8
    if FIXED + 2 <= start <= len(data) - 2:
        data[start - 2 : start] = crc16(data[: start - 2]).to_bytes(2, "big")
        data[-2:] = crc16(data[start:-2]).to_bytes(2, "big")
    return bytes(data)


def opened(data):
    return DataFile(io.BytesIO(sealed(data)))


def changed(place, value):
    data = bytearray(whole())
    data[place] = value
    return data


NAME = FIXED + 2  # the length of the first column's name
WRONG = {
    "no columns": (changed(5, 0), "has no columns"),
    "fewer columns than described": (changed(5, 2), "the CRC of its rows does not fit"),
    "more columns than described": (changed(5, 4), "its header ends within column descriptions"),
    "a width of 0": (changed(FIXED, 0), "column 0 is of 0 bytes, not 2 or 4"),
    "a width of 3": (changed(FIXED, 3), "column 0 is of 3 bytes, not 2 or 4"),
    "a long name": (changed(NAME, 255), "its header ends within a name"),
    "no text": (changed(NAME + 1, 0xFF), "a name in its header is not UTF-8"),
    "more rows": (changed(6, 7), "cut short"),
    "2^32 rows": (changed(9, 255), "cut short"),
    "no header": (changed(10, 3), "the CRC of its header does not fit"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_crafted_header_is_a_value_error_with_a_sentence(name):
    data, sentence = WRONG[name]
    with pytest.raises(ValueError, match=sentence):
        opened(data)


def test_a_label_that_is_none_is_refused():
    """It ended as IndexError in the middle of a fit."""
    data = bytearray(whole())
    data[-4:-2] = (3).to_bytes(2, "little")
    with pytest.raises(ValueError, match=r"row 5 has 3 in column 2, which holds 0 \.\. 2"):
        opened(data)


def test_a_value_that_is_no_word_is_refused():
    data = bytearray(whole())
    data[-8:-4] = (1 << 29).to_bytes(4, "little")
    with pytest.raises(ValueError, match="row 5 has 536870912 in column 1, which holds -536870911"):
        opened(data)


class Shrinking(io.BytesIO):
    """A file of which only so many bytes are left."""

    left = None

    def readinto(self, buffer):
        data = self.read(len(buffer))
        if self.left is not None:
            data = data[: max(0, self.left - (self.tell() - len(data)))]
        buffer[: len(data)] = data
        return len(data)


def test_a_file_that_shrinks_while_in_use_is_an_error():
    data = whole(rows=700)
    for left in (*range(0, len(data), 97), len(data) - 3):
        file = Shrinking(data)
        source = DataFile(file)
        row = [0] * 3
        source.rewind()
        file.left = left
        with pytest.raises(ValueError, match="became shorter while it was in use"):
            while source.read(row):
                pass
    file.left = len(data) - 2  # only the CRC is gone, which a pass does not need
    source.rewind()
    assert sum(source.read(row) for _ in range(701)) == 700


def test_the_checksum_is_of_the_contents():
    """The CRC of a whole file would not be: a file that ends with its CRC has always the same."""
    data = whole(labels=())
    seen = {opened(data).checksum}
    for place in range(len(data) - 14, len(data) - 2, 2):
        other = bytearray(data)
        other[place] ^= 1
        seen.add(opened(other).checksum)
    seen.add(opened(data[:FIXED] + data[FIXED:].replace(b"x0", b"x9")).checksum)
    assert len(seen) == 8
    assert DataFile(io.BytesIO(data)).checksum == opened(data).checksum < 1 << 16


def mutated(dice):
    """A right file after some accidents of its contents, its CRCs made right again."""
    labels = dice.choice(((), ("a", "b"), ("a", "b", "c")))
    data = bytearray(whole(dice.randint(2, 4), dice.randint(1, 9), labels))
    start = data[10] | data[11] << 8
    for _ in range(dice.choice((1, 1, 2, 5))):
        place = dice.randrange(4, start)
        if dice.randrange(4):
            place = dice.randrange(min(start, len(data) - 3), len(data) - 2)
        kind = dice.randrange(5) if place < start else dice.choice((0, 1, 1, 1, 2, 3))
        if kind == 0:
            data[place] = dice.choice((0, 1, 2, 4, 127, 128, 255))
        elif kind == 1:
            data[place] ^= 1 << dice.randrange(8)
        elif kind == 2:
            data[place:place] = bytes(dice.randrange(256) for _ in range(dice.randint(1, 9)))
        elif kind == 3 and len(data) > start + 2:
            data[start:-2] = bytes(len(data) - 2 - start)  # all values are the same
        elif len(data) > start + 9:
            del data[place : place + dice.randint(1, 9)]
    return sealed(data)


def test_crafted_files_are_learnt_from_or_refused_with_a_sentence():
    """QBFGS_FUZZ: so many files; each is opened, and a model of each kind made and evaluated."""
    refused = learnt = 0
    for seed in range(FUZZ):
        dice = random.Random(seed)
        data = mutated(dice)
        recipe = dice.choice(RECIPES)
        try:
            source = DataFile(io.BytesIO(data))
            model = recipes.make(recipe, source, len(source.labels[-1]), 64)
            x = model.start()
        except ValueError as error:
            assert len(str(error)) > 15, seed
            refused += 1
            continue
        assert isinstance(model.cost(x), int)
        assert len(model.gradient(x)) == model.n == len(x)
        learnt += 1
    print(f"{FUZZ} crafted data files: {refused} refused, {learnt} learnt from")
    assert refused > FUZZ // 4 and learnt > FUZZ // 10
