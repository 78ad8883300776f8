"""Linear least squares in a reduced basis: what a pass gives, and what is refused."""

import random

import pytest
from fitting import samples

from qbfgs.models.designs import Affine, Polynomial
from qbfgs.models.least_squares import LeastSquares
from qbfgs.models.reduced import Reduced, solution


def made(rows):
    return Reduced(LeastSquares(samples(rows), Affine(1), 64))


def rows_of(seed):
    rng = random.Random(seed)
    return [[rng.randint(-(2**25), 2**25), rng.randint(-(2**25), 2**25)] for _ in range(9)]


def test_a_gradient_needs_no_cost_before_it():
    first, second = made(rows_of(1)), made(rows_of(1))
    assert first.cost([3, -4]) == second.cost([3, -4])
    fresh = made(rows_of(1))
    assert list(fresh.gradient([3, -4])) == list(first.gradient([3, -4]))


def test_changed_samples_are_read_after_a_refresh():
    rows = rows_of(1)
    model, other = made(rows), made(rows_of(2))
    before = model.cost([5, 6])
    rows[:] = rows_of(2)
    assert model.cost([5, 6]) == before
    model.refresh()
    Z = [5, 6]
    X = model.parameters(Z)
    assert model.cost(Z) != before
    assert model.squares.cost(X) == other.squares.cost(X)


def test_columns_that_depend_on_each_other_have_no_solution():
    with pytest.raises(ValueError, match="leave column 1 out"):
        solution([[4], [2, 1], [3, 5]], 2)


def test_a_degree_below_one():
    with pytest.raises(ValueError, match="the degree must be 1 or more, not 0"):
        Polynomial(0)
