"""The Hessian of a pass: a sum of weighted outer products over the samples, kept in words."""

from ...words.functions import signed_times
from ...words.sums import RowSums
from ..totals import scaled


class OuterSums(RowSums):
    """The lower triangle of an n x n matrix, row by row, to which blocks weight x y' are added.

    For at most `MOST_ROWS` samples, with `end_row` after each, as in `RowSums`.
    """

    def __init__(self, n):
        RowSums.__init__(self, n * (n + 1) // 2)

    def add_block(self, weight: int, x: object, up: int, top: int, y: object, left: int):
        """Entry (top + i, left + j) += weight x[i] 2^(up - 28) y[j], where it is in the triangle.

        |weight| <= 2^28, |x[i]| 2^up < 2^29, |y[j]| <= 2^14, and a factor weight x[i] 2^(up - 28),
        which is rounded, below 2^28.  left: at most top, and then the whole block is.
        """
        for i in range(len(x)):
            row = top + i
            count = i + 1 if left == top else len(y)
            self.add(signed_times(x[i] << up, weight), y, count, row * (row + 1) // 2 + left)

    def write_block(self, out, top, bottom, left, right, shift):
        """out[..] = 2^shift times rows top .. bottom - 1 of columns left .. right - 1."""
        for i in range(top, bottom):
            at = i * (i + 1) // 2
            for k in range(at + left, at + min(i + 1, right)):
                out[k] = scaled(self.value(k), shift)
