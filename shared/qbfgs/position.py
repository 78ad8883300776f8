"""Where the optimiser stands, the step it would take, and the steps rejected there."""

from .blocks import block, measure, words
from .checksums import FACTOR

EDGE = 0x7FFFF  # |X| at most, grid steps
WIDEST = 0x3FFFF  # trust radius at most, grid steps


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
    integer block, which rules write. box: a Box, None where nothing is bounded. The table of
    rejected steps has room for 160 + 8 n.
    """

    STATE = "x move shift _hashes _count"

    def __init__(self, x, box=None):
        n = len(x)
        self.n = n
        self.box = box
        self.PARTS = "" if box is None else "box"
        self.x = words(n)
        for i in range(n):
            self.x[i] = x[i]
        self.move = block(n)
        self.shift = 0
        self._hashes = words(160 + 8 * n)
        self._count = 0

    def inside(self) -> bool:
        """True when X + move stays inside |X| < 2^19, and inside the box where there is one."""
        if self.box is not None:
            return self.box.holds(self.x, self.move)
        for i in range(self.n):
            if not -EDGE <= self.x[i] + self.move[i] <= EDGE:
                return False
        return True

    def admissible(self) -> bool:
        """True when the move is a step that stays inside and was not rejected here."""
        n = self.n
        measure(self.move, n)
        if self.move[-1] == 0 or not self.inside():
            return False
        h = step_hash(self.move, n)
        for i in range(self._count):
            if self._hashes[i] == h:
                return False
        return True

    def full(self):
        """True when no more rejected steps can be remembered."""
        return self._count == len(self._hashes)

    def reject(self):
        """Remembers the move as rejected; the table must not be full."""
        self._hashes[self._count] = step_hash(self.move, self.n)
        self._count += 1

    def back(self, x):
        """X = x, grid steps; what was rejected is forgotten."""
        for i in range(self.n):
            self.x[i] = x[i] >> self.shift
        self._count = 0

    def lead(self, trial):
        """Sets the list trial to X + move, grid steps."""
        for i in range(self.n):
            trial[i] = self.x[i] + self.move[i]
        if self.shift:
            for i in range(self.n):
                trial[i] <<= self.shift

    def coarsen(self, k):
        """Takes units of 2^k steps, of which X and the bounds of the box are multiples."""
        self.shift = k
        for i in range(self.n):
            self.x[i] >>= k
        self.box.coarsen(k)
        self._count = 0

    def accept(self):
        """X += move; what was rejected is forgotten."""
        for i in range(self.n):
            self.x[i] += self.move[i]
        self._count = 0
