"""`qbfgs.words.triangles` on arrays: triangles are lists of Wide, scales (n, lanes)."""

import numpy as np

from .answers import length, lowered
from .arrays import WORD, at_least, masked, negative, nonzero, select
from .blocks import measured
from .wide import Wide

_MOST = 0xFFFFFFF
_FARTHER = 3
_NARROW = 27


def grow(triangle, old, reach):
    """The scales that make the diagonal 1/16 to 1/4, the old ones where those are more; and where
    any is more than it was."""
    n, lanes = old.shape
    diagonal = Wide.joined([triangle[i * (i + 3) // 2] for i in range(n)])
    size = length(diagonal)
    positive = nonzero(size) & ~masked(diagonal.rows[-1] < 0)
    scales = np.maximum((size + 3 >> 1 & positive).reshape(n, lanes), old)
    top = at_least((scales + reach).max(axis=0), 0) - _FARTHER
    scales = np.maximum(scales, top - reach)
    return scales, (scales > old).any(axis=0)


def cut(triangle, scales):
    """The scaled triangle, words (entries, lanes): high / 2^28 + low / 2^42, 0 <= low < 2^14."""
    n, lanes = scales.shape
    entries = Wide.joined(triangle)
    shift = np.concatenate([scales[i] + scales[j] for i in range(n) for j in range(i + 1)]) - 28
    down = at_least(shift, 0)
    up = down - shift
    beyond = length(entries) > down + 30
    high = lowered(entries, down)
    high = np.where(beyond, (entries.rows[-1] >> 63 | 1) << 30, high)
    limit = _MOST >> up
    whole = np.abs(high) <= limit
    high = np.maximum(np.minimum(high, limit), -limit) << up
    down = at_least(shift - 14, 0)
    low = (lowered(entries, down) << down + 14 - shift) & 0x3FFF & -whole.astype(np.int64)
    return high.astype(WORD).reshape(-1, lanes), low.astype(WORD).reshape(-1, lanes)


def narrow_scaled(gradient, scales):
    """The block of the scaled gradient, cut to 27 bits under one exponent a lane."""
    n, lanes = scales.shape
    entries = Wide.joined(gradient)
    size = length(entries).reshape(n, lanes)
    top = select(negative(-size), size - scales, WORD(-0x4000)).max(axis=0) - _NARROW
    shift = (top + scales).reshape(-1)
    down = at_least(shift, 0)
    m = lowered(entries, down) << down - shift
    return measured(m.astype(WORD).reshape(n, lanes), top)
