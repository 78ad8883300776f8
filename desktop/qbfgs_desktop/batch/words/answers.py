"""`qbfgs.words.wide` on arrays: what the optimiser does with the objective's answers."""

import numpy as np

from .arrays import WORD, masked, negative, select
from .blocks import Block, union
from .checksums import feed
from .scalars import bits, pack
from .wide import DIGIT, MASK, PLAIN

_WORD = 1 << 29
_SMALL = 28  # bits of two costs of opposite sign that need not be halved
_NARROW = 27
_ENOUGH = 45  # bits that are left of a difference before bytes are dropped one by one


def difference(a, b):
    """The scalars nearest to a - b, two Wide."""
    if max(a.bound, b.bound) < PLAIN:
        x, y = a.rows[0], b.rows[0]
        halved = _halved(x ^ y, np.abs(x) | np.abs(y) >= 1 << _SMALL)
        return _packed((x >> halved) - (y >> halved), halved)
    count = max(len(a.rows), len(b.rows))
    x, y = a.digits(count), b.digits(count)
    long = np.maximum(_length(_magnitude(x)), _length(_magnitude(y))) > _SMALL
    halved = _halved(x[-1] ^ y[-1], long)
    rows = [u - v for u, v in zip(_half(x, halved), _half(y, halved), strict=True)]
    for k in range(count - 1):
        rows[k + 1] += rows[k] >> DIGIT
        rows[k] &= MASK
    drop = np.maximum(_length(_magnitude(rows)) - _ENOUGH, 0) & ~7
    return _packed(_window(rows, drop), halved + drop)


def _halved(signs, long):
    """1 where two costs have to be halved before they are subtracted, else 0."""
    return ((signs < 0) & long).astype(np.int64)


def _half(rows, halved):
    """Digits shifted down by one bit in some lanes."""
    low = [row >> halved for row in rows]
    for k, row in enumerate(rows[1:]):
        low[k] |= (row & halved) << DIGIT - 1
    return low


def _packed(d, e):
    """Scalars of d * 2^e, |d| < 2^62, by whole bytes."""
    while True:
        wide = np.abs(d) >= _WORD
        if not wide.any():
            return pack(d.astype(WORD), e.astype(WORD))
        drop = wide * np.int64(8)
        d = d >> drop
        e = e + drop


def narrow(values):
    """The block of n Wide, cut to 27 bits under one exponent a lane."""
    count = max(len(value.rows) for value in values)
    if count == 1:
        rows = np.stack([value.rows[0] for value in values])
        size = union(rows)
        e = np.maximum(_length([size & MASK, size >> DIGIT & MASK, size >> 2 * DIGIT]) - _NARROW, 0)
        m = rows >> e
    else:
        digits = [value.digits(count) for value in values]
        longest = np.max([_length(_magnitude(rows)) for rows in digits], axis=0)
        e = np.maximum(longest - _NARROW, 0)
        m = np.stack([_window(rows, e) for rows in digits])
    m = m.astype(WORD)
    return Block(m, e.astype(WORD), bits(union(m)))


def length(value):
    """The number of binary digits of the magnitudes of a Wide."""
    if value.bound < PLAIN:
        size = np.abs(value.rows[0])
        return _length([size & MASK, size >> DIGIT & MASK, size >> 2 * DIGIT])
    return _length(_magnitude(value.rows))


def lowered(value, shift):
    """The lowest 64 bits of v >> shift, 0 <= shift, for a Wide."""
    if value.bound < PLAIN:
        return value.rows[0] >> shift
    rows = value.digits(len(value.rows) + 1)  # with nothing but the sign in the last
    return _window(rows, np.minimum(shift, DIGIT * len(rows) - 1))


def feed_cost(checksum, cost):
    """The checksums after a Wide cost each."""
    if cost.bound < PLAIN:
        rest = cost.rows[0]
        while True:
            more = masked(rest + _WORD >> DIGIT + 1 != 0)
            if not more.any():
                return feed(checksum, rest.astype(WORD))
            checksum = select(more, feed(checksum, (rest & MASK).astype(WORD)), checksum)
            rest = rest >> (more & DIGIT)
    rows = cost.rows
    sign = rows[-1] >> 63
    # ends[k]: nothing but the sign is left above digit k.
    ends = [np.ones(sign.shape, bool)]
    for row in reversed(rows[1:]):
        top = len(ends) == 1
        ends.append(ends[-1] & (row == (sign if top else sign & MASK)))
    ends.reverse()
    open_ = np.ones(sign.shape, bool)
    for k, row in enumerate(rows):
        last = row if k == len(rows) - 1 else row + (sign << DIGIT)
        checksum = np.where(open_, feed(checksum, np.where(ends[k], last, row)), checksum)
        open_ &= ~ends[k]
    return checksum


def _magnitude(rows):
    """The digits of |v|."""
    sign = rows[-1] >> 63
    rows = [(row ^ sign) - sign for row in rows]
    for k in range(len(rows) - 1):
        rows[k + 1] += rows[k] >> DIGIT
        rows[k] &= MASK
    return rows


def _length(rows):
    """The number of binary digits of numbers >= 0, given by their digits."""
    length = 0
    for k, row in enumerate(rows):
        row = row.astype(WORD)
        length = select(negative(-row), DIGIT * k + bits(row), length)
    return length


def _window(rows, shift):
    """v >> shift for 0 <= shift, where that is below 2^62 in magnitude."""
    lanes = len(rows[0])
    empty = np.zeros(lanes, np.int64)
    table = np.concatenate([*rows, empty, empty, empty, empty])
    place = shift // DIGIT
    shift = shift - DIGIT * place
    place = place * lanes + np.arange(lanes)
    low, middle, high, sign = (table.take(place + k * lanes) for k in range(4))
    high += sign << DIGIT
    return (low >> shift) + (middle << DIGIT - shift) + (high << 2 * DIGIT - shift)
