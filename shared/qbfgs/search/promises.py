"""What a model says of steps, for those who ask the rule about them."""

from ..words.blocks import dot
from ..words.scalars import add, mul, pack, scaled
from .armijo import sufficient

_RESOLVED = pack(8, 0)  # units of cost, in which costs are rounded


class Promises:
    """The part of `IdleAndGo` that proposes nothing; see there for what it uses."""

    def promise(self):
        """The decrease that the model promises in all, a scalar; None while it knows no pair."""
        if not self._pairs().count:
            return None
        return scaled(mul(self.unit, dot(self.direction, self.g, self.n)), -1)

    def accepts(self, change: int) -> bool:
        """Whether a change of the cost makes a go."""
        if change >= 0:
            return False
        if self.compensating():
            return True
        # |G.d| is at most n 2^(sizes + exponent); a decrease by 2^-6 of that is enough for any.
        g = self.g
        bound = g[-1] + g[self.n] + self.move[-1] + self._least
        return change <= -(bound << 14) or sufficient(change, self.slope())

    def slope(self):
        """The scalar G.d of the move."""
        return dot(self.move, self.g, self.n)

    def slopes(self):
        """The sum of the slopes at both ends of a go, a scalar."""
        return add(self.slope(), dot(self.move, self.fresh, self.n))

    def doubtful(self, change):
        """Whether a go's change of the cost is far from what the slopes at its ends say: by a
        factor of 8, or of the other sign."""
        said = scaled(self.slopes(), -1)
        size = abs(change)
        told = abs(said)
        if max(size, told) < _RESOLVED:
            return False
        if size > scaled(told, 3) or told > scaled(size, 3):
            return True
        return said > 0 and scaled(told, 1) > size
