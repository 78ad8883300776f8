"""The running checksum against its definition, and what it notices."""

import random

from qbfgs.checksums import EMPTY, feed

WORDS = [0, 1, -1, 2**15 - 1, 2**15, -(2**15), 2**29, -(2**29), 2**30 - 1, -(2**30), 32749, 12345]


def fed(words):
    checksum = EMPTY
    for word in words:
        checksum = feed(checksum, word)
    return checksum


def fletcher(words):
    """Two sums modulo 32749 over the halves of 15 bits, the low one first."""
    a = b = 0
    for word in words:
        for half in (word % 2**15, word // 2**15 % 2**15):
            a = (a + half) % 32749
            b = (b + a) % 32749
    return b * 2**15 + a


def test_it_is_fletchers():
    rng = random.Random(1)
    for length in range(40):
        words = [rng.choice((rng.choice(WORDS), rng.randint(-(2**30), 2**30 - 1)))] * length
        words += [rng.randint(-(2**30), 2**30 - 1) for _ in range(3)]
        assert fed(words) == fletcher(words)
        assert 0 <= fed(words) < 2**30
    assert EMPTY == 0


def test_a_small_change_anywhere_is_noticed():
    rng = random.Random(2)
    words = [rng.randint(-1000, 1000) for _ in range(50)]
    expected = fed(words)
    for k in range(50):
        for change in (1, -1, 7, 1000, 2**15, 2**29):
            assert fed(words[:k] + [words[k] ^ change] + words[k + 1 :]) != expected


def test_order_matters():
    words = list(range(1, 30))
    for k in range(28):
        swapped = list(words)
        swapped[k], swapped[k + 1] = swapped[k + 1], swapped[k]
        assert fed(swapped) != fed(words)


def test_words(core):
    watched = core.module("checksums").feed
    for word in WORDS:
        for checksum in (0, 32748 << 15 | 32748, 32748, 32748 << 15):
            assert watched(checksum, word) == feed(checksum, word)
