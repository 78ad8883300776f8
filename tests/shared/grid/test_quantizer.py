"""The quantizer against exact fractions, on nasty integers by category and by hypothesis."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbfgs.grid.decimals import MAX_EXPONENT, MAX_TEXT
from qbfgs.grid.quantizer import carry, divide, quantize, round_div, to_text
from qbfgs.grid.scales import check_qp

NASTY = {
    "small": list(range(-9, 10)),
    "ties": [s * v for s in (1, -1) for v in (15, 25, 35, 50, 150, 250, 500, 1500)],
    "carries": [s * v for s in (1, -1) for v in (99, 999, 9999, 0x7FFF, 0xFFFF, 10**6 - 1)],
    "powers": [s * 2**k for s in (1, -1) for k in (4, 8, 14, 15, 16, 28, 29, 31, 32, 62, 63, 64)],
    "beside powers": [
        s * (2**k + d) for s in (1, -1) for d in (-1, 1) for k in (4, 8, 15, 16, 29, 31, 32, 64)
    ],
    "word limits": [-(2**30) - 1, -(2**30), -(2**30) + 1, 2**30 - 1, 2**30, 2**30 + 1],
    "huge": [s * v for s in (1, -1) for v in (10**40, 10**40 + 1, 3**100, 2**200 - 1)],
}
INTEGERS = sorted({value for values in NASTY.values() for value in values})
QPS = (1, 2, 3, 10, 16, 1000, 1023, 1024, 1025, 2**30 - 1, 2**30, 2**30 + 1)

wide = st.integers(-(2**70), 2**70) | st.sampled_from(INTEGERS)
divisors = wide.filter(lambda a: a != 0)
qps = st.integers(1, 10**12 - 1) | st.sampled_from(QPS)
exactly = settings(derandomize=True, deadline=None, max_examples=300)


def half_up(value):
    return floor(Fraction(value) + Fraction(1, 2))


@pytest.mark.parametrize("category", NASTY)
def test_round_div_is_exact_for_all_pairs(category):
    for a in NASTY[category]:
        for b in INTEGERS:
            if b != 0:
                assert round_div(a, b) == half_up(Fraction(a, b)), (a, b)


@pytest.mark.parametrize(
    "a, b, expected",
    [
        (1, 2, 1),
        (-1, 2, 0),
        (1, -2, 0),
        (-1, -2, 1),
        (3, 2, 2),
        (-3, 2, -1),
        (5, -2, -2),
        (7, 3, 2),
    ],
)
def test_round_div_rounds_half_up_whatever_the_signs(a, b, expected):
    assert round_div(a, b) == expected


@exactly
@given(wide, divisors)
def test_round_div_property(a, b):
    assert round_div(a, b) == half_up(Fraction(a, b))


@pytest.mark.parametrize("qp", QPS)
def test_divide_is_eq_13_with_the_g_of_eq_12(qp):
    half = Fraction(1, 2)
    for x in INTEGERS:
        for a in INTEGERS:
            if a == 0:
                continue
            quotient = qp * x // a
            g = floor((qp * x - a * (quotient - half)) / a)  # eq. 12 as printed
            assert carry(x, a, qp) == g and g in (0, 1), (x, a)
            assert divide(x, a, qp) == quotient + g == round_div(qp * x, a), (x, a)


@exactly
@given(wide, divisors, qps)
def test_divide_property(x, a, qp):
    assert divide(x, a, qp) == half_up(Fraction(qp * x, a))


TEXTS = [
    "-1.232", "1.212", "-3", "-4", "+.5", ".5", "-.5", "5.", "3e-2", "3E-2", "1e3", "-1.5e+2",
    "0", "-0", "0.5", "-0.5", "00012.500", "1e-99", "-1e-99", "0.0004999", "0.0005", "-0.0005",
    "-0.00050001", "999.9995", "1e99", "9" * MAX_TEXT, " 7.25\t",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("qp", QPS)
def test_quantize_text_is_half_up(text, qp):
    assert quantize(text, qp) == half_up(Fraction(text.strip()) * qp)


def test_quantize_pinned():
    assert [quantize(text, 1024) for text in ("-1.232", "1.212")] == [-1262, 1241]
    assert [quantize(text, 16) for text in ("-1.232", "1.212", "-3", "-4")] == [-20, 19, -48, -64]
    assert quantize("-1.232", 1000) == -1232
    assert quantize("0.03125", 16) == 1 and quantize("-0.03125", 16) == 0
    assert quantize(-3, 1024) == -3072


@exactly
@given(st.decimals(-(10**12), 10**12, allow_nan=False), qps)
def test_quantize_property(number, qp):
    text = str(number)
    if len(text) <= MAX_TEXT:
        assert quantize(text, qp) == half_up(Fraction(text) * qp)


@exactly
@given(wide, qps)
def test_quantize_int_property(value, qp):
    assert quantize(value, qp) == quantize(str(value), qp) == value * qp


BAD_TEXTS = [
    "", " ", ".", "-", "+", "e5", "1e", "1e+", "1e--2", "1.2.3", "1,5", "1_0", "_1", "0x10", "--1",
    "+-1", ".-5", "1.+5", "- 1", "1 2", "1e1.5", "1e2e3", "nan", "inf", "x", "١", "1\u00a0", "½",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_text_that_is_no_number_is_named(text):
    with pytest.raises(ValueError, match="is not a decimal number: write it like") as caught:
        quantize(text, 1024)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("text", ["1e100", "1e-100", "-1e999999999", "1e-0000000123"])
def test_absurd_exponents_are_refused(text):
    with pytest.raises(ValueError, match=f"exponent of '{text}' is out of range"):
        quantize(text, 1024)


def test_absurd_lengths_are_refused():
    with pytest.raises(ValueError, match="has 101 characters: shorten it to 100"):
        quantize("1" * (MAX_TEXT + 1), 1024)


@pytest.mark.parametrize("value", [-1.232, 1.0, True, None, b"1", (1,), Fraction(1, 2)])
def test_quantize_refuses_other_types(value):
    with pytest.raises(TypeError, match='decimal text, such as "-1.232"') as caught:
        quantize(value, 1024)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("qp", [1024.0, "1024", True, None, (16,)])
def test_qp_of_another_type_is_refused(qp):
    for call in (check_qp, lambda q: quantize("1", q), lambda q: divide(1, 1, q)):
        with pytest.raises(TypeError, match="Qp must be an int, not .*: give the grid steps"):
            call(qp)
    with pytest.raises(TypeError, match="Qp must be an int"):
        to_text(1, qp)


@pytest.mark.parametrize("qp", [0, -1, -1024])
def test_qp_below_one_is_refused(qp):
    for call in (check_qp, lambda q: quantize(1, q), lambda q: divide(1, 1, q)):
        with pytest.raises(ValueError, match=f"Qp must be 1 or more, not {qp}: give"):
            call(qp)


@pytest.mark.parametrize("bad", [1.0, "1", True, None])
def test_division_refuses_what_is_not_an_int(bad):
    with pytest.raises(TypeError, match="dividend must be an int"):
        round_div(bad, 2)
    with pytest.raises(TypeError, match="divisor must be an int"):
        round_div(2, bad)
    with pytest.raises(TypeError, match="divisor must be an int"):
        divide(2, bad, 16)


def test_division_by_zero_says_so():
    with pytest.raises(ZeroDivisionError, match="cannot divide 7 by 0: the divisor must not be 0"):
        round_div(7, 0)
    with pytest.raises(ZeroDivisionError, match="the divisor must not be 0"):
        divide(7, 0, 16)


@pytest.mark.parametrize(
    "X, qp, digits, expected",
    [
        (-1262, 1024, 12, "-1.232421875"),
        (1, 4096, 12, "0.000244140625"),
        (-1232, 1000, 12, "-1.232"),
        (3072, 1024, 12, "3"),
        (0, 7, 12, "0"),
        (1, 3, 4, "0.3333"),
        (2, 3, 4, "0.6667"),
        (-2, 3, 4, "-0.6667"),
        (3, 2, 0, "2"),
        (-3, 2, 0, "-1"),
        (-1, 2, 0, "0"),
        (-1, 1024, 2, "0"),
        (999, 1000, 2, "1"),
        (5, 1000, 2, "0.01"),
    ],
)
def test_to_text_pinned(X, qp, digits, expected):
    assert to_text(X, qp, digits) == expected


@exactly
@given(wide, qps, st.integers(0, MAX_EXPONENT))
def test_to_text_is_half_up_at_its_last_digit(X, qp, digits):
    text = to_text(X, qp, digits)
    assert Fraction(text) == Fraction(half_up(Fraction(X, qp) * 10**digits), 10**digits)
    assert not ("." in text and text[-1] in ".0") and text != "-0"


@exactly
@given(st.integers(-(2**60), 2**60), qps)
def test_to_text_reads_back(X, qp):
    assert quantize(to_text(X, qp), qp) == X


def test_to_text_refuses_bad_arguments():
    with pytest.raises(TypeError, match="X must be an int, not 1.5"):
        to_text(1.5, 16)
    with pytest.raises(TypeError, match="digits must be an int"):
        to_text(1, 16, "3")
    for digits in (-1, MAX_EXPONENT + 1):
        with pytest.raises(ValueError, match=f"digits must be 0..99, not {digits}"):
            to_text(1, 16, digits)
