"""Words of 32 bits, and masks of them: what NumPy has fast loops for.

A mask is a word of ones where something holds, else 0.  `np.where` costs as much as ten or twenty
of these operators, and so do `np.minimum` and `np.maximum` with a number instead of an array.
"""

from functools import cache

import numpy as np

WORD = np.int32

FAR = 1 << 20  # exponents are nearer to each other


@cache
def _constants(k, length):
    constants = np.full(length, k, WORD)
    constants.flags.writeable = False
    return constants


def _like(k, a):
    """A number k as an array that fits the last axis of a."""
    if a.ndim == 0:
        return k
    lanes = a.shape[-1]
    return _constants(k, 1 << (lanes - 1).bit_length())[:lanes]


def at_least(a, k):
    """The larger of a and a number."""
    return np.maximum(a, _like(k, a))


def at_most(a, k):
    """The smaller of a and a number."""
    return np.minimum(a, _like(k, a))


def negative(a):
    """The mask of a < 0."""
    return a >> 31


def nonzero(a):
    """The mask of a != 0."""
    return (a | -a) >> 31


def masked(flags):
    """The mask of truth values."""
    return -flags.astype(WORD)


def select(mask, a, b):
    """a where the mask holds, else b."""
    return b ^ (a ^ b) & mask


def zeros(*shape):
    """An array of so many words."""
    return np.zeros(shape, WORD)


def full(lanes, value):
    """A word in so many lanes."""
    return np.full(lanes, value, WORD)
