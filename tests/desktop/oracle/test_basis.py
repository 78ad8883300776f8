"""Reduced bases, short steps, ranks."""

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from qbfgs_desktop.oracle import basis, linalg
from qbfgs_desktop.oracle.rational import Matrix


def thin(n, seed):
    """The metric of a long valley in a random direction."""
    rng = Random(seed)
    H = Matrix.identity(n)
    return linalg.inverse(H.plus_outer(500, [rng.randint(-9, 9) for _ in range(n - 1)] + [1]))


def identity(n):
    return [[int(i == j) for j in range(n)] for i in range(n)]


@pytest.mark.parametrize("n", range(1, 8))
def test_reduced_pairs_and_the_same_lattice(n):
    B, U = thin(n, n), identity(n)
    G = basis.reduce_basis(U, B)
    assert G == basis.gram(U, B)
    assert all(2 * abs(G[i][j]) <= G[j][j] for i in range(n) for j in range(n) if i != j)
    determinant = Fraction(1)
    for value in linalg.ldl(Matrix.of(_outer(U)), range(n))[1]:
        determinant *= value
    assert determinant == 1  # of U U': the basis generates every grid point


def _outer(U):
    return [[sum(a * b for a, b in zip(u, v, strict=True)) for v in U] for u in U]


@pytest.mark.parametrize("seed", range(6))
def test_in_the_plane_the_shortest_vector_is_found(seed):
    B, U = thin(2, seed), identity(2)
    basis.reduce_basis(U, B)
    box = [d for d in product(range(-12, 13), repeat=2) if any(d)]
    assert min(B.form(u, u) for u in U) == min(B.form(d, d) for d in box)


def test_entries_stay_small():
    B, U = linalg.inverse(Matrix.of([[10**12, 10**6], [10**6, 2]])), identity(2)
    basis.reduce_basis(U, B)
    assert max(abs(a) for row in U for a in row) < basis.ENTRY_LIMIT


def test_short_steps_of_the_identity():
    B, U = Matrix.identity(2), identity(2)
    steps = basis.short_steps(U, basis.reduce_basis(U, B), B, [-3, 1], 4)
    units = [[1, 0], [-1, 0], [0, 1], [0, -1], [-1, 1], [1, -1], [3, 0]]
    assert steps == units  # m = 3 along the first, -1 along the second, which is no multiple
    assert [3, 0] not in basis.short_steps(U, basis.gram(U, B), B, [-3, 1], 2)


def test_rank_is_one_at_the_models_minimizer_on_a_line():
    B = Matrix.identity(2, 4)
    ranked = basis.rank([[1, 0], [2, 0], [-1, 0], [0, 0], [0, 1]], B, [-8, 0])
    assert ranked == [(4, [1, 0]), (2, [2, 0]), (0, [0, 1]), (-4, [-1, 0])]
