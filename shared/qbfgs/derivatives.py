"""A gradient compared with differences of the cost, before a run is made with it."""

from .words.wide import is_int

_WIDEST = 1 << 16  # grid steps of a difference
_PARTS = 16  # a difference may be off by so small a part, beyond its own uncertainty


def check_gradient(objective, X):
    """Compares `objective.gradient(X)` with central differences of `objective.cost` about X.

    X: n grid integers. Returns the differences, a list of n pairs: twice h, and the change of the
    cost from X - h e_i to X + h e_i, whose ratio the gradient should be. Steps h are as short as
    the cost lets one see. About 6 evaluations a coordinate.
    Raises ValueError, which says what is wrong with the first coordinate that does not fit, and
    TypeError for a gradient that is none.
    """
    X = list(X)
    g = list(objective.gradient(list(X)))
    if len(g) != len(X):
        raise ValueError("the gradient has %d numbers, X has %d" % (len(g), len(X)))
    found = []
    for i in range(len(X)):
        if hasattr(g[i], "tolist"):
            g[i] = g[i].tolist()
        if not is_int(g[i]):
            raise TypeError("gradient[%d] must be an int, not %r" % (i, g[i]))
        h = 1
        change = _change(objective, X, i, h)
        double = _change(objective, X, i, 2 * h)
        # 64 units of rounding are then a small part; what a curve adds shows in the longer one.
        while abs(change) < 1024 and h < _WIDEST and abs(double - 2 * change) * 4 <= abs(double):
            h *= 2
            change = double
            double = _change(objective, X, i, 2 * h)
        bent = abs(double - 2 * change)  # times 1/6 of it is what the third derivative adds
        off = abs(2 * h * g[i] - change)
        if off > bent + max(abs(change), abs(2 * h * g[i])) // _PARTS + 2 * h + 4:
            raise ValueError(_wrong(i, g[i], h, change, getattr(objective, "qp", None)))
        found.append((2 * h, change))
    return found


def _change(objective, X, i, h):
    x = X[i]
    X[i] = x + h
    high = objective.cost(list(X))
    X[i] = x - h
    low = objective.cost(list(X))
    X[i] = x
    return high - low


def _wrong(i, g, h, change, qp):
    text = "gradient[%d] is %d, but the cost changes by %d over %d grid steps" % (
        i,
        g,
        change,
        2 * h,
    )
    told = 2 * h * g
    if told and abs(told + change) * 8 < abs(change):
        return text + ": its sign is wrong"
    if is_int(qp) and qp > 1 and change and abs(told - qp * change) * 8 < abs(qp * change):
        return text + ": it is that per unit; divide it by Qp, %d, for that per grid step" % qp
    if change and told and (told < 0) == (change < 0):
        many, few = max(abs(told), abs(change)), min(abs(told), abs(change))
        if many >= 2 * few:
            what = "too large" if abs(told) > abs(change) else "too small"
            return text + ": it is about %d times %s" % ((2 * many + few) // (2 * few), what)
    return text + ": its formula is wrong, or the cost jumps there"
