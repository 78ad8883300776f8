"""The compensation vector of eq. 35."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbfgs_desktop.oracle.compensation import coefficient, compensation_vector, largest
from qbfgs_desktop.oracle.rational import dot, round_half_up

vectors = st.lists(st.integers(-(2**20), 2**20), min_size=1, max_size=8).filter(any)
qps = st.integers(1, 2**20)


@given(vectors, qps)
def test_floors_and_remainders_are_the_rounding_of_the_whole(v, qp):
    square = v[largest(v)] ** 2
    assert coefficient(v, qp) == round_half_up(Fraction(qp * dot(v, v), square))
    assert qp <= coefficient(v, qp) <= len(v) * qp


@given(vectors, qps)
def test_orthogonal_but_for_the_rounding_of_one_coefficient(v, qp):
    z = compensation_vector(v, qp)
    m = largest(v)
    assert abs(2 * dot(v, z)) <= v[m] ** 2
    assert [z[i] for i in range(len(v)) if i != m] == [qp * a for i, a in enumerate(v) if i != m]


@pytest.mark.parametrize(
    "v, qp, z",
    [
        ([4, 2], 16, [-16, 32]),  # r = -(2/4)^2: z = (-4/4, 2), 16 times finer
        ([3, -4], 100, [300, 224]),  # 400 - 156 * 4 = -224 with the sign of -4
        ([1, 1], 8, [-8, 8]),  # the first of equals is the largest
        ([0, 5, 0], 16, [0, 0, 0]),  # nothing is orthogonal to a single component here
        ([0, 0], 16, [0, 0]),
        ([7], 16, [0]),
    ],
)
def test_worked_by_hand(v, qp, z):
    assert compensation_vector(v, qp) == z
