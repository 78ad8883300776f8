"""Where the fit of a curve of one term begins: the best of some rates, by linear least squares.

At a given rate k amplitude a and offset c are linear.  From an arbitrary start a run may end
where k is so large that the curve is flat; the best of a few rates leads into the right valley.
But a and c begin at 0: on the floor of the valley nothing would be learnt of its walls, and a
coarse grid hides the way along it.
"""

from ..words.sums import Sum

_LEAST, _MOST = -4, 4  # rates are 2^j, and t < 8: k t reaches 1/2 .. 64


def best_of_rates(curve, samples, qp):
    """X = qp (k, 0, 0), or qp (k, 0) without offset, in one pass over the samples.

    curve: has offset, and `_shape(z)` that sets `value`.
    Raises ValueError where the curve is the same for all samples at each of these rates.
    """
    count = 0
    y = Sum()
    sums = [(Sum(), Sum(), Sum()) for _ in range(_LEAST, _MOST)]
    samples.rewind()
    while samples.next():
        count += 1
        y.add(samples.y)
        t = max(0, samples.x[0])
        for j in range(_LEAST, _MOST):
            # t counts 2^-16, its product with k 2^-24
            curve._shape(min(0x1FFFFFFF, t << 8 + j))
            g, square, product = sums[j - _LEAST]
            g.add(curve.value)
            square.add_product(curve.value, curve.value)
            product.add_product(curve.value, samples.y)
    best = None
    total = y.value() if curve.offset else 0
    for j in range(_LEAST, _MOST):
        g, square, product = [s.value() for s in sums[j - _LEAST]]
        if curve.offset:
            covariance, variance = count * product - g * total, count * square - g * g
        else:
            covariance, variance = product, square
        # the part of the squares that a explains is covariance^2 / variance
        if variance > 0 and (best is None or covariance**2 * best[1] > best[0] ** 2 * variance):
            best = covariance, variance, j
    if best is None:
        raise ValueError("the input is below 0, or the same, in all rows: no rate can be told")
    j = best[2]
    return [max(1, qp << j if j >= 0 else qp >> -j)] + [0] * (curve.n - 1)
