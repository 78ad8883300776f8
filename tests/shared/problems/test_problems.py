"""The test problems against published values, textbook formulas and exact derivatives."""

import math
from fractions import Fraction

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbfgs import problems
from qbfgs.problems import polynomials
from qbfgs.quantizer import quantize

QPS = (1, 2, 16, 1000, 1024, 99991)
SIZES = {
    "extended-rosenbrock": (2, 4, 8, 10, 16),
    "variably-dimensioned": (1, 2, 6, 10),
    "broyden-tridiagonal": (1, 2, 3, 10),
}
CASES = [
    (cls, size) for cls in problems.ALL for size in SIZES.get(cls.name, (None,))
]  # None: a problem of one size
IDS = [f"{cls.name}-{size}" if size else cls.name for cls, size in CASES]
each_case = pytest.mark.parametrize("cls, size", CASES, ids=IDS)


def make(cls, qp, size):
    return cls(qp) if size is None else cls(qp, size)


def real_cost(problem, X):
    return Fraction(problem.cost(X), problem.cost_scale)


def cost_at(cls, size, texts):
    """The exact real cost at decimal texts, on a grid fine enough to hold them."""
    qp = 10**12
    problem = make(cls, qp, size)
    X = [quantize(text, qp) for text in texts]
    assert [Fraction(x, qp) for x in X] == [Fraction(text) for text in texts]
    return real_cost(problem, X)


# Textbook formulas, each written down from More, Garbow and Hillstrom on its own: weights w and
# residuals r, f being the sum of w r^2.


def rosenbrock(x):
    for a, b in zip(x[::2], x[1::2], strict=True):
        yield from ((100, b - a**2), (1, 1 - a))


def powell_singular(x):
    x1, x2, x3, x4 = x
    return (1, x1 + 10 * x2), (5, x3 - x4), (1, (x2 - 2 * x3) ** 2), (10, (x1 - x4) ** 2)


def wood(x):
    x1, x2, x3, x4 = x
    yield from ((100, x2 - x1**2), (1, 1 - x1), (90, x4 - x3**2), (1, 1 - x3))
    yield from ((10, x2 + x4 - 2), (Fraction(1, 10), x2 - x4))


def beale(x):
    y = (Fraction("1.5"), Fraction("2.25"), Fraction("2.625"))
    return [(1, y[i - 1] - x[0] * (1 - x[1] ** i)) for i in (1, 2, 3)]


def freudenstein_roth(x):
    x1, x2 = x
    return (1, -13 + x1 + ((5 - x2) * x2 - 2) * x2), (1, -29 + x1 + ((x2 + 1) * x2 - 14) * x2)


def brown_dennis(x):
    x1, x2, x3, x4 = x
    for i in range(1, 21):
        t = Fraction(i, 5)
        e, s, c = (Fraction(round(f(i / 5) * 10**6), 10**6) for f in (math.exp, math.sin, math.cos))
        yield 1, (x1 + t * x2 - e) ** 2 + (x3 + s * x4 - c) ** 2


def variably_dimensioned(x):
    weighted = sum(j * (v - 1) for j, v in enumerate(x, 1))
    return [(1, v - 1) for v in x] + [(1, weighted), (1, weighted**2)]


def broyden_tridiagonal(x):
    p = [0, *x, 0]
    inner = range(1, len(x) + 1)
    return [(1, (3 - 2 * p[i]) * p[i] - p[i - 1] - 2 * p[i + 1] + 1) for i in inner]


RESIDUALS = {
    "rosenbrock": rosenbrock,
    "extended-rosenbrock": rosenbrock,
    "powell-singular": powell_singular,
    "wood": wood,
    "beale": beale,
    "freudenstein-roth": freudenstein_roth,
    "brown-dennis": brown_dennis,
    "variably-dimensioned": variably_dimensioned,
    "broyden-tridiagonal": broyden_tridiagonal,
}


class Dual:
    """An integer and its exact partial derivatives, carried through sums and products."""

    def __init__(self, value, slopes):
        self.value = value
        self.slopes = slopes

    def _lift(self, other):
        return other if isinstance(other, Dual) else Dual(other, [0] * len(self.slopes))

    def __add__(self, other):
        other = self._lift(other)
        slopes = [a + b for a, b in zip(self.slopes, other.slopes, strict=True)]
        return Dual(self.value + other.value, slopes)

    def __mul__(self, other):
        other = self._lift(other)
        pairs = zip(self.slopes, other.slopes, strict=True)
        slopes = [a * other.value + self.value * b for a, b in pairs]
        return Dual(self.value * other.value, slopes)

    def __pow__(self, exponent):
        power = Dual(1, [0] * len(self.slopes))
        for _ in range(exponent):
            power = power * self
        return power

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + self._lift(other) * -1

    def __rsub__(self, other):
        return self._lift(other) - self

    __radd__ = __add__
    __rmul__ = __mul__


def duals(x):
    """The point as `Dual` numbers of slope 1, each its own."""
    return [Dual(v, [int(i == j) for j in range(len(x))]) for i, v in enumerate(x)]


def exact_derivative(problem, X):
    result = problem.cost(duals(X))
    assert result.value == problem.cost(X)
    return result.slopes


def gauss_newton(cls, problem, X):
    """2 J'WJ from the textbook's residuals, exact, in cost units per grid step squared."""
    squares = RESIDUALS[cls.name](duals([Fraction(x, problem.qp) for x in X]))
    rows = [(w, r.slopes) for w, r in squares]
    unit = Fraction(2 * problem.cost_scale, problem.qp**2)
    return [
        unit * sum(w * row[i] * row[j] for w, row in rows)
        for i in range(problem.n)
        for j in range(i + 1)
    ]


def test_the_dual_numbers_themselves():
    x, y = Dual(3, [1, 0]), Dual(-2, [0, 1])
    result = 7 - x**2 * y + (-y) * 5 + (x - y)  # -2xy + 1 and -x^2 - 6
    assert (result.value, result.slopes) == (7 + 18 + 10 + 5, [13, -15])


@each_case
@pytest.mark.parametrize("qp", QPS)
def test_gradient_is_the_exact_derivative_of_cost(cls, size, qp):
    problem = make(cls, qp, size)
    points = [[quantize(text, qp) for text in problem.start]]
    points += [[(i * 37 + k * 1009) % 4001 - 2000 for i in range(problem.n)] for k in range(20)]
    for X in points:
        gradient = problem.gradient(X)
        assert gradient == exact_derivative(problem, X)
        assert all(type(v) is int for v in gradient) and type(problem.cost(X)) is int


@each_case
@settings(derandomize=True, deadline=None, max_examples=40)
@given(data=st.data())
def test_cost_and_gradient_anywhere(cls, size, data):
    qp = data.draw(st.integers(1, 2**20))
    problem = make(cls, qp, size)
    coordinates = st.integers(-(2**19), 2**19)
    X = data.draw(st.lists(coordinates, min_size=problem.n, max_size=problem.n))
    squares = RESIDUALS[cls.name]([Fraction(x, qp) for x in X])
    assert real_cost(problem, X) == sum(w * r**2 for w, r in squares)
    assert problem.gradient(X) == exact_derivative(problem, X)
    hessian = problem.hessian(X)
    assert hessian == gauss_newton(cls, problem, X)
    assert all(type(v) is int for v in hessian)


@each_case
def test_gradient_and_hessian_return_fresh_lists(cls, size):
    problem = make(cls, 16, size)
    X = (3,) * problem.n
    for method in (problem.gradient, problem.hessian):
        assert method(X) is not method(X)
        assert method(list(X)) == method(X)


# From More, Garbow and Hillstrom 1981 and later lists of the same problems.
PUBLISHED = {
    "rosenbrock": ("24.2", 0),
    "powell-singular": ("215", 0),
    "wood": ("19192", 0),
    "beale": ("14.203125", 0),
    "freudenstein-roth": ("400.5", 0),
    "brown-dennis": ("7926693.336997", Fraction(1, 10**8)),
}
PUBLISHED_SIZED = {
    ("extended-rosenbrock", 4): "48.4",
    ("extended-rosenbrock", 10): "121",
    ("variably-dimensioned", 10): "2198551.1625",
    ("broyden-tridiagonal", 10): "21",
}


@pytest.mark.parametrize("name, size", [(name, None) for name in PUBLISHED] + [*PUBLISHED_SIZED])
def test_published_cost_at_the_start(name, size):
    cls = next(c for c in problems.ALL if c.name == name)
    published, error = PUBLISHED[name] if size is None else (PUBLISHED_SIZED[name, size], 0)
    problem = make(cls, 1, size)
    assert problem.start_cost == published
    cost = cost_at(cls, size, problem.start)
    assert abs(cost - Fraction(published)) <= error * Fraction(published)


@each_case
def test_start_cost_at_every_size(cls, size):
    problem = make(cls, 1, size)
    assert len(problem.start) == problem.n
    error = abs(cost_at(cls, size, problem.start) / Fraction(problem.start_cost) - 1)
    # Cut to places: the start at n = 6, the constants of Brown-Dennis.
    limit = {"variably-dimensioned": 10**-11, "brown-dennis": 10**-8}.get(cls.name, 0)
    assert error <= limit


@each_case
@pytest.mark.parametrize("qp", QPS)
def test_minimizer_has_the_minimum_and_no_slope(cls, size, qp):
    problem = make(cls, qp, size)
    if problem.minimizer is None:
        assert cls.name in ("brown-dennis", "broyden-tridiagonal")
        return
    assert len(problem.minimizer) == problem.n
    X = [quantize(text, qp) for text in problem.minimizer]
    if [Fraction(x, qp) for x in X] == [Fraction(text) for text in problem.minimizer]:
        assert real_cost(problem, X) == Fraction(problem.minimum) == 0
        assert problem.gradient(X) == [0] * problem.n
    else:
        assert (cls.name, qp % 2) == ("beale", 1)  # 0.5 is on even grids only


def test_start_and_minimum_of_wood_on_the_grid():
    problem = problems.Wood(1000)
    assert problem.cost([-3000, -1000, -3000, -1000]) == 19192 * problem.cost_scale
    assert problem.cost([1000] * 4) == 0


def test_freudenstein_roth_has_a_second_minimum():
    problem = problems.FreudensteinRoth(10**12)
    ((point, value),) = problem.local_minima
    cost = cost_at(problems.FreudensteinRoth, None, point)
    assert abs(cost - Fraction(value)) < Fraction(1, 10**11)
    assert value.startswith("48.98425")  # as published
    X = [quantize(text, problem.qp) for text in point]
    # dF/dX in real units: one grid step is 1/Qp of a unit.
    slopes = [Fraction(g * problem.qp, problem.cost_scale) for g in problem.gradient(X)]
    assert all(abs(slope) < Fraction(1, 10**8) for slope in slopes)


def newton(problem, X, rounds):
    """Newton steps in double precision with differenced gradients, for points nobody publishes."""
    scale = problem.cost_scale // problem.qp
    for _ in range(rounds):
        base = problem.gradient(X)
        step = problem.qp // 10**5
        moved = [[x + step * (i == j) for i, x in enumerate(X)] for j in range(problem.n)]
        rows = [
            [(a - b) / scale * problem.qp / step for a, b in zip(row, base, strict=True)]
            for row in map(problem.gradient, moved)
        ]
        delta = numpy.linalg.solve(numpy.array(rows), numpy.array([g / scale for g in base]))
        X = [x - round(float(d) * problem.qp) for x, d in zip(X, delta, strict=True)]
    return X


def test_brown_dennis_minimum():
    problem = problems.BrownDennis(10**12)
    X = [quantize(t, problem.qp) for t in ("-11.594440", "13.203630", "-0.403439", "0.236779")]
    X = newton(problem, X, 3)
    assert abs(real_cost(problem, X) / Fraction(problem.minimum) - 1) < Fraction(1, 10**7)
    assert problem.minimum.startswith("85822.2")  # as published


@pytest.mark.parametrize("n", [2, 3, 10])
def test_broyden_tridiagonal_minimum_is_zero(n):
    problem = problems.BroydenTridiagonal(10**12, n)
    X = newton(problem, [quantize(text, problem.qp) for text in problem.start], 12)
    assert real_cost(problem, X) < Fraction(1, 10**18)


def test_paper_starts():
    assert problems.Rosenbrock.PAPER_STARTS == (("-1.232", "1.212"), ("-3", "-4"))


@pytest.mark.parametrize("qp", QPS)
def test_rosenbrock_is_the_formula_of_the_design(qp):
    problem = problems.Rosenbrock(qp)
    assert problem.cost_scale == qp**4
    for x, y in [(-3 * qp, -4 * qp), (0, 0), (qp, qp), (-1262, 1241)]:
        assert problem.cost([x, y]) == (qp * (qp - x)) ** 2 + 100 * (qp * y - x * x) ** 2


def test_every_problem_is_listed_once_and_described():
    classes = [v for v in vars(polynomials).values() if isinstance(v, type)]
    assert set(problems.ALL) == set(classes) - {problems.Problem}
    assert len({cls.name for cls in problems.ALL}) == len(problems.ALL)
    assert set(RESIDUALS) == {cls.name for cls in problems.ALL}
    for cls in problems.ALL:
        problem = cls(1024)
        texts = [problem.start_cost, problem.minimum, *problem.start, *(problem.minimizer or ())]
        assert all(isinstance(text, str) for text in texts)
        assert problem.qp == 1024 and problem.cost_scale > 0 and cls.source and cls.__doc__


@pytest.mark.parametrize("cls", problems.ALL)
def test_a_bad_qp_is_refused(cls):
    with pytest.raises(ValueError, match="Qp must be 1 or more, not 0"):
        cls(0)
    for qp in (1024.0, "1024", True):
        with pytest.raises(TypeError, match="Qp must be an int"):
            cls(qp)


@pytest.mark.parametrize("n", [0, -2, 3, 4.0, "4", True, None])
def test_extended_rosenbrock_wants_an_even_size(n):
    with pytest.raises(ValueError, match=f"n of extended-rosenbrock must be 2, 4 .. not {n!r}"):
        problems.ExtendedRosenbrock(16, n)


@pytest.mark.parametrize("cls", [problems.VariablyDimensioned, problems.BroydenTridiagonal])
@pytest.mark.parametrize("n", [0, -1, 2.0, "4", True, None])
def test_sizes_are_positive_ints(cls, n):
    with pytest.raises(ValueError, match=f"n of {cls.name} must be 1, 2 .. not {n!r}"):
        cls(16, n)
