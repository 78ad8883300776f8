"""Exact a b / m in words, however wide the product: multiplication and division bit by bit."""

from .scalars import bits


class LongDivision:
    """The last quotient and remainder, as attributes: a pair would take heap. Made once."""

    def __init__(self):
        self.quotient = 0
        self.remainder = 0

    def divide(self, a, b, m):
        """a b = quotient * m + remainder, for 0 <= a <= m < 2^28 and 0 <= b < 2^29.

        The quotient is at most b. Work: some 8 operators a bit of b.
        """
        quotient = 0
        remainder = 0
        bit = bits(b)
        while bit:
            bit -= 1
            quotient <<= 1
            remainder <<= 1
            if (b >> bit) & 1:
                remainder += a
            while remainder >= m:
                remainder -= m
                quotient += 1
        self.quotient = quotient
        self.remainder = remainder

    def rounded(self, a, b, m):
        """[a b / m], half up, for 0 <= a <= m < 2^28 and |b| < 2^29 of either sign."""
        self.divide(a, b if b >= 0 else -b, m)
        rest = self.remainder - (m - self.remainder)  # twice the remainder, less the divisor
        if b >= 0:
            return self.quotient + (1 if rest >= 0 else 0)
        return -self.quotient - (1 if rest > 0 else 0)
