"""What the vectors of wall.txt call; runs on MicroPython, in every build."""

from qbfgs.search.wall import along_wall
from qbfgs.words.blocks import block, dot, measure


def blocked(numbers):
    n = len(numbers)
    made = block(n)
    for i in range(n):
        made[i] = numbers[i]
    measure(made, n)
    return made


def wall(p, s, y):
    """The block of the direction along the wall, for integer vectors."""
    n = len(p)
    s = blocked(s)
    y = blocked(y)
    z = block(n)
    along_wall(z, blocked(p), s, y, dot(s, y, n), n)
    return list(z)
