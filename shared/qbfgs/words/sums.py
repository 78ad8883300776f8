"""Exact sums of many products of words, kept in words.

An objective adds up thousands of samples; here each sum is kept in parts of 14 or 28 bits, and
becomes one wide int when it is asked for.  No operator of the adding leaves -2^30 .. 2^30-1, and it
allocates nothing.
"""

from .compat import const
from .wide import join

_PART = const(0xFFFFFFF)
_LOW = const(0x3FFF)
_ROWS = const(4096)  # rows between two carries
MOST_ROWS = 0x8000
MOST_FACTOR = 0x1FFFC000  # 2^29 - 2^14: of a product that is added


class Sum:
    """The exact sum of words and of products; room for 85 bits."""

    def __init__(self):
        self.clear()

    def clear(self):
        """The sum is 0."""
        self.low = self.middle = self.high = 0

    def add(self, word: int):
        """Adds a word."""
        low = self.low + (word & _PART)
        self.low = low & _PART
        middle = self.middle + (word >> 28) + (low >> 28)
        self.middle = middle & _PART
        self.high += middle >> 28

    def add_product(self, a: int, b: int):
        """Adds a b, for |a| and |b| at most MOST_FACTOR."""
        high_a = a >> 14
        a &= _LOW
        high_b = b >> 14
        b &= _LOW
        cross = high_a * b + a * high_b
        low = self.low + (a * b) + ((cross & _LOW) << 14)
        self.low = low & _PART
        high = high_a * high_b
        middle = self.middle + (high & _PART) + (cross >> 14) + (low >> 28)
        self.middle = middle & _PART
        self.high += (high >> 28) + (middle >> 28)

    def value(self):
        """The sum, a wide int."""
        return join(join(self.high, self.middle), self.low)


class RowSums:
    """n exact sums, to which multiples of rows are added, for at most MOST_ROWS rows.

    Room for 57 bits each. Adding a row costs about 11 operators an entry.
    """

    def __init__(self, n):
        self.low = [0] * n
        self.middle = [0] * n
        self.high = [0] * n
        self.rows = 0

    def clear(self):
        """All sums are 0."""
        for k in range(len(self.low)):
            self.low[k] = self.middle[k] = self.high[k] = 0
        self.rows = 0

    def add(self, factor: int, row: object, count: int, start: int):
        """sums[start + j] += factor * row[j] for j < count; |factor| < 2^28, |row[j]| <= 2^14."""
        low = self.low
        middle = self.middle
        high = self.high
        top = factor >> 14
        bottom = factor & _LOW
        for j in range(count):
            a = row[j]
            b = bottom * a
            a *= top
            low[start] += b & _LOW
            middle[start] += (b >> 14) + (a & _LOW)
            high[start] += a >> 14
            start += 1

    def end_row(self):
        """To be called after each row: carries when it is time. Raises ValueError for too many."""
        self.rows += 1
        if self.rows & (_ROWS - 1) == 0:
            if self.rows > MOST_ROWS:
                raise ValueError("more than %d samples in a pass: take fewer" % MOST_ROWS)
            for k in range(len(self.low)):
                self.middle[k] += self.low[k] >> 14
                self.low[k] &= _LOW
                self.high[k] += self.middle[k] >> 14
                self.middle[k] &= _LOW

    def value(self, k):
        """Sum k, a wide int."""
        middle = self.middle[k] + (self.low[k] >> 14)
        low = ((middle & _LOW) << 14) + (self.low[k] & _LOW)
        return join(self.high[k] + (middle >> 14), low)
