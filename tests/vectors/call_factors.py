"""What the vectors of factors.txt call; runs on MicroPython, in every build."""

from qbfgs.model.factors import Factor
from qbfgs.words.blocks import block, dot, measure
from qbfgs.words.scalars import pack


def blocked(numbers):
    n = len(numbers)
    made = block(n)
    for i in range(n):
        made[i] = numbers[i]
    measure(made, n)
    return made


def learnt(h, pairs):
    """D and the columns of L of H = h I after BFGS updates with secant pairs (s, y)."""
    n = len(pairs[0][0])
    factor = Factor(n)
    factor.set_identity(pack(h, 0))
    for s, y in pairs:
        s = blocked(s)
        y = blocked(y)
        factor.transpose_times(y)
        factor.bfgs(s, dot(s, y, n))
    return list(factor.pivots), list(factor.powers), list(map(list, factor.columns))
