"""a b / m in words, against Python's integers of any width."""

from fractions import Fraction

import pytest
from exact import half_up
from hypothesis import given
from hypothesis import strategies as st

from qbfgs.words.long_division import LongDivision

MOST_B = 2**29 - 1
divisors = st.integers(1, 2**28 - 1)


@st.composite
def factors(draw):
    m = draw(divisors)
    return draw(st.integers(0, m)), draw(st.integers(-MOST_B, MOST_B)), m


EDGES = [
    (a, b, m)
    for m in (1, 2, 3, 2**28 - 1)
    for a in {0, 1, m // 2, (m + 1) // 2, m - 1, m}
    for b in (-MOST_B, -3, -2, -1, 0, 1, 2, 3, MOST_B)
]


def check(a, b, m):
    long = LongDivision()
    long.divide(a, abs(b), m)
    assert (long.quotient, long.remainder) == divmod(a * abs(b), m)
    assert long.rounded(a, b, m) == half_up(Fraction(a * b, m))


@pytest.mark.parametrize("case", EDGES)
def test_edges(case):
    check(*case)


@given(factors())
def test_quotient_remainder_and_half_up(case):
    check(*case)
