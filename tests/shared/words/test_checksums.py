"""The checksum of a trace: its definition, and what it notices."""

import itertools
import random

from qbfgs.words.checksums import EMPTY, FACTOR, feed

PRIME = FACTOR * 2**15 - 1
WORDS = [0, 1, -1, 2**15 - 1, 2**15, -(2**15), 2**29, -(2**29), 2**30 - 1, -(2**30), 31185, 12345]


def fed(words):
    checksum = EMPTY
    for word in words:
        checksum = feed(checksum, word)
    return checksum


def is_prime(m):
    return m > 1 and all(m % k for k in range(2, int(m**0.5) + 2))


def any_word(rng):
    return rng.choice((rng.choice(WORDS), rng.randint(-(2**30), 2**30 - 1)))


def test_the_modulus_is_a_safe_prime():
    """So powers of FACTOR come back to 1 after (p - 1) / 2 words, more than any trace has."""
    assert 2**29 < PRIME < 2**30
    assert is_prime(PRIME) and is_prime((PRIME - 1) // 2)
    assert pow(FACTOR, 2, PRIME) != 1


def test_it_multiplies_with_carry():
    """checksum + word is FACTOR times their exclusive or, modulo p: words of 30 bits throughout."""
    rng = random.Random(1)
    assert EMPTY == 0
    for _ in range(300):
        checksum = EMPTY
        for _ in range(20):
            word = any_word(rng)
            after = feed(checksum, word)
            assert after % PRIME == FACTOR * (checksum ^ word % 2**30) % PRIME
            assert 0 <= after < 2**30
            checksum = after


def test_last_words_collide_only_where_they_are_p_apart():
    """Of 2^30 words one in twenty has a partner, one, at which the checksum is the same."""
    rng = random.Random(2)
    for checksum in [0, 1, PRIME, 2**30 - 1, *(rng.randrange(2**30) for _ in range(6))]:
        for words in (range(-3000, 3000), range(2**30 - 3000, 2**30), range(0, 2**30, 2**17 + 1)):
            assert len({feed(checksum, word) for word in words}) == len(words)
        for low in (1, 2**15 - 1, 1582 * 2**15 + 1, rng.randrange(1583) * 2**15 + 77):
            a, b = low ^ checksum, (low + PRIME) ^ checksum
            assert feed(checksum, a) == feed(checksum, b)
            assert feed(checksum, a) != feed(checksum, b ^ 1)


def test_short_traces_have_checksums_of_their_own():
    """All traces of up to three of 21 small words, and their lengths."""
    seen = {}
    for length in (1, 2, 3):
        for words in itertools.product(range(-10, 11), repeat=length):
            if words[0]:  # a trace begins with its start; zeros before it are not noticed
                assert seen.setdefault(fed(words), words) == words
    assert len(seen) == 20 * (1 + 21 + 441)


def test_one_changed_word_changes_the_checksum():
    """Of a trace of 50 words each, in each of its 30 bits, and by small and by any amounts."""
    rng = random.Random(3)
    for reach in (3, 1000, 2**29):
        words = [rng.randint(-reach, reach) for _ in range(50)]
        expected = fed(words)
        for k in range(50):
            changes = [1 << bit for bit in range(30)]
            changes += [rng.randrange(1, 2**30) for _ in range(10)]
            others = [words[k] ^ change for change in changes]
            others += [words[k] + d for d in (1, -1, 2, -2, 10, -10)]
            for other in others:
                assert fed(words[:k] + [other] + words[k + 1 :]) != expected


def test_order_and_length_matter():
    words = list(range(1, 30))
    for k in range(28):
        swapped = list(words)
        swapped[k], swapped[k + 1] = swapped[k + 1], swapped[k]
        assert fed(swapped) != fed(words)
    assert len({fed(words[:k]) for k in range(30)}) == 30
    assert len({fed([*words, *[0] * k]) for k in range(1000)}) == 1000


def test_words(core):
    watched = core.module("words.checksums").feed
    for word in WORDS:
        for checksum in (0, 1, PRIME, PRIME - 1, 2**30 - 1, 32767, 32767 << 15):
            assert watched(checksum, word) == feed(checksum, word)
