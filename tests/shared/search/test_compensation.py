"""The compensation vector of eq. 35 in words, against exact rationals."""

from fractions import Fraction

import pytest
from exact import half_up
from hypothesis import given
from hypothesis import strategies as st

from qbfgs.search.compensation import Orthogonal

MOST = 2**19 - 1
vectors = st.lists(st.integers(-MOST, MOST), min_size=1, max_size=6).filter(any)
small = st.lists(st.integers(-9, 9), min_size=1, max_size=6).filter(any)
qps = st.one_of(st.integers(1, 9), st.integers(1, 2**19))


def largest(h):
    return max(range(len(h)), key=lambda i: (abs(h[i]), -i))


@given(st.one_of(small, vectors), qps)
def test_the_coefficient_is_the_rounded_sum(h, qp):
    m = largest(h)
    exact = Fraction(qp * sum(v * v for v in h), h[m] ** 2)
    assert Orthogonal(len(h)).coefficient(h, m, qp) == half_up(exact)


@given(st.one_of(small, vectors), qps)
def test_the_largest_component_is_turned_and_no_other(h, qp):
    m, z = largest(h), [7] * len(h)
    o = Orthogonal(len(h))
    o.turn(z, h, qp)
    assert z[:m] + z[m + 1 :] == h[:m] + h[m + 1 :]
    assert z[m] == half_up(Fraction((qp - o.coefficient(h, m, qp)) * h[m], qp))


@pytest.mark.parametrize(
    ("h", "qp", "coefficient"),
    [
        ([2, 1], 2, 3),  # 5/2, half up
        ([2, 1, 1], 2, 3),  # two quarters meet
        ([3, 1], 5, 6),  # 5 5/9: the carry of the lower digit decides
        ([3, 1], 4, 4),  # 4 4/9
        ([3, -2, 2], 1, 2),  # 1 8/9
        ([-5, 0, 0], 7, 7),
    ],
)
def test_worked_by_hand(h, qp, coefficient):
    assert Orthogonal(len(h)).coefficient(h, 0, qp) == coefficient


def test_of_nothing_it_is_nothing():
    z = [1, 2]
    Orthogonal(2).turn(z, [0, 0], 16)
    assert z == [0, 0]
