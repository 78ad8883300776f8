"""The end of a pass: exact sums become the cost and the gradient. Only here are models wide."""


def scaled(value, shift):
    """value * 2^shift, rounded down."""
    return value << shift if shift >= 0 else value >> -shift


def entropy_cost(tails, high, low, qp, bits):
    """A cross entropy in units of 1 / (2^28 qp^2), exact.

    tails: Sum of fractions of 2^-28; high, low: Sums of scores 2^10 high + low of 1 / (qp 2^bits).
    """
    linear = (high.value() << 10) + low.value()
    return tails.value() * qp * qp + (linear * qp << 28 - bits)


def squares_cost(squares, qp):
    """Half a Sum of squares, in units of half its last place over qp^2."""
    return squares.value() * qp * qp


def penalised(cost, squares, l2, unit):
    """A cost in units of 1 / (2^unit qp^2) with the penalty l2 / 2^10 |w|^2 / 2.

    squares: Sum of X^2.
    """
    if l2 == 0:
        return cost
    return cost + (squares.value() * l2 << unit - 11)


def slopes(out, start, count, sums, qp, shift):
    """out[start ..] = the RowSums from `start` on, times qp 2^shift, rounded down."""
    for k in range(start, start + count):
        out[k] = scaled(sums.value(k) * qp, shift)


def penalise(out, start, count, x, l2, unit):
    """Adds the slopes of the penalty of `penalised` to count - 1 parameters; the last is free."""
    if l2:
        for k in range(start, start + count - 1):
            out[k] += x[k] * l2 << unit - 10


def penalise_hessian(out, start, count, l2, unit):
    """The same for the second derivatives, in a lower triangle row by row."""
    for i in range(start, start + count - 1):
        out[i * (i + 3) // 2] += l2 << unit - 10


def unit_scale(unit, qp):
    """The cost_scale 2^unit qp^2."""
    return qp * qp << unit


def curve_scale(qp):
    """The cost_scale of a curve: residuals count 1 / (2^9 qp)."""
    return qp * qp << 18


def curve_cost(squares):
    """The Sum of squares of residuals."""
    return squares.value()


def curve_slopes(out, by_k, by_a, by_c, qp):
    """The gradient of a curve from Sums of residuals times slopes: see `curves`.

    A residual's slope by k counts qp / 8, that by a 2^28 / 2^9; that by c is 2^9.
    """
    for i in range(len(by_k)):
        out[2 * i] = 16 * by_k[i].value() // qp
        out[2 * i + 1] = scaled(by_a[i].value(), 10 - 28)
    if len(out) % 2:
        out[-1] = by_c.value() << 10


def curve_hessian(out, rows, terms, qp):
    """2 J'J of a curve from the sums of products of slopes, in the units of `curve_slopes`.

    The slope by c is 2^28 of the units of that by a.
    """
    at = 0
    for i in range(len(rows)):
        for j in range(i + 1):
            rates = int(i % 2 == 0 and i < 2 * terms) + int(j % 2 == 0 and j < 2 * terms)
            out[at] = scaled(rows[i][j], 22 * rates - 37) // qp**rates
            at += 1
