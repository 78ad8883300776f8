"""What the vectors of rounding.txt call; runs on MicroPython, in every build."""

from qbfgs.model.factors import Factor
from qbfgs.search.rounding import MetricRounding
from qbfgs.words.blocks import block, measure, words


def rounded(target, order, columns, exponent):
    """The lattice step near a target in 2^-10 steps.

    order: of elimination. columns: the mantissas of L, all with one exponent.
    """
    n = len(target)
    factor = Factor(n)
    for k in range(n):
        factor.order[k] = order[k]
        column = factor.columns[k]
        for i in range(k + 1, n):
            column[i] = columns[k][i]
        column[n] = exponent
        measure(column, n)
    wanted = words(n)
    for i in range(n):
        wanted[i] = target[i]
    d = block(n)
    MetricRounding(factor).round(d, wanted)
    return list(d)[:n]
