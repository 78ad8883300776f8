"""Bounds on the coordinates: a box that no trial leaves.

Projected quasi-Newton (Bertsekas, "Projected Newton methods", SIAM J. Control 20(2), 1982):
coordinates at a bound, with a gradient that pushes outward, are held while the target is computed,
and the rounded step is clipped into the box.
"""

from ..words.blocks import measure
from .scales import check_int

_SEQUENCES = (list, tuple)


class Box:
    """lower <= X <= upper, lists of n ints or None for no bound, and |X| <= edge; made once.

    k: the bounds are moved inward to multiples of 2^k. x, of the methods: the n grid integers of
    the present point, inside the box.
    """

    STATE = "low high"

    def __init__(self, lower, upper, edge, n, k=0):
        self.n = n
        self._finer = (1 << k) - 1
        self.low = [-edge] * n
        self.high = [edge] * n
        for i in range(n):
            if lower is not None and lower[i] is not None:
                self.low[i] = max(-edge, lower[i])
            if upper is not None and upper[i] is not None:
                self.high[i] = min(edge, upper[i])
            self.low[i] = -(-self.low[i] >> k) << k
            self.high[i] = self.high[i] >> k << k

    def holds(self, x, d):
        """True when x + d is inside."""
        for i in range(self.n):
            if not self.low[i] <= x[i] + d[i] <= self.high[i]:
                return False
        return True

    def clip(self, x, d):
        """Shortens each coordinate of the step d by what would lead out."""
        for i in range(self.n):
            if x[i] + d[i] < self.low[i]:
                d[i] = self.low[i] - x[i]
            elif x[i] + d[i] > self.high[i]:
                d[i] = self.high[i] - x[i]

    def asked(self, x):
        """True when x is a point of the grid that is 2^refine coarser."""
        for v in x:
            if v & self._finer:
                return False
        return True

    def outward(self, i, x, g):
        """True when coordinate i of X is at a bound that the gradient g pushes against."""
        return (x[i] == self.low[i] and g[i] > 0) or (x[i] == self.high[i] and g[i] < 0)

    def hold(self, y, x, g):
        """y_i = 0, of a block y, where X is at a bound that the gradient g pushes against."""
        held = False
        for i in range(self.n):
            if (x[i] == self.low[i] and g[i] > 0) or (x[i] == self.high[i] and g[i] < 0):
                y[i] = 0
                held = True
        if held:
            measure(y, self.n)

    def face(self, y, x, d):
        """y_i = 0, of a block y, where the step d, which led to x, stayed at a bound.

        There the change y of the gradient is that of a constant: without it the secant pair is one
        of the function on the face of the box.
        """
        held = False
        for i in range(self.n):
            if d[i] == 0 and (x[i] == self.low[i] or x[i] == self.high[i]):
                y[i] = 0
                held = True
        if held:
            measure(y, self.n)


def check_bounds(lower, upper, x0):
    """Raise TypeError or ValueError unless the bounds (None for none) leave points, x0 too."""
    for name, bounds in (("lower", lower), ("upper", upper)):
        if bounds is None:
            continue
        if not isinstance(bounds, _SEQUENCES):
            raise TypeError("%s must be a list of bounds, not %r" % (name, bounds))
        if len(bounds) != len(x0):
            raise ValueError(
                "%s has %d bounds for %d parameters: give one each, or None"
                % (name, len(bounds), len(x0))
            )
        for i in range(len(x0)):
            if bounds[i] is not None:
                check_int(bounds[i], "%s[%d]" % (name, i))
    for i in range(len(x0)):
        low = None if lower is None else lower[i]
        high = None if upper is None else upper[i]
        if low is not None and high is not None and low > high:
            raise ValueError(
                "lower[%d] = %d is above upper[%d] = %d: no point is between them"
                % (i, low, i, high)
            )
        if (low is not None and x0[i] < low) or (high is not None and x0[i] > high):
            raise ValueError(
                "x0[%d] = %d is outside its bounds %s .. %s: start inside, or move the bound"
                % (i, x0[i], low, high)
            )
