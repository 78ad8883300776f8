"""The reduced basis of the lattice and the ranked lists of steps made of it."""

import itertools
import random
from fractions import Fraction
from math import sqrt
from statistics import median

import pytest
from exact import (
    UNIT,
    determinant,
    diagonal,
    dot,
    inverse_hessian,
    lower,
    make_block,
    solve,
    times,
    transpose,
    value,
)
from worked_factors import update, worked

from qbfgs.model.factors import Factor
from qbfgs.model.pivoting import sort
from qbfgs.search.basis import Basis
from qbfgs.search.neighbours import Neighbours
from qbfgs.words import blocks, scalars

SIZES = range(1, 9)
REACH = {1: 62, 2: 5, 3: 2, 4: 1}
each_n = pytest.mark.parametrize("n", SIZES)


def square(H, d):
    """d'Bd, B = H^-1, exactly."""
    return dot(d, solve(H, d))


class Metric:
    """Lengths sqrt(u'Bu) in the metric of a Factor, and how far images of vectors may be off.

    `error(u)`: forward substitution with numbers of 15 bits answers w = L^-1 u for an L that is off
    by a unit of itself (it is backward stable), so |L^-1| |L| |w| units, here divided by D^1/2.
    """

    def __init__(self, factor):
        n = factor.n
        self._known = {}
        self.order = list(factor.order)
        self.L, self.D = lower(factor), diagonal(factor)
        self.inverse = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
        for j in range(n):
            for i in range(j + 1, n):
                self.inverse[i][j] = -dot(self.L[i][j:i], [row[j] for row in self.inverse[j:i]])

    def _scaled(self, x):
        return sqrt(sum(v * v / d for v, d in zip(x, self.D, strict=True)))

    def _both(self, u):
        u = tuple(u)
        if u not in self._known:
            w = times(self.inverse, [u[k] for k in self.order])
            reach = times(absolute(self.L), [abs(v) for v in w])
            off = times(absolute(self.inverse), reach)
            self._known[u] = self._scaled(w), float(UNIT) * self._scaled(off)
        return self._known[u]

    def length(self, u):
        return self._both(u)[0]

    def error(self, u):
        return self._both(u)[1]

    def cut(self, n):
        """What `dot` may lose of two images, in units of their lengths: each is cut to as many bits
        of the word as the n products leave it, one unit of its largest entry in each entry."""
        return 2 * sqrt(n) * 2.0 ** (2 - (30 - (n - 1).bit_length()) // 2)

    def inner_error(self, u, v):
        """The error of the product u'Bv of two images."""
        a, b = self.length(u), self.length(v)
        return self.cut(len(u)) * a * b + a * self.error(v) + b * self.error(u)


def absolute(M):
    return [[abs(v) for v in row] for row in M]


def vectors(basis):
    return [u[: basis.n] for u in basis.vectors]


def valley(along, across, n=2):
    """A Factor whose H is long in the direction `along` and short `across`."""
    factor = Factor(n)
    factor.set_identity(scalars.ONE)
    for s, y in (
        (along, [Fraction(v, 2**14) for v in along]),
        (across, [v * 2**8 for v in across]),
    ):
        s = make_block(s)
        y = make_block([int(v * 2**14) for v in y], -14)
        update(factor, s, y, blocks.dot(s, y, n))
        sort(factor)
    return factor


def listed(neighbours):
    """All steps that `best` gives, with their ranks."""
    d = blocks.block(neighbours.n)
    steps = []
    while neighbours.best(d):
        blocks.measure(d, neighbours.n)
        assert d[neighbours.n] == 0
        steps.append((tuple(d[: neighbours.n]), neighbours.rank))
        assert len(steps) < 1000
    return steps


def gradient(rng, n):
    return make_block([rng.randint(-(2**26), 2**26) for _ in range(n)], -12)


@each_n
def test_the_basis_starts_with_the_unit_vectors(n):
    assert vectors(Basis(Factor(n))) == [[int(i == j) for j in range(n)] for i in range(n)]


@each_n
def test_reduction_keeps_the_lattice_and_shortens(n):
    """Determinant +-1 exactly. No vector is longer than before, but for the errors of the images
    that it was made of (reached: 3 % of the bound, in metrics where 14 bits cannot tell)."""
    changed = telling = 0
    for condition in (1, 100, 10**4, 10**6):
        rng = random.Random(n)
        basis = None
        for _ in range(3):
            factor = worked(rng, n, condition)
            if basis is None:
                basis = Basis(factor)
            basis.factor = factor
            metric = Metric(factor)
            before = vectors(basis)
            basis.reduce(0)
            after = vectors(basis)
            assert abs(determinant(after)) == 1
            for old, new in zip(before, after, strict=True):
                parts = solve(transpose(before), new)
                error = sum(abs(c) * metric.error(u) for c, u in zip(parts, before, strict=True))
                error += metric.cut(n) * metric.length(old)
                assert metric.length(new) <= metric.length(old) + error
                assert max(map(abs, new)) < 2**14
                telling += error < metric.length(old) / 8
            changed += before != after
    assert changed >= 4 or n == 1
    assert telling >= 6 * n


@each_n
def test_inner_products_are_those_of_the_metric(n):
    """Within the bound of `Metric` (reached: a third of it), half within 2^-11 of the lengths."""
    errors = []
    for run in range(3):
        for condition in (1, 100, 10**4):
            rng = random.Random(1000 * run + 3 * n)
            factor = worked(rng, n, condition)
            basis = Basis(factor)
            basis.reduce(0)
            metric = Metric(factor)
            H = inverse_hessian(factor)
            U = vectors(basis)
            for i in range(n):
                for j in range(n):
                    error = abs(value(basis.inner(i, j)) - dot(U[i], solve(H, U[j])))
                    assert error <= metric.inner_error(U[i], U[j])
                    errors.append(error / (metric.length(U[i]) * metric.length(U[j])))
            assert basis.squares == [basis.inner(i, i) for i in range(n)]
    assert median(errors) <= 2.0**-11


@each_n
def test_a_reduced_pair_has_an_angle_of_60_degrees_or_more(n):
    """|u_i'Bu_j| at most half of u_j'Bu_j, and 2^-5, where 14 bits are enough to tell."""
    for condition in (1, 100, 10**4 if n < 4 else 10):
        rng = random.Random(5 * n)
        factor = worked(rng, n, condition)
        basis = Basis(factor)
        for _ in range(3):  # at the third call nothing is left to do
            basis.reduce(0)
        H = inverse_hessian(factor)
        U = vectors(basis)
        for i in range(n):
            for j in range(n):
                if i != j:
                    inner = abs(dot(U[i], solve(H, U[j])))
                    assert inner <= square(H, U[j]) * (Fraction(1, 2) + Fraction(1, 32))


@pytest.mark.parametrize("along", [(-1, -5), (1, 5), (2, 9), (7, -13), (1, 37), (0, 1), (1, 1)])
def test_a_thin_valley_is_found(along):
    """The improving step can be long and thin, such as (-1, -5): no box of +-4 holds it."""
    factor = valley(along, (-along[1], along[0]))
    neighbours = Neighbours(factor)
    g = make_block([-1000 * along[0], -1000 * along[1]])
    neighbours.rank_basis(g, 1)
    steps = listed(neighbours)
    assert steps[0][0] == along, "downhill along the floor comes first"
    assert tuple(-v for v in along) in [d for d, _ in steps]


@each_n
def test_the_list_has_what_it_says_once_and_with_both_signs(n):
    for run in range(12):
        rng = random.Random(100 * n + run)
        neighbours = Neighbours(worked(rng, n, rng.choice((1, 100, 10**4))))
        radius = rng.choice((1, 2, 5, 100))
        g = gradient(rng, n)
        neighbours.rank_basis(g, radius)
        U = vectors(neighbours.basis)
        steps = [d for d, _ in listed(neighbours)]
        ranks_over = blocks.block(n)
        assert not neighbours.best(ranks_over), "the list is at its end"
        expected = [tuple(u) for u in U]
        for i in range(n):
            for j in range(i):
                sign = -1 if neighbours.basis.inner(i, j) >= 0 else 1
                expected.append(tuple(a + sign * b for a, b in zip(U[i], U[j], strict=True)))
        expected += [tuple(-v for v in d) for d in expected]
        for d in expected:
            assert steps.count(d) >= 1, "of a vector or a pair"
        extra = list(steps)
        for d in expected:
            extra.remove(d)
        assert len(extra) <= n
        for d in extra:
            multiples = [
                (u, m) for u in U for m in [max(d, key=abs) // (max(u, key=abs))] if m and
                tuple(m * v for v in u) == d
            ]  # fmt: skip
            assert multiples and abs(multiples[0][1]) > 1
            assert max(map(abs, d)) <= 4 * radius


@each_n
def test_the_best_multiple_is_the_rounded_one(n):
    """m = [-G.u / u'Bu] for an H that is known exactly: the identity."""
    factor = Factor(n)
    factor.set_identity(scalars.ONE)
    for g0, radius, expected in ((-7, 2, 7), (9, 5, -9), (-9, 2, None), (-1, 9, None), (-2, 1, 2)):
        neighbours = Neighbours(factor)
        neighbours.rank_basis(make_block([g0] + [0] * (n - 1)), radius)
        multiples = [d for d, _ in listed(neighbours) if max(map(abs, d)) > 1]
        assert multiples == ([(expected, *([0] * (n - 1)))] if expected else [])


@each_n
def test_ranks_are_sorted_and_right(n):
    """r = -2 G.d / d'Bd, downwards, to the error of d'Bd: that of the images of a vector or of the
    two of a pair (reached: a seventh of it); half within 2^-12 of the largest that |r| could be."""
    errors = []
    telling = 0
    for run in range(6):
        rng = random.Random(7000 * n + run)
        factor = worked(rng, n, rng.choice((1, 100)))
        neighbours = Neighbours(factor)
        metric = Metric(factor)
        g = gradient(rng, n)
        G = [v * Fraction(1, 2**12) for v in g[:n]]
        steepest = sqrt(dot(G, times(inverse_hessian(factor), G)))  # |G.d| <= steepest length(d)
        for boxed in (False, True):
            if boxed:
                neighbours.rank_box(g)
                made_of = {}
            else:
                neighbours.rank_basis(g, 50)
                made_of = parts_of_pairs(neighbours.basis)
            steps = listed(neighbours)
            ranks = [rank for _, rank in steps]
            assert ranks == sorted(ranks, reverse=True) and len(ranks) > 1
            for d, rank in steps[:40]:
                length = metric.length(d)
                parts = made_of.get(d, [d])
                form = sum(metric.inner_error(u, v) for u in parts for v in parts)
                form = form / length**2 + 8 * n * float(UNIT)
                slope = sum(abs(v * x) for u in parts for v, x in zip(G, u, strict=True))
                error = abs(value(rank) + 2 * dot(G, d) / Fraction(length) ** 2)
                error *= length / Fraction(steepest)
                errors.append(error)
                if form < Fraction(1, 4):
                    assert error <= 2 * form / (1 - form) + 4 * UNIT * slope / steepest / length
                    telling += 1
    assert median(errors) <= 2.0**-12
    assert telling >= len(errors) * 3 // 4


def parts_of_pairs(basis):
    """The vectors that each listed sum or difference of two is made of."""
    made_of = {}
    U = vectors(basis)
    for i, u in enumerate(U):
        for v in U[:i]:
            for a, b in itertools.product((1, -1), repeat=2):
                made_of[tuple(a * x + b * y for x, y in zip(u, v, strict=True))] = [u, v]
    return made_of


def test_a_longer_multiple_ranks_lower_than_its_vector():
    factor = Factor(1)
    factor.set_identity(scalars.ONE)
    neighbours = Neighbours(factor)
    neighbours.rank_basis(make_block([-6]), 9)
    steps = dict(listed(neighbours))
    assert value(steps[(1,)]) == 12 and value(steps[(6,)]) == 2 and value(steps[(-1,)]) == -12


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_last_neighbourhood_is_a_box(n):
    """+-1 whole; of the wider box each step or its opposite, that which goes down."""
    reach = REACH[n]
    assert (2 * reach + 1) ** n <= 125 < (2 * reach + 3) ** n
    for run in range(8):
        rng = random.Random(100 * n + run)
        neighbours = Neighbours(worked(rng, n, 100))
        g = gradient(rng, n)
        if run == 0:
            g = make_block([0] * n)
        if run == 1:
            g = make_block([5] + [0] * (n - 1))
        neighbours.rank_box(g)
        steps = [d for d, _ in listed(neighbours)]
        assert len(steps) == len(set(steps))
        near = set(itertools.product((-1, 0, 1), repeat=n)) - {(0,) * n}
        assert near <= set(steps)
        wide = set(itertools.product(range(-reach, reach + 1), repeat=n)) - near - {(0,) * n}
        for d in wide:
            assert (d in steps) == (dot(g[:n], d) < 0), d
        assert set(steps) <= near | wide


def windows(neighbours, g, radius=50):
    """The lists of all windows, first to last: the one that was made, and those of `rank_more`."""
    lists = [listed(neighbours)]
    while neighbours.rank_more(g, radius):
        lists.append(listed(neighbours))
        assert len(lists) < 99
    assert listed(neighbours) == [], "the end stays the end"
    return lists


@pytest.mark.parametrize("n", [5, 8, 16, 17, 40, 64])
def test_the_last_neighbourhood_above_four_is_the_unit_steps(n):
    """Each once, 16 coordinates at a time, ranked among themselves."""
    factor = Factor(n)
    factor.set_identity(scalars.ONE)
    neighbours = Neighbours(factor)
    g = gradient(random.Random(n), n)
    neighbours.rank_box(g)
    lists = windows(neighbours, g)
    assert [len(steps) for steps in lists] == [2 * min(16, n - k) for k in range(0, n, 16)]
    for steps in lists:
        ranks = [rank for _, rank in steps]
        assert ranks == sorted(ranks, reverse=True)
    steps = [d for part in lists for d, _ in part]
    units = {tuple(s * (i == k) for i in range(n)) for k in range(n) for s in (1, -1)}
    assert len(steps) == 2 * n and set(steps) == units


@pytest.mark.parametrize("n", [17, 32, 40])
def test_every_vector_comes_into_a_list_with_those_of_its_window(n):
    """+-u_i of each window of 16, and the pairs within; all windows together span the lattice."""
    changed = False
    for run in range(2):
        rng = random.Random(run)
        neighbours = Neighbours(worked(rng, n, 100))
        before = vectors(neighbours.basis)
        g = gradient(rng, n)
        neighbours.rank_basis(g, 5)
        lists = windows(neighbours, g, 5)
        U = vectors(neighbours.basis)  # a window is left alone by those after it
        assert len(lists) == (n + 15) // 16
        for k, part in enumerate(lists):
            steps = [d for d, _ in part]
            window = U[16 * k : 16 * k + 16]
            m = len(window)
            assert m * (m + 1) <= len(steps) <= m * (m + 2)
            for u in window:
                assert tuple(u) in steps and tuple(-v for v in u) in steps
            for u, v in itertools.combinations(window, 2):
                sums = [tuple(a + s * b for a, b in zip(u, v, strict=True)) for s in (1, -1)]
                assert any(d in steps and tuple(-v for v in d) in steps for d in sums)
            ranks = [rank for _, rank in part]
            assert ranks == sorted(ranks, reverse=True)
        assert abs(determinant(U)) == 1
        changed |= U != before
    assert changed


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8, 20])
def test_lists_stay_in_the_word(core, n):
    """At the widest numbers and far scales; the same lists as without the check."""
    module = core.module("search.neighbours")
    rng = random.Random(n)
    for e in (-3000, -20, 0, 20, 3000):
        factor = worked(rng, n, 10**6)
        factor.scale(scalars.pack(1, e))
        for kind in range(3):
            mantissas = [2**27 - 1] * n if kind else [rng.choice((-1, 0, 1)) for _ in range(n)]
            g = make_block(mantissas, rng.choice((-1000, 0, 4000)))
            ours, theirs = Neighbours(factor), module.Neighbours(factor)
            for neighbours in (ours, theirs):
                neighbours.rank_basis(g, 2**18 - 1)
            assert windows(ours, g, 2**18 - 1) == windows(theirs, g, 2**18 - 1)
            for neighbours in (ours, theirs):
                neighbours.rank_box(g)
            assert windows(ours, g) == windows(theirs, g)
