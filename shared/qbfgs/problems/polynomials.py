"""Small test problems with integer coefficients, evaluated exactly on the grid x = X / Qp.

Every problem offers `cost(X)`, an int F in cost units (the real cost is F / cost_scale);
`gradient(X)`, a fresh list of the n ints dF/dX_j in cost units per grid step; and `hessian(X)`, one
of n (n + 1) / 2 ints, Gauss-Newton's 2 J'WJ in cost units per grid step squared, the lower triangle
row by row.  All are exact; X holds n grid integers.  2 J'WJ leaves the curvature of the residuals
out: it is never indefinite, and the Hessian where they are 0 or linear.
Costs are wide ints; evaluation allocates.  Attributes, decimals being text: name, n, qp,
cost_scale; source; start and the published start_cost, exact but where noted; minimum, the least
cost; minimizer, its point, None where irrational; local_minima, others as (point, cost).
MGH is More, Garbow, Hillstrom, "Testing Unconstrained Optimization Software", TOMS 7 (1981).
"""

from ..grid.quantizer import to_text
from ..grid.scales import check_qp
from ..words.wide import is_int
from .rosenbrock import Rosenbrock


class Problem:
    """F = sum of w R(X)^2: each problem's `terms` yields (w, R, ((j, dR/dX_j), ...)), ints all.

    Raises TypeError or ValueError for a bad Qp; where n may be chosen, ValueError for a bad n.
    """

    degree, factor = 4, 1  # cost_scale = factor * qp^degree
    minimum, minimizer, local_minima = "0", None, ()

    def __init__(self, qp):
        check_qp(qp)
        self.qp, self.cost_scale = qp, self.factor * qp**self.degree

    def cost(self, X):
        """F at X, an int in cost units."""
        return sum([w * r * r for w, r, _ in self.terms(self.qp, *X)])

    def gradient(self, X):
        """dF/dX at X, a fresh list of n ints in cost units per grid step."""
        total = [0] * self.n
        for w, r, slopes in self.terms(self.qp, *X):
            for j, slope in slopes:
                total[j] += 2 * w * r * slope
        return total

    def hessian(self, X):
        """2 J'WJ at X, a fresh list: its lower triangle, cost units per grid step squared."""
        total = [0] * (self.n * (self.n + 1) // 2)
        for w, _, slopes in self.terms(self.qp, *X):
            for i, a in slopes:
                for j, b in slopes:
                    if j <= i:
                        total[i * (i + 1) // 2 + j] += 2 * w * a * b
        return total

    def _init_sized(self, qp, n, step):
        Problem.__init__(self, qp)
        if not is_int(n) or n < step or n % step:
            raise ValueError("n of %s must be %d, %d .. not %r" % (self.name, step, 2 * step, n))
        self.n = n


class ExtendedRosenbrock(Problem):
    """Rosenbrock's function summed over n/2 separate pairs of coordinates; n is even."""

    name, source = "extended-rosenbrock", "MGH no. 21"

    def __init__(self, qp, n=4):
        self._init_sized(qp, n, 2)
        self.start, self.minimizer = ("-1.2", "1") * (n // 2), ("1",) * n
        self.start_cost = to_text(121 * n, 10)

    def terms(self, q, *X):
        for i in range(0, self.n, 2):
            yield 100, q * X[i + 1] - X[i] * X[i], ((i, -2 * X[i]), (i + 1, q))
            yield 1, q * (q - X[i]), ((i, -q),)


class PowellSingular(Problem):
    """f = (a + 10 b)^2 + 5 (c - d)^2 + (b - 2 c)^4 + 10 (a - d)^4, its Hessian singular at 0."""

    name, source, n = "powell-singular", "MGH no. 13", 4
    start, start_cost, minimizer = ("3", "-1", "0", "1"), "215", ("0",) * 4

    def terms(self, q, a, b, c, d):
        yield 1, q * (a + 10 * b), ((0, q), (1, 10 * q))
        yield 5, q * (c - d), ((2, q), (3, -q))
        yield 1, (b - 2 * c) * (b - 2 * c), ((1, 2 * (b - 2 * c)), (2, -4 * (b - 2 * c)))
        yield 10, (a - d) * (a - d), ((0, 2 * (a - d)), (3, -2 * (a - d)))


class Wood(Problem):
    """Two Rosenbrock valleys, (a, b) 100 steep and (c, d) 90 steep, coupled through b and d."""

    name, source, n = "wood", "MGH no. 14", 4
    start, start_cost, minimizer = ("-3", "-1", "-3", "-1"), "19192", ("1",) * 4
    factor = 10  # one of the coefficients is 1/10

    def terms(self, q, a, b, c, d):
        for w, x, y, i in ((1000, a, b, 0), (900, c, d, 2)):
            yield w, q * y - x * x, ((i, -2 * x), (i + 1, q))
            yield 10, q * (q - x), ((i, -q),)
        yield 100, q * (b + d - 2 * q), ((1, q), (3, q))
        yield 1, q * (b - d), ((1, q), (3, -q))


class Beale(Problem):
    """r_i = y_i - x (1 - y^i), i = 1..3, with y_i = 1.5, 2.25, 2.625."""

    name, source, n = "beale", "MGH no. 5", 2
    start, start_cost, minimizer = ("1", "1"), "14.203125", ("3", "0.5")
    degree, factor = 8, 64  # R = 8 Qp^4 r

    def terms(self, q, x, y):
        for i, c in ((1, 12), (2, 18), (3, 21)):
            p, gap = 8 * q ** (3 - i), q**i - y**i
            yield 1, c * q**4 - p * x * gap, ((0, -p * gap), (1, p * x * i * y ** (i - 1)))


class FreudensteinRoth(Problem):
    """r_1 = -13 + x + ((5 - y) y - 2) y, r_2 = -29 + x + ((y + 1) y - 14) y."""

    name, source, n = "freudenstein-roth", "MGH no. 2", 2
    start, start_cost, minimizer = ("0.5", "-2"), "400.5", ("5", "4")
    degree, local_minima = 6, ((("11.412778986902", "-0.896805253274"), "48.984253679240"),)

    def terms(self, q, x, y):
        for c0, c1, c2, c3 in ((-13, -2, 5, -1), (-29, -14, 1, 1)):
            r = q * q * (c0 * q + x) + ((c3 * y + c2 * q) * y + c1 * q * q) * y
            yield 1, r, ((0, q * q), (1, (3 * c3 * y + 2 * c2 * q) * y + c1 * q * q))


class BrownDennis(Problem):
    """f = sum over t = 1/5 .. 4 of ((a + t b - exp t)^2 + (c + d sin t - cos t)^2)^2.

    With constants of 6 places the costs are 7926693.3889 and 85822.2055: right to 8 and 7 digits.
    """

    name, source, n = "brown-dennis", "MGH no. 16", 4
    start, start_cost, minimum = ("25", "5", "-5", "-1"), "7926693.336997", "85822.2016"
    factor = 10**24
    # fmt: off
    EXP = (1221403, 1491825, 1822119, 2225541, 2718282, 3320117, 4055200, 4953032, 6049647, 7389056,
        9025013, 11023176, 13463738, 16444647, 20085537, 24532530, 29964100, 36598234, 44701184,
        54598150)
    SIN = (198669, 389418, 564642, 717356, 841471, 932039, 985450, 999574, 973848, 909297, 808496,
        675463, 515501, 334988, 141120, -58374, -255541, -442520, -611858, -756802)
    COS = (980067, 921061, 825336, 696707, 540302, 362358, 169967, -29200, -227202, -416147,
        -588501, -737394, -856889, -942222, -989992, -998295, -966798, -896758, -790968, -653644)

    def terms(self, q, a, b, c, d):
        for i in range(20):
            t, s = 200000 * (i + 1), self.SIN[i]
            u = 1000000 * a + t * b - q * self.EXP[i]
            v = 1000000 * c + s * d - q * self.COS[i]
            slopes = ((0, 2000000 * u), (1, 2 * t * u), (2, 2000000 * v), (3, 2 * s * v))
            yield 1, u * u + v * v, slopes


class VariablyDimensioned(Problem):
    """sum (x_j - 1)^2 + T^2 + T^4, T = sum j (x_j - 1); start and start_cost to 12 places."""

    name, source = "variably-dimensioned", "MGH no. 25"

    def __init__(self, qp, n=10):
        self._init_sized(qp, n, 1)
        self.start, self.minimizer = tuple([to_text(n - j, n) for j in range(1, n + 1)]), ("1",) * n
        m = (n + 1) * (2 * n + 1)  # at the start T is -m/6, and the sum of squares m/(6n)
        self.start_cost = to_text(216 * m + n * m * m * (36 + m * m), 1296 * n)

    def terms(self, q, *X):
        T = 0
        for j in range(self.n):
            T += (j + 1) * (X[j] - q)
            yield 1, q * (X[j] - q), ((j, q),)
        for r, slope in ((q * T, q), (T * T, 2 * T)):
            yield 1, r, [(j, slope * (j + 1)) for j in range(self.n)]


class BroydenTridiagonal(Problem):
    """r_i = (3 - 2 x_i) x_i - x_(i-1) - 2 x_(i+1) + 1, with zeros beyond both ends."""

    name, source = "broyden-tridiagonal", "MGH no. 30"

    def __init__(self, qp, n=10):
        self._init_sized(qp, n, 1)
        self.start, self.start_cost = ("-1",) * n, str(n + 11 if n > 1 else 16)

    def terms(self, q, *X):
        X = (0,) + X + (0,)
        for i in range(self.n):
            left, x, right = X[i : i + 3]
            r = (3 * q - 2 * x) * x - q * (left + 2 * right - q)
            slopes = ((i - 1, -q), (i, 3 * q - 4 * x), (i + 1, -2 * q))
            yield 1, r, [pair for pair in slopes if 0 <= pair[0] < self.n]


ALL = (Rosenbrock, ExtendedRosenbrock, PowellSingular, Wood, Beale, FreudensteinRoth)
ALL += (BrownDennis, VariablyDimensioned, BroydenTridiagonal)
# What `qbfgs.problems` gives.
NAMED = dict([(kind.__name__, kind) for kind in ALL], ALL=ALL, Problem=Problem)
