"""Sums of the products of the entries of rows: what linear algebra calls a Gram matrix."""

from .sums import Sum


class ProductSums:
    """The sums of row[i] row[j], j <= i < n, exact: the lower triangle, row by row."""

    def __init__(self, n):
        self._sums = [[Sum() for _ in range(i + 1)] for i in range(n)]

    def clear(self):
        """All sums are 0."""
        for sums in self._sums:
            for s in sums:
                s.clear()

    def add(self, row: object):
        """Adds the products of a row of n words of at most 2^28."""
        for i in range(len(row)):
            sums = self._sums[i]
            for j in range(i + 1):
                sums[j].add_product(row[i], row[j])

    def rows(self):
        """The triangle's rows, of wide ints."""
        return [[s.value() for s in sums] for sums in self._sums]
