"""The last secant pairs (s, y): steps, and the changes of the gradient along them."""

from ..words.blocks import blocks, copy, dot
from ..words.scalars import div


class Secants:
    """Up to `most` pairs, oldest first; made once.

    s, y: blocks; sy: scalars s'y > 0.
    """

    STATE = "count s y sy"

    def __init__(self, n, most):
        self.n = n
        self.count = 0
        self.s = blocks(most, n)
        self.y = blocks(most, n)
        self.sy = [0] * most

    def add(self, s, y, sy):
        """Stores copies of a pair; the oldest gives way when all places are taken."""
        n = self.n
        steps = self.s
        changes = self.y
        products = self.sy
        last = self.count
        if last == len(products):
            last -= 1
            steps.append(steps.pop(0))
            changes.append(changes.pop(0))
            products.append(products.pop(0))
        else:
            self.count += 1
        copy(steps[last], s, n)
        copy(changes[last], y, n)
        products[last] = sy

    def coarsen(self, k):
        """Takes steps of 2^k for the unit."""
        for i in range(self.count):  # s'y is the same
            self.s[i][self.n] -= k
            self.y[i][self.n] += k

    def stiffness(self, k):
        """The scalar y'y/s'y of pair k: the curvature across a wall."""
        return div(dot(self.y[k], self.y[k], self.n), self.sy[k])

    def stiffest(self):
        """The place of the pair with the largest curvature; at least one pair must be there."""
        best = 0
        top = 0
        for k in range(self.count):
            stiffness = self.stiffness(k)
            if stiffness > top:
                top = stiffness
                best = k
        return best
