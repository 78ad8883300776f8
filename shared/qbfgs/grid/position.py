"""Where the optimiser stands, the step it would take, and the steps rejected there."""

from ..words.blocks import block, words
from ..words.checksums import FACTOR
from ..words.compat import const
from ..words.scalars import bits

EDGE = const(0x7FFFF)  # |X| at most, grid steps
WIDEST = const(0x3FFFF)  # trust radius at most, grid steps


def step_hash(d: list, n: int) -> int:
    """A word that tells integer steps of n coordinates below 2^19 apart.

    It is a polynomial in the coordinates modulo a prime of 30 bits, as in `checksums`: for n = 2
    the steps that share one are 31185 apart or more; for large n, one pair in about 2^30.
    """
    h = 0
    for i in range(n):
        h = (h & 0x7FFF) * FACTOR + (h >> 15) + d[i]
    return h


class Position:
    """A point X of the lattice and a step from it; made once.

    x: list of n ints, the best point accepted, in units of 2^shift grid steps. move: the step as an
    integer block, which rules write. box: a Box; None where nothing is bounded, until a main step
    meets the edge. bounded: whether it was given. count: of the rejected steps, room: for how many
    the table has room; the step in question comes after them.
    """

    STATE = "x move shift _hashes count"

    def __init__(self, x, box=None):
        n = len(x)
        self.n = n
        self.box = box
        self.bounded = box is not None
        self.PARTS = "" if box is None else "box"
        self.x = words(n)
        for i in range(n):
            self.x[i] = x[i]
        self.move = block(n)
        self.shift = 0
        self.room = 160 + 8 * n
        self._hashes = words(self.room + 1)
        self.count = 0

    def admissible(self) -> bool:
        """True when the move is a step that was not rejected here, and leads to an X inside
        |X| < 2^19, and inside the box where there is one; then its size is set."""
        move = self.move
        size = 0
        h = 0
        for i in range(self.n):
            v = move[i]
            size |= v if v >= 0 else -v
            h = (h & 0x7FFF) * FACTOR + (h >> 15) + v  # `step_hash`
            v += self.x[i]
            if v > EDGE or v < -EDGE:
                return False
        move[-1] = bits(size)
        if size == 0:
            return False
        self._hashes[self.count] = h
        for i in range(self.count):
            if self._hashes[i] == h:
                return False
        if self.bounded:
            return self.box.holds(self.x, move)
        return True

    def at_edge(self):
        """True when X is at the end of what the grid holds."""
        edge = EDGE >> self.shift
        for v in self.x:
            if v >= edge or v <= -edge:
                return True
        return False

    def fence(self):
        """Makes the edge a Box where there is none and the move leads beyond; True then."""
        if self.box is None:
            for i in range(self.n):
                if not -EDGE <= self.x[i] + self.move[i] <= EDGE:
                    from .box import Box

                    self.box = Box(None, None, EDGE, self.n)
                    self.PARTS = "box"
                    return True
        return False

    def reject(self):
        """Remembers the move, the last one asked about, as rejected; the table must not be full."""
        self.count += 1

    def back(self, x):
        """X = x, grid steps; what was rejected is forgotten."""
        for i in range(self.n):
            self.x[i] = x[i] >> self.shift
        self.count = 0

    def lead(self, trial: object):
        """Sets the list trial to X + move, grid steps."""
        x = self.x
        move = self.move
        shift = self.shift
        for i in range(self.n):
            trial[i] = x[i] + move[i] << shift

    def accept(self):
        """X += move; what was rejected is forgotten."""
        x = self.x
        move = self.move
        for i in range(self.n):
            x[i] += move[i]
        self.count = 0
