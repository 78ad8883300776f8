"""Exact matrices and the textbook quasi-Newton algebra on them."""

import math
from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbfgs_desktop.oracle import linalg
from qbfgs_desktop.oracle.rational import Matrix, dot, log2_by_lines, round_half_up

SIZES = range(1, 9)


def positive(n, seed):
    """A positive definite Matrix of size n, with rows of small rationals."""
    rng = Random(seed)
    A = [[Fraction(rng.randint(-9, 9), rng.randint(1, 9)) for _ in range(n)] for _ in range(n)]
    rows = [[dot(a, b) + (i == j) for j, b in enumerate(A)] for i, a in enumerate(A)]
    return Matrix.of(rows)


def pair(n, seed):
    """(s, y) of ints with s'y > 0."""
    rng = Random(1000 + seed)
    while True:
        s = [rng.randint(-50, 50) for _ in range(n)]
        y = [rng.randint(-(10**12), 10**12) for _ in range(n)]
        if dot(s, y) > 0:
            return s, y


def times(A, B):
    return [[dot(row, column) for column in zip(*B, strict=True)] for row in A]


def identity(n):
    return [[int(i == j) for j in range(n)] for i in range(n)]


@given(st.fractions())
def test_rounding_is_half_up(value):
    whole = round_half_up(value)
    assert whole - Fraction(1, 2) <= value < whole + Fraction(1, 2)


@pytest.mark.parametrize("value, whole", [(Fraction(-3, 2), -1), (Fraction(3, 2), 2), (-7, -7)])
def test_ties_go_up(value, whole):
    assert round_half_up(value) == whole


@given(st.fractions(min_value=Fraction(1, 10**9)))
def test_log2_by_lines(value):
    """Exact at powers of two, and at most 0.0861 too small between."""
    error = math.log2(value) - log2_by_lines(value)
    assert -1e-9 < error < 0.0861
    assert log2_by_lines(2 * value) == log2_by_lines(value) + 1


def test_log2_by_lines_at_some_values():
    for k in range(-40, 41):
        assert log2_by_lines(Fraction(2) ** k) == k
    assert log2_by_lines(3) == Fraction(3, 2) and log2_by_lines(Fraction(3, 4)) == Fraction(-1, 2)


@pytest.mark.parametrize("n", SIZES)
def test_bfgs_satisfies_the_secant_equation_exactly(n):
    H = positive(n, n)
    for seed in range(4):
        s, y = pair(n, seed)
        H = linalg.bfgs_update(H, s, y)
        assert H.apply(y) == s
        assert all(v > 0 for v in linalg.ldl(H, range(n))[1])
        assert H.rows() == [list(row) for row in zip(*H.rows(), strict=True)]


def test_bfgs_agrees_with_the_expanded_formula():
    H, (s, y) = positive(3, 5), pair(3, 5)
    sy, Hy = Fraction(dot(s, y)), H.apply(y)
    expected = [
        [
            H.rows()[i][j]
            + (1 + dot(y, Hy) / sy) * s[i] * s[j] / sy
            - (Hy[i] * s[j] + s[i] * Hy[j]) / sy
            for j in range(3)
        ]
        for i in range(3)
    ]
    assert linalg.bfgs_update(H, s, y).rows() == expected


@pytest.mark.parametrize("y", [[0, 0], [-1, 0], [0, 1]])
def test_bfgs_refuses_a_pair_without_curvature(y):
    with pytest.raises(ValueError, match="s'y > 0"):
        linalg.bfgs_update(Matrix.identity(2), [1, 0], y)


@pytest.mark.parametrize("n", SIZES)
def test_inverse(n):
    H = positive(n, 20 + n)
    assert times(H.rows(), linalg.inverse(H).rows()) == identity(n)


def test_inverse_of_a_singular_matrix():
    with pytest.raises(ZeroDivisionError, match="positive definite"):
        linalg.inverse(Matrix.of([[1, 1], [1, 1]]))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("curvature", [1, 10**15, Fraction(1, 3)])
def test_teaching_gives_the_measured_curvature_exactly(n, curvature):
    H = positive(n, 40 + n)
    d = Random(n).choices(range(-9, 0), k=n)
    taught = linalg.teach(H, d, curvature)
    assert linalg.inverse(taught).form(d, d) == curvature
    assert all(v > 0 for v in linalg.ldl(taught, range(n))[1])
    # Nothing changes across d: H g is the same for every g with g'd = 0.
    if n > 1:
        g = [-d[1], d[0]] + [0] * (n - 2)
        assert taught.apply(g) == H.apply(g)


def test_teaching_refuses_negative_curvature():
    with pytest.raises(ValueError, match="positive"):
        linalg.teach(Matrix.identity(2), [1, 0], 0)


@pytest.mark.parametrize("n", SIZES)
def test_ldl_reproduces_the_permuted_matrix(n):
    H, order = positive(n, 60 + n), list(range(n))
    Random(n).shuffle(order)
    L, D = linalg.ldl(H, order)
    scaled = [[a * b for a, b in zip(row, D, strict=True)] for row in L]
    assert times(scaled, list(zip(*L, strict=True))) == H.permuted(order).rows()
    assert all(L[i][i] == 1 and not any(L[i][i + 1 :]) for i in range(n))


@pytest.mark.parametrize("n", SIZES)
def test_dBd_from_the_factors(n):
    H, order = positive(n, 70 + n), list(range(n))[::-1]
    d = Random(n).choices(range(-9, 10), k=n)
    L, D = linalg.ldl(H, order)
    w = [Fraction(d[c]) for c in order]
    for k in range(n):
        for i in range(k + 1, n):
            w[i] -= L[i][k] * w[k]
    assert sum(a * a / b for a, b in zip(w, D, strict=True)) == linalg.inverse(H).form(d, d)


@pytest.mark.parametrize("n", SIZES)
def test_exchange_pass_is_adjacent_exchanges_of_the_factors(n):
    H, order = positive(n, 80 + n), list(range(n))
    expected = list(order)
    for k in range(n - 2, -1, -1):
        L, D = linalg.ldl(H, expected)
        if D[k + 1] + L[k + 1][k] ** 2 * D[k] < D[k]:
            expected[k], expected[k + 1] = expected[k + 1], expected[k]
    assert linalg.exchange_pass(H, order) == expected


def test_exchange_pass_ends_with_the_stiffest_first():
    H = Matrix.of([[9, 0, 0], [0, 5, 0], [0, 0, 1]])
    order = [0, 1, 2]
    for _ in range(2):
        order = linalg.exchange_pass(H, order)
    assert order == [2, 1, 0] == linalg.exchange_pass(H, order)


def walked(H, target, order):
    return linalg.metric_round(linalg.ldl(H, order)[0], target, order)


def test_a_scaled_identity_rounds_each_coordinate_by_itself():
    target = [Fraction(1, 2), Fraction(-1, 2), Fraction(5, 3), Fraction(-5, 3)]
    assert walked(Matrix.identity(4, Fraction(3, 7)), target, [2, 0, 3, 1]) == [1, 0, 2, -2]


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_the_walk_against_brute_force(n, seed):
    """Each coordinate in turn is the integer nearest to its best value given those before."""
    H, rng = positive(n, 90 + seed), Random(seed)
    target = [Fraction(rng.randint(-400, 400), 64) for _ in range(n)]
    order = rng.sample(range(n), n)
    B = linalg.inverse(H).rows()
    d = walked(H, target, order)
    for k in range(n):
        # The model's minimum over the coordinates after k, for each value of the k-th.
        chosen, free = order[: k + 1], order[k + 1 :]

        def least(value, chosen=chosen, free=free, k=k):
            e = {c: d[c] - target[c] for c in chosen}
            e[order[k]] = value - target[order[k]]
            rows = Matrix.of([[B[i][j] for j in free] for i in free]) if free else None
            if rows is not None:
                pull = [-sum(B[i][j] * e[j] for j in chosen) for i in free]
                inner = linalg.inverse(rows).rows()
                e.update({i: dot(inner[a], pull) for a, i in enumerate(free)})
            return sum(B[i][j] * e[i] * e[j] for i in e for j in e)

        costs = {value: least(value) for value in range(d[order[k]] - 3, d[order[k]] + 4)}
        assert costs[d[order[k]]] == min(costs.values())


def test_the_walk_is_seldom_worse_than_plain_rounding():
    better = worse = 0
    for seed in range(60):
        H, rng = positive(3, seed), Random(seed)
        target = [Fraction(rng.randint(-400, 400), 64) for _ in range(3)]
        B = linalg.inverse(H).rows()

        def form(d, target=target, B=B):
            e = [a - b for a, b in zip(d, target, strict=True)]
            return sum(B[i][j] * e[i] * e[j] for i, j in product(range(3), repeat=2))

        plain = form([round_half_up(v) for v in target])
        metric = form(walked(H, target, [0, 1, 2]))
        better, worse = better + (metric < plain), worse + (metric > plain)
    assert better > 4 * worse


def test_trimming_keeps_the_leading_bits():
    H = positive(4, 7)
    for _ in range(30):
        H = H.scaled(Fraction(10**9 + 7, 10**9 + 9))
    short = H.trimmed(100)
    size = max(abs(v) for row in H.rows() for v in row)
    for a, b in zip(H.rows(), short.rows(), strict=True):
        for u, v in zip(a, b, strict=True):
            assert abs(u - v) <= size / 2**98
    assert short.d.bit_length() < 250
    assert H.trimmed(None) is H


def test_matrices_hold_integers_of_any_size():
    big = 10**40
    assert Matrix.identity(2, big).plus_outer(1, [big, 1]).form([1, 0], [1, 0]) == big + big**2
    assert Matrix.identity(2).N.dtype == np.dtype(object)
