"""Integers of any width on arrays: what problems compute with, and what they answer."""

import numpy as np

from .lanes import take

DIGIT = 29
MASK = (1 << DIGIT) - 1
PLAIN = 1 << 60  # magnitudes below stand in one word


class Wide:
    """An exact integer a lane, with + - * and ** for others of its kind and for ints.

    bound: an int that no lane's magnitude exceeds. It follows from the bounds of the operands and
    decides the form: below 2^60 one row of int64; else as many rows of digits to the base 2^29 as
    the bound has, the lowest first, the sign in the last.  rows: a list of arrays, or of ints where
    all lanes agree.
    """

    def __init__(self, rows, bound):
        self.rows = rows
        self.bound = bound

    @classmethod
    def of(cls, value):
        """value: Wide already, an int, or an array of int64 of magnitudes below 2^60."""
        if isinstance(value, Wide):
            return value
        if isinstance(value, np.ndarray):
            return cls([value], max(abs(int(value.min())), abs(int(value.max()))))
        if abs(value) < PLAIN:
            return cls([value], abs(value))
        return cls(_digits(value, _length(abs(value))), abs(value))

    @classmethod
    def stack(cls, values):
        """One lane for each of a list of ints."""
        bound = max(map(abs, values))
        if bound < PLAIN:
            return cls([np.array(values, np.int64)], bound)
        rows = zip(*(_digits(value, _length(bound)) for value in values), strict=True)
        return cls([np.array(row, np.int64) for row in rows], bound)

    @classmethod
    def joined(cls, values):
        """The lanes of a list of them, one after the other; no row may be an int."""
        bound = max(value.bound for value in values)
        if bound < PLAIN:
            return cls([np.concatenate([value.rows[0] for value in values])], bound)
        rows = zip(*(value.digits(_length(bound)) for value in values), strict=True)
        return cls([np.concatenate(row) for row in rows], bound)

    def digits(self, count):
        """At least `count` rows of digits, and as many as the bound asks for."""
        if self.bound < PLAIN:
            return _digits(self.rows[0], max(count, 1))
        rows = self.rows
        if len(rows) < count:
            rows = [*rows[:-1], *_digits(rows[-1], count - len(rows) + 1)]
        return rows

    def take(self, lanes):
        """Some lanes of it; no row may be an int."""
        return Wide([take(row, lanes) for row in self.rows], self.bound)

    def put(self, lanes, other):
        """Takes over `other` in some lanes; no row may be an int."""
        bound = max(self.bound, other.bound)
        count = 1 if bound < PLAIN else _length(bound)
        rows = self.digits(count)
        for row, new in zip(rows, other.digits(count), strict=True):
            row[lanes] = new
        self.rows, self.bound = rows, bound

    def ints(self):
        """A list of Python's ints."""
        total = [0] * len(self.rows[0])
        for row in reversed(self.rows):
            total = [(v << DIGIT) + digit for v, digit in zip(total, row.tolist(), strict=True)]
        return total

    def __le__(self, other):
        """Where this is at most the other, in each lane."""
        if max(self.bound, other.bound) < PLAIN:
            return self.rows[0] <= other.rows[0]
        return (other - self).rows[-1] >= 0  # the sign is there

    def __add__(self, other):
        other = Wide.of(other)
        bound = self.bound + other.bound
        if bound < PLAIN:
            return Wide([self.rows[0] + other.rows[0]], bound)
        count = _length(bound)
        pairs = zip(self.digits(count), other.digits(count), strict=True)
        return Wide(_carried([a + b for a, b in pairs], count), bound)

    __radd__ = __add__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + Wide.of(other) * -1

    def __rsub__(self, other):
        return self * -1 + other

    def __mul__(self, other):
        other = Wide.of(other)
        bound = self.bound * other.bound
        if bound < PLAIN:
            return Wide([self.rows[0] * other.rows[0]], bound)
        ours = self.digits(_length(self.bound))
        theirs = other.digits(_length(other.bound))
        rows = [0] * (len(ours) + len(theirs))
        for i, a in enumerate(ours):
            for j, b in enumerate(theirs):
                product = a * b
                rows[i + j] = rows[i + j] + (product & MASK)
                rows[i + j + 1] = rows[i + j + 1] + (product >> DIGIT)
        return Wide(_carried(rows, _length(bound)), bound)

    __rmul__ = __mul__

    def __pow__(self, exponent):
        power = Wide.of(1)
        for _ in range(exponent):
            power = power * self
        return power


def _length(bound):
    """How many digits magnitudes up to the bound have."""
    return max(1, -(-bound.bit_length() // DIGIT))


def _digits(value, count):
    """`count` rows of digits of an int or an array, the rest in the last."""
    rows = []
    for _ in range(count - 1):
        rows.append(value & MASK)
        value = value >> DIGIT
    return [*rows, value]


def _carried(rows, count):
    """`count` rows of digits from rows that outgrew theirs; the number itself fits."""
    carry = 0
    for k, row in enumerate(rows):
        row = row + carry
        carry = row >> DIGIT
        rows[k] = row & MASK
    rows[-1] = rows[-1] + (carry << DIGIT)
    while len(rows) > count:
        last = rows.pop()
        rows[-1] = rows[-1] + (last << DIGIT)
    return rows
