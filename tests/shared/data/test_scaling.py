"""Scaling of columns, and that it is undone exactly."""

import random
from fractions import Fraction

import pytest

from qbfgs.data import Table
from qbfgs.data.samples import Samples
from qbfgs.data.scaling import Scaling

HALF = Fraction(1, 2)
WIDE = 2**28 - 2**13  # twice that is the farthest from the first value


def columns(seed, count=200):
    """Columns of very different sizes, from 0 / 1 to nearly 2^28."""
    rng = random.Random(seed)
    made = [
        [rng.randrange(2) for _ in range(count)],
        [rng.randint(-3, 12) for _ in range(count)],
        [round(rng.gauss(5000, 900)) for _ in range(count)],
        [rng.randint(-32768, 32767) for _ in range(count)],
        [rng.randint(-(2**27), 2**27 - 1) for _ in range(count)],
        [100 + (rng.random() < 0.01) * 100000 for _ in range(count)],  # a few far out
    ]
    made[-1][0] = 100101
    return made


def table(made):
    return Table([list(row) for row in zip(*made, strict=True)])


def check_rounding(scaling, made, width):
    for j, column in enumerate(made):
        unit = Fraction(scaling.factor[j], 2 ** scaling.drop[j])
        for v in column:
            exact = (v - scaling.shift[j]) * unit
            got = scaling.apply(j, v)
            assert -HALF < got - exact <= HALF if scaling.drop[j] else got == exact
            assert abs(got) <= 2**width


@pytest.mark.parametrize("width", [13, 19, 26])
def test_powers_of_two(core, width):
    made = columns(1)
    scaling = core.module("data.scaling").Scaling(len(made))
    scaling.measure(table(made), range(len(made)), width)
    check_rounding(scaling, made, width)
    for j, column in enumerate(made):
        deviation = max(abs(v - scaling.shift[j]) for v in column)
        assert deviation == scaling.most[j]
        unit = Fraction(scaling.factor[j], 2 ** scaling.drop[j])
        assert 2 ** (width - 1) <= deviation * unit < 2**width
        assert abs(scaling.shift[j] - Fraction(sum(column), len(column))) <= HALF


def test_standard_deviations(core):
    made = columns(2)
    ours, watched = Scaling(len(made)), core.module("data.scaling").Scaling(len(made))
    for scaling in (ours, watched):
        scaling.measure(table(made), range(len(made)), 13, 9)
    assert vars(ours) == vars(watched)
    check_rounding(ours, made, 13)
    for j, column in enumerate(made):
        unit = Fraction(ours.factor[j], 2 ** ours.drop[j])
        variance = Fraction(sum((v - ours.shift[j]) ** 2 for v in column), len(column))
        if max(abs(v - ours.shift[j]) for v in column) ** 2 > 15.9**2 * variance:
            assert j == len(made) - 1  # the one with few far out is kept below 2^13
            assert max(abs(ours.apply(j, v)) for v in column) in range(8185, 8193)
        else:
            bound = max(2**-11, 2.0 ** (ours.most[j].bit_length() - 29))
            assert abs(float(variance) ** 0.5 * unit / 512 - 1) < bound


def test_values_are_read_once():
    class Once(Table):
        rewinds = 0

        def rewind(self):
            self.rewinds += 1
            Table.rewind(self)

    for one in (None, 9):
        source = Once([list(row) for row in zip(*columns(3), strict=True)])
        source.rewinds = 0
        Scaling(6).measure(source, range(6), 13, one)
        assert source.rewinds == 1


@pytest.mark.parametrize("first", [0, -WIDE, WIDE])
def test_columns_as_wide_as_may_be(core, first):
    made = [[first, -first, -WIDE, WIDE, 0, 0]] + [[0, 1, 2, 3, 4, 5]]
    scaling = core.module("data.scaling").Scaling(2)
    scaling.measure(table(made), range(2), 13, 13)
    check_rounding(scaling, made, 13)
    wider = [[2**29 - 1, -(2**29) + 1], [0, 1]]
    with pytest.raises(ValueError, match="column 0 spans more than 2\\^28: use a larger unit"):
        scaling.measure(table(wider), range(2), 13, 13)


def test_together_and_not_centred():
    made = [[1000, -200, 300], [5, 0, -5]]
    scaling = Scaling(2)
    scaling.measure(table(made), [0, 1], 13, together=True)
    assert scaling.factor[0] == scaling.factor[1] == 2**3 and scaling.drop == [0, 0]
    made = [[1000, 200, 300], [5, 0, 1]]
    scaling.measure(table(made), [0, 1], 13, shift="none")
    assert scaling.shift == [0, 0] and scaling.factor == [2**3, 2**10]
    with pytest.raises(ValueError, match="column 1 has values below 0, such as -5"):
        scaling.measure(Table([[1, 2], [3, -5]]), [0, 1], 13, shift="none")


@pytest.mark.parametrize(
    "times, shift",
    [
        ([0, 5, 60], 0),
        ([7, 5, 60], 0),
        ([9, 20, 60], 9),
        ([100, 130, 160], 100),
        ([-30, 0, 30], -30),
    ],
)
def test_a_clock_begins_at_its_first_time_where_that_is_not_near_0(times, shift):
    scaling = Scaling(1)
    scaling.measure(Table([[t] for t in times]), [0], 19, shift="clock")
    assert scaling.shift == [shift] and scaling.apply(0, min(times)) >= 0
    assert scaling.most == [max(times) - shift]


@pytest.mark.parametrize("width, one", [(13, 9), (13, None), (19, None), (26, None)])
def test_19_values_far_outside_are_scaled_or_refused_never_cut(core, width, one):
    made = columns(4)
    scaling = core.module("data.scaling").Scaling(len(made))
    scaling.measure(table(made), range(len(made)), width, one)
    for j in range(len(made)):
        shift, reach = scaling.shift[j], scaling.reach[j]
        assert reach >= scaling.most[j]
        for v in (shift + reach, shift - reach):
            if abs(v) < 2**29:
                exact = Fraction((v - shift) * scaling.factor[j], 2 ** scaling.drop[j])
                assert -HALF <= scaling.apply(j, v) - exact <= HALF
                assert abs(scaling.apply(j, v)) <= 2**width
        for v in (shift + reach + 1, shift - reach - 1):
            if abs(v) < 2**29:
                with pytest.raises(ValueError, match=f"the value {v} of input {j} is too far"):
                    scaling.apply(j, v)


@pytest.mark.parametrize(
    "rows, message",
    [
        ([[1, 5], [2, 5]], "column 1 is constant: all values are 5"),
        ([[-(2**29) + 1, 0], [2**29 - 1, 1]], "column 0 spans more than 2\\^28"),
    ],
)
def test_columns_that_cannot_be_scaled(rows, message):
    with pytest.raises(ValueError, match=message):
        Scaling(2).measure(Table(rows), [0, 1], 13)


def test_no_samples():
    class Nothing(Table):
        def __init__(self):
            self.columns, self.rows, self._next = 1, [], 0

    with pytest.raises(ValueError, match="there are no samples"):
        Scaling(1).measure(Nothing(), [0], 13)


def test_undo_is_exact():
    """Weights on scaled values and on raw ones predict the same, before rounding."""
    rng = random.Random(3)
    made = columns(3)
    inputs, target = Scaling(5), Scaling(1)
    inputs.measure(table(made), range(5), 13, 9)
    target.measure(table(made), [2], 22)
    for _ in range(20):
        weights = [rng.randint(-(2**19), 2**19) for _ in range(6)]
        raw, denominator = inputs.undo(weights[:5], weights[5], 9)
        final, final_denominator = target.undo_target(raw, denominator, 20)
        for row in table(made).rows[:20]:
            exact = weights[5] + sum(
                weights[j]
                * (row[j] - inputs.shift[j])
                * Fraction(inputs.factor[j], 2 ** (inputs.drop[j] + 9))
                for j in range(5)
            )
            got = Fraction(raw[5] + sum(raw[j] * row[j] for j in range(5)), denominator)
            assert got == exact
            y = Fraction(final[5] + sum(final[j] * row[j] for j in range(5)), final_denominator)
            scaled = (y - target.shift[0]) * Fraction(target.factor[0], 2 ** target.drop[0])
            assert scaled / 2**20 == exact


def test_samples_pick_and_scale():
    scaling = Scaling(2)
    scaling.factor = [3, 1]
    scaling.shift = [0, 10]
    samples = Samples(Table([(1, 2, 30), (4, 5, 60)]), [1, 2], 0, scaling)
    seen = []
    for _ in range(2):
        samples.rewind()
        while samples.next():
            seen.append((list(samples.x), samples.y))
    assert seen == [([6, 20], 1), ([15, 50], 4)] * 2
    unlearned = Samples(Table([(7,)]), [0])
    assert unlearned.next() and (unlearned.x, unlearned.y) == ([7], 0) and not unlearned.next()
