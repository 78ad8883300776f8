"""The core against the exact oracle: each word module to a stated error, whole runs by their ends.

The oracle (`qbfgs_desktop.oracle`) shares the problems with the core, and no formula.  UNIT is the
last bit of the core's shortest factor, 2^-14.
"""

import random
from fractions import Fraction

import pytest

from qbfgs import Optimizer, minimize, status
from qbfgs.model.factors import Factor
from qbfgs.model.pivoting import sort
from qbfgs.problems import (
    Beale,
    BrownDennis,
    BroydenTridiagonal,
    ExtendedRosenbrock,
    FreudensteinRoth,
    Rosenbrock,
    VariablyDimensioned,
)
from qbfgs.quantizer import quantize
from qbfgs.search.compensation import Orthogonal
from qbfgs.search.neighbours import Neighbours
from qbfgs.search.rounding import FINE, MetricRounding
from qbfgs.search.wall import along_wall
from qbfgs.words import scalars
from qbfgs.words.blocks import block, measure
from qbfgs_desktop.oracle import linalg
from qbfgs_desktop.oracle.compensation import coefficient, compensation_vector
from qbfgs_desktop.oracle.exact import ExactOptimizer
from qbfgs_desktop.oracle.newton import ExactNewton
from qbfgs_desktop.oracle.paper import FixedRateOptimizer, PaperOptimizer, SteepestOptimizer
from qbfgs_desktop.oracle.rational import Matrix, dot, round_half_up

UNIT = Fraction(1, 2**14)
QPS = (16, 32, 64, 128, 256, 512, 1024)
ROWS = [(start, qp) for start in Rosenbrock.PAPER_STARTS for qp in QPS]


def value(a):
    """A scalar of the core as a Fraction."""
    e = scalars.exponent(a) - 14
    return Fraction(scalars.mantissa(a)) * Fraction(2) ** e if a else Fraction(0)


def scalar(x):
    return scalars.div(scalars.pack(x.numerator, 0), scalars.pack(x.denominator, 0))


def block_of(values):
    out = block(len(values))
    out[: len(values)] = values
    measure(out, len(values))
    return out


def lower(factor):
    """L as rows of Fractions, in elimination order."""
    n = factor.n
    rows = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
    for j, column in enumerate(factor.columns):
        for i in range(j + 1, n):
            rows[i][j] = Fraction(column[i]) * Fraction(2) ** column[n]
    return rows


def matrix(factor):
    """H as an exact Matrix in the order of coordinates."""
    n, L = factor.n, lower(factor)
    D = [value(factor.pivot(k)) for k in range(n)]
    rows = [[Fraction(0)] * n for _ in range(n)]
    for a in range(n):
        for b in range(n):
            total = sum(L[a][k] * D[k] * L[b][k] for k in range(n))
            rows[factor.order[a]][factor.order[b]] = total
    return Matrix.of(rows)


def taught_factors(n, rng, count=6):
    """A Factor and the exact H beside it after each of some BFGS updates of a random bowl."""
    A = [[rng.randint(-9, 9) for _ in range(n)] for _ in range(n)]
    hessian = [[dot(p, q) + 20 * (p is q) for q in A] for p in A]
    factor = Factor(n)
    factor.set_identity(scalars.ONE)
    for _ in range(count):
        s = [rng.randint(-40, 40) for _ in range(n)]
        y = [dot(row, s) for row in hessian]
        if not any(s):
            continue
        before = matrix(factor)
        sy = scalars.pack(dot(s, y), 0)
        factor.transpose_times(block_of(y))
        factor.bfgs(block_of(s), sy)
        yield factor, before, s, y
        sort(factor)


def largest(H):
    return max(abs(Fraction(int(v), H.d)) for v in H.N.flat)


@pytest.mark.parametrize("n", range(1, 9))
def test_bfgs_update(n):
    """H+ within 64 UNIT of the exact update's largest entry; H+ y within that of s."""
    rng = random.Random(n)
    for _ in range(20):
        for factor, before, s, y in taught_factors(n, rng):
            ours, exact = matrix(factor), linalg.bfgs_update(before, s, y)
            # what the update subtracts and adds again bounds what rounding can leave behind
            scale = max(largest(before), largest(exact))
            gap = max(
                abs(Fraction(int(a), ours.d) - Fraction(int(b), exact.d))
                for a, b in zip(ours.N.flat, exact.N.flat, strict=True)
            )
            assert gap <= 64 * UNIT * scale
            residual = max(abs(a - b) for a, b in zip(ours.apply(y), s, strict=True))
            assert residual <= 64 * UNIT * scale * sum(map(abs, y))


@pytest.mark.parametrize("n", range(1, 9))
def test_curvature_and_teaching(n):
    """d'Bd within 8 n UNIT of the exact form of the same factors; once taught, the measured one."""
    rng = random.Random(50 + n)
    for factor, *_ in taught_factors(n, rng, 12):
        H = matrix(factor)
        B = linalg.inverse(H)
        d = [rng.randint(-9, 9) for _ in range(n)]
        if not any(d):
            continue
        factor.solve(block_of(d))
        ours, exact = factor.form(1), B.form(d, d)
        assert abs(value(ours) / exact - 1) <= 8 * n * UNIT
        measured = scalar(Fraction(rng.randint(1, 9), rng.randint(1, 9)) * Fraction(int(exact) + 1))
        factor.teach(block_of(d), measured, ours)
        learnt = linalg.inverse(matrix(factor)).form(d, d)
        assert abs(learnt / value(measured) - 1) <= 100 * n * UNIT


@pytest.mark.parametrize("n", range(1, 9))
def test_elimination_order(n):
    """One pass of exchanges gives the oracle's order wherever no two variances are too close."""
    rng = random.Random(80 + n)
    same = total = 0
    for _ in range(10):
        for factor, *_ in taught_factors(n, rng):
            H, order = matrix(factor), list(factor.order)
            expected = linalg.exchange_pass(H, order)
            sort(factor)
            total += 1
            same += factor.order == expected
            after = matrix(factor)
            gap = max(
                abs(Fraction(int(a), after.d) - Fraction(int(b), H.d))
                for a, b in zip(after.N.flat, H.N.flat, strict=True)
            )
            assert gap <= 16 * n * UNIT * largest(H)
    assert same >= total - 1 and total > 40


@pytest.mark.parametrize("n", range(1, 9))
def test_rounding_walk(n):
    """The same step as the exact walk with the same L, unless a tie lies within the error."""
    rng = random.Random(110 + n)
    for factor, *_ in taught_factors(n, rng, 30):
        target = [rng.randint(-(2**20), 2**20) for _ in range(n)]
        wide = block_of(target)
        wide[n] = -FINE
        ours = [0] * n
        MetricRounding(factor).round(ours, wide)
        exact = [Fraction(t, 1 << FINE) for t in target]
        if ours != linalg.metric_round(lower(factor), exact, factor.order):
            # n products are cut to 2^-10 steps each: some left-over must be that near to a tie
            assert nearest_tie(lower(factor), exact, factor.order) <= Fraction(n, 1 << FINE)


def nearest_tie(L, target, order):
    """The smallest distance of a left-over coordinate to a half during the exact walk."""
    t = [target[c] for c in order]
    nearest = Fraction(1)
    for k in range(len(t)):
        error = round_half_up(t[k]) - t[k]
        nearest = min(nearest, Fraction(1, 2) - abs(error))
        for i in range(k + 1, len(t)):
            t[i] += error * L[i][k]
    return nearest


def ranked(neighbours, g, radius):
    """The steps of each window of a Neighbours, best first."""
    d = block(neighbours.n)
    neighbours.rank_basis(g, radius)
    windows = [[]]
    while True:
        if neighbours.best(d):
            windows[-1].append(d[: neighbours.n])
        elif neighbours.rank_more(g, radius):
            windows.append([])
        else:
            return windows


@pytest.mark.parametrize(
    "n, alike", [(1, 12), (2, 12), (3, 12), (5, 12), (8, 11), (17, 3), (33, 6)]
)
def test_ranked_lists(n, alike):
    """In each window of 16 the same step first, and the same steps: always for small n, and mostly
    where 14 bits cannot tell every pair of vectors."""
    rng = random.Random(500 + n)
    windows = same = 0
    for _ in range(3 if n < 9 else 1):
        for factor, *_ in taught_factors(n, rng, 4 if n < 9 else 2):
            sort(factor)
            problem = BroydenTridiagonal(64, max(n, 2))
            oracle = ExactOptimizer(problem, [1] * problem.n)
            oracle.n, oracle.radius = n, 50
            oracle.basis = [[int(i == j) for j in range(n)] for i in range(n)]
            oracle.gradient = [rng.randint(-(2**20), 2**20) for _ in range(n)]
            oracle._set_H(matrix(factor))
            ours = ranked(Neighbours(factor), block_of(oracle.gradient), 50)
            for a, b in zip(ours, oracle._short_lists(), strict=True):
                assert a[0] == b[0][1]
                windows += 1
                same += sorted(a) == sorted(d for _, d in b)
    assert windows == (12 if n < 9 else 2 * len(range(0, n, 16)))
    assert same >= alike


def test_compensation_vector_of_eq_35_exactly():
    rng = random.Random(7)
    for _ in range(2000):
        n = rng.randint(1, 6)
        bound = 2 ** rng.choice((2, 8, 14, 19)) - 1
        h = [rng.randint(-bound, bound) for _ in range(n)]
        qp = rng.choice((1, 3, 16, 1000, 1024, 2**19 - 1))
        z = [None] * n
        orthogonal = Orthogonal(n)
        orthogonal.turn(z, h, qp)
        fine = compensation_vector(h, qp)
        assert z == [round_half_up(Fraction(v, qp)) for v in fine]
        if any(h):
            m = max(range(n), key=lambda i: (abs(h[i]), -i))
            assert orthogonal.coefficient(h, m, qp) == coefficient(h, qp)


def test_wall_direction_is_orthogonal_to_the_change_of_the_gradient():
    """|y'z| within 8 UNIT of |y| |p|, over two dimensions as well as eight."""
    rng = random.Random(9)
    for n in (2, 3, 8):
        for _ in range(200):
            s = [rng.randint(-99, 99) for _ in range(n)]
            y = [a * rng.randint(1, 50) for a in s]
            p = [rng.randint(-(2**20), 2**20) for _ in range(n)]
            if not any(s):
                continue
            z = block(n)
            along_wall(z, block_of(p), block_of(s), block_of(y), scalars.pack(dot(s, y), 0), n)
            product = sum(Fraction(z[i]) * Fraction(2) ** z[n] * y[i] for i in range(n))
            size = sum(map(abs, y)) * (sum(map(abs, p)) + sum(map(abs, s)))
            growth = Fraction(sum(map(abs, y)) * sum(map(abs, s)), dot(s, y))
            assert abs(product) <= 8 * UNIT * size * growth


class Told(ExactOptimizer):
    """An oracle that is told whether the first target counts as cut down to the radius.

    H = D / max|G| I puts it on the radius exactly, so that in the core the last bit of a scalar
    decides; the radius doubles after the first go if it does.
    """

    def _target(self):
        p = super()._target()
        if self.epochs == 0:
            self.hit = self.told
        return p


def ends(qp, x0, **settings):
    """The core's run and the oracle's from x0."""
    whole = {"mode": "compensated", "certify": True, **settings}
    core = Optimizer(Rosenbrock(qp), x0, **whole)
    core.ask()
    oracle = Told(Rosenbrock(qp), x0, **settings)
    oracle.told = core._rule.hit
    return minimize(Rosenbrock(qp), x0, **whole), oracle.run()


def test_the_paper_rows_end_alike():
    """Same point and status in all 14 rows, epochs with the certificate within 15 %, in all 2 %."""
    ours = exact = 0
    for start, qp in ROWS:
        core, oracle = ends(qp, [quantize(text, qp) for text in start])
        assert core.x == oracle.x == [qp, qp]
        assert core.status == getattr(status, oracle.status)
        assert abs(core.epochs - oracle.epochs) <= 0.15 * oracle.epochs
        ours += core.epochs
        exact += oracle.epochs
    assert abs(ours - exact) <= 0.02 * exact


def test_random_starts_end_alike():
    """Same point from 150 starts; the same number of epochs in most, within 2 % in all."""
    rng = random.Random(5)
    pairs = []
    for _ in range(150):
        qp = rng.choice((*QPS, 1000))
        start = rng.randint(-4 * qp, 4 * qp), rng.randint(-5 * qp, 5 * qp)
        core, oracle = ends(qp, start, target=0)
        assert core.x == oracle.x == [qp, qp]
        pairs.append((core.epochs, oracle.epochs))
    ours, exact = map(sum, zip(*pairs, strict=True))
    assert abs(ours - exact) <= 0.02 * exact
    assert sum(a == b for a, b in pairs) >= 100


@pytest.mark.parametrize(
    "problem",
    [
        Beale(64),
        FreudensteinRoth(1000),
        BrownDennis(64),
        ExtendedRosenbrock(256, 4),
        VariablyDimensioned(64, 6),
        BroydenTridiagonal(64, 6),
    ],
    ids=lambda problem: problem.name,
)
def test_other_problems_end_alike(problem):
    x0 = [quantize(text, problem.qp) for text in problem.start]
    core = minimize(problem, x0, mode="compensated", certify=True)
    oracle = ExactOptimizer(problem, x0).run()
    assert (core.x, core.cost) == (oracle.x, oracle.cost)


@pytest.mark.parametrize(
    "mode, twin, identical",
    [
        ("paper", PaperOptimizer, 10),
        ("steepest", SteepestOptimizer, 11),
        ("fixed-rate", FixedRateOptimizer, 11),
    ],
)
def test_the_other_modes(mode, twin, identical):
    """Zero is reached in the same rows; most rows are equal epoch by epoch.

    In the others a step is another by one where the last bit of a scalar, which is cut, decides.
    """
    same = 0
    for start, qp in ROWS:
        x0 = [quantize(text, qp) for text in start]
        core = Optimizer(Rosenbrock(qp), x0, mode=mode, target=0)
        trials = []
        while core.status == status.RUNNING:
            trials.append(tuple(core.ask()))
            core.step()
        oracle = twin(Rosenbrock(qp), x0, target=0).run()
        assert (core.cost == 0) == (oracle.cost == 0)
        assert core.status == getattr(status, oracle.status)
        same += trials == [record.trial for record in oracle.records]
    assert same >= identical


NEWTON = [(Rosenbrock, qp) for qp in (16, 64, 1024)] + [(Beale, 64), (FreudensteinRoth, 64)]


@pytest.mark.parametrize("kind, qp", NEWTON, ids=lambda v: getattr(v, "name", v))
def test_newton_goes_the_exact_way(kind, qp):
    """Trials of the integer core are those of exact arithmetic, or nearly: the ends are equal."""
    problem = kind(qp)
    x0 = [quantize(text, qp) for text in problem.start]
    exact = ExactNewton(problem, x0).run()
    o = minimize(problem, x0, mode="newton", certify=True)
    assert (o.x, o.cost) == (exact.x, exact.cost)
    assert abs(o.epochs - exact.epochs) <= 2
