"""The reduced basis of the lattice and the ranked lists of steps made of it."""

import itertools
import random
from fractions import Fraction
from statistics import median

import pytest
from exact import determinant, dot, inverse_hessian, make_block, solve, times, value
from test_factors import gathered, worked

from qbfgs import blocks, scalars
from qbfgs.basis import Basis
from qbfgs.factors import Factor
from qbfgs.neighbours import Neighbours
from qbfgs.pivoting import sort

SIZES = range(1, 9)
REACH = {1: 62, 2: 5, 3: 2, 4: 1}
each_n = pytest.mark.parametrize("n", SIZES)


def square(H, d):
    """d'Bd, B = H^-1, exactly."""
    return dot(d, solve(H, d))


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
        factor.update(gathered(factor, s), gathered(factor, y), blocks.dot(s, y, 0, n))
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
    """Determinant +-1 exactly; no vector longer by more than 2^-6 of its squared length, where 14
    bits are enough to tell."""
    changed = 0
    for condition in (1, 100, 10**4, 10**6):
        rng = random.Random(n)
        basis = None
        for _ in range(3):
            factor = worked(rng, n, condition)
            if basis is None:
                basis = Basis(factor)
            basis.factor = factor
            H = inverse_hessian(factor)
            before = vectors(basis)
            basis.reduce()
            after = vectors(basis)
            assert abs(determinant(after)) == 1
            for old, new in zip(before, after, strict=True):
                if condition <= 100:
                    assert square(H, new) <= square(H, old) * (1 + Fraction(1, 2**6))
                assert max(map(abs, new)) < 2**14
            changed += before != after
    assert changed >= 4 or n == 1


@each_n
def test_inner_products_are_those_of_the_metric(n):
    """u_i'Bu_j within 2^-3 of the product of the lengths (reached: 2^-7), half within 2^-12;
    for n = 2 and 3 all within 2^-11."""
    errors = []
    for run in range(3):
        for condition in (1, 100):
            rng = random.Random(1000 * run + 3 * n)
            factor = worked(rng, n, condition)
            basis = Basis(factor)
            basis.reduce()
            H = inverse_hessian(factor)
            U = vectors(basis)
            squares = [square(H, u) for u in U]
            for i in range(n):
                for j in range(n):
                    error = value(basis.inner(i, j)) - dot(U[i], solve(H, U[j]))
                    errors.append(error**2 / (squares[i] * squares[j]))
    assert max(errors) <= Fraction(1, 2**22 if n < 4 else 2**6)
    assert median(errors) <= Fraction(1, 2**24)


@each_n
def test_a_reduced_pair_has_an_angle_of_60_degrees_or_more(n):
    """|u_i'Bu_j| at most half of u_j'Bu_j, and 2^-5, where 14 bits are enough to tell."""
    for condition in (1, 100, 10**4 if n < 4 else 10):
        rng = random.Random(5 * n)
        factor = worked(rng, n, condition)
        basis = Basis(factor)
        for _ in range(3):  # at the third call nothing is left to do
            basis.reduce()
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
    """r = -2 G.d / d'Bd, downwards; in units of |G| |d| / d'Bd (norms as the metric has them, so
    the largest r there could be) within 2^-5, half of them within 2^-10."""
    errors = []
    for run in range(6):
        rng = random.Random(7000 * n + run)
        factor = worked(rng, n, rng.choice((1, 100)))
        neighbours = Neighbours(factor)
        H = inverse_hessian(factor)
        g = gradient(rng, n)
        G = [v * Fraction(1, 2**12) for v in g[:n]]
        steepest = dot(G, times(H, G))  # (G.d)^2 is at most this times d'Bd
        for boxed in (False, True):
            if boxed:
                neighbours.rank_box(g)
            else:
                neighbours.rank_basis(g, 50)
            steps = listed(neighbours)
            ranks = [rank for _, rank in steps]
            assert ranks == sorted(ranks, reverse=True) and len(ranks) > 1
            for d, rank in steps[:40]:
                length = square(H, d)
                error = value(rank) + 2 * dot(G, d) / length
                errors.append(error**2 * length / steepest)
    assert max(errors) <= Fraction(1, 2**10) and median(errors) <= Fraction(1, 2**20)


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


@pytest.mark.parametrize("n", [5, 8, 16, 64])
def test_the_last_neighbourhood_above_four_is_the_unit_steps(n):
    factor = Factor(n)
    factor.set_identity(scalars.ONE)
    neighbours = Neighbours(factor)
    neighbours.rank_box(gradient(random.Random(n), n))
    steps = [d for d, _ in listed(neighbours)]
    units = {tuple(s * (i == k) for i in range(n)) for k in range(n) for s in (1, -1)}
    assert len(steps) == 2 * n and set(steps) == units


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8])
def test_lists_stay_in_the_word(core, n):
    """At the widest numbers and far scales; the same lists as without the check."""
    module = core.module("neighbours")
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
            assert listed(ours) == listed(theirs)
            for neighbours in (ours, theirs):
                neighbours.rank_box(g)
            assert listed(ours) == listed(theirs)
