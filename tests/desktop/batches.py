"""Between the core's lists and the batch engine's arrays, and values that are hard on both."""

import numpy as np

from qbfgs.words.scalars import bits, pack
from qbfgs_desktop.batch.words.arrays import WORD
from qbfgs_desktop.batch.words.blocks import Block

LANES = 300


def scalar(rng, spread=40, sign=0, zero=0.1):
    """A random scalar, of a sign where one is asked for; sometimes 0, or at the ends."""
    if not sign and rng.random() < zero:
        return 0
    mantissa = rng.choice((1, 2**15 - 1, 2**14, 2**29 - 1, rng.randint(1, 2**29 - 1)))
    e = rng.choice((-20000, 20000)) if rng.random() < 0.03 else rng.randint(-spread, spread)
    return pack(mantissa * (sign or rng.choice((1, -1))), e)


def block(rng, n, size=28, spread=30, e=None):
    """A random block as the core's list, of at most `size` bits."""
    size = rng.choice((0, 1, 2, 14, 15, size, rng.randint(0, size)))
    top = (1 << size) - 1
    m = [rng.choice((top, -top, 0, rng.randint(-top, top), rng.randint(-9, 9))) for _ in range(n)]
    m = [max(-top, min(top, v)) for v in m]
    return measured(m, rng.randint(-spread, spread) if e is None else e)


def measured(m, e):
    """The core's block of given mantissas."""
    union = 0
    for v in m:
        union |= abs(v)
    return [*m, e, bits(union)]


def array(values):
    return np.array(values, WORD)


def together(blocks, lo=0):
    """Blocks of the core, one a lane, as one; without the entries before lo."""
    rows = array(blocks).T
    return Block(rows[lo:-2].copy(), rows[-2].copy(), rows[-1].copy())


def apart(block):
    """The core's blocks of a batch block."""
    rows = [*np.broadcast_arrays(*block.m, block.e, block.size)]
    return np.stack(rows).T.tolist()


def factors(rng, core_class, n, updates, lanes=LANES):
    """Factors of the core, each after a few random updates."""
    made = []
    for _ in range(lanes):
        factor = core_class(n)
        factor.set_identity(scalar(rng, 20, 1))
        made.append(factor)
        updates(rng, factor)
    return made


def load(batch, made):
    """Copies factors of the core into a batch factor, one a lane."""
    n = batch.n
    batch.order = array([f.order for f in made]).T.copy()
    batch.pivots = array([f.pivots for f in made]).T.copy()
    batch.powers = array([f.powers for f in made]).T.copy()
    batch.columns = [together([f.columns[k] for f in made], k + 1) for k in range(n - 1)]
    return batch


def state(factor, n):
    """What a factor of the core is: order, D, columns without what means nothing."""
    columns = [without_exponent_of_zero(factor.columns[k][k + 1 :]) for k in range(n - 1)]
    return list(factor.order), list(factor.pivots), list(factor.powers), columns


def without_exponent_of_zero(block):
    """A block that is zero has no exponent that means anything."""
    return block if block[-1] else [*block[:-2], 0, 0]


def states(batch):
    """Likewise of a batch factor, a list with one entry a lane."""
    columns = [[without_exponent_of_zero(c) for c in apart(column)] for column in batch.columns]
    columns = list(zip(*columns, strict=True))
    columns = columns or [()] * batch.order.shape[1]
    rows = [field.T.tolist() for field in (batch.order, batch.pivots, batch.powers)]
    return [(*row, list(c)) for *row, c in zip(*rows, columns, strict=True)]
