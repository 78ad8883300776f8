"""Readings are thinned, never too many, and go into bytes and back."""

import random

import pytest

from qbfgs.calibrate.triaxial.positions import Positions
from qbfgs.calibrate.triaxial.readings import Readings


def kept(readings):
    return [tuple(readings.values[3 * k : 3 * k + 3]) for k in range(readings.count)]


def test_the_same_reading_is_kept_once():
    readings = Readings(8)
    assert readings.add((1, 2, 3)) and not readings.add((1, 2, 3)) and readings.add([1, 2, 4])
    assert kept(readings) == [(1, 2, 3), (1, 2, 4)]


def test_a_full_store_thins_and_keeps_its_distance():
    numbers = random.Random(5)
    readings = Readings(32)
    for _ in range(2000):
        readings.add([numbers.randint(-400, 400) for _ in range(3)])
        assert readings.count < 32
    rows = kept(readings)
    assert len(rows) >= 16 and readings.spacing > 100
    for i, row in enumerate(rows):
        for other in rows[:i]:
            assert max(abs(a - b) for a, b in zip(row, other, strict=True)) >= readings.spacing


def test_a_sensor_at_rest_leaves_room_for_others():
    numbers = random.Random(6)
    readings = Readings(32)
    for _ in range(500):
        readings.add([1000 + numbers.randint(-3, 3) for _ in range(3)])
    for k in range(20):
        assert readings.add([100 * k, -100 * k, 0])
    assert readings.count >= 21


@pytest.mark.parametrize(
    ("reading", "error", "word"),
    [
        ((1, 2), ValueError, "x, y, z"),
        ((1, 2, 3.0), TypeError, "raw counts"),
        ((True, 2, 3), TypeError, "raw counts"),
        ((1 << 24, 0, 0), ValueError, "2^24"),
    ],
)
def test_what_is_no_reading_is_refused(reading, error, word):
    for store in (Readings(8), Positions(8, 10, 100)):
        with pytest.raises(error, match=word.replace("^", r"\^")):
            store.add(reading)
        assert store.count == 0


def test_a_position_is_the_mean_of_its_readings():
    positions = Positions(4, 32, 256)
    assert positions.add((1000, 0, 0))
    assert not positions.add((1010, 4, 0)) and not positions.add((1005, 2, 3))
    assert kept(positions) == [(1005, 2, 1)]
    assert not positions.add((900, 0, 0))  # on the way
    assert positions.add((0, 1000, 0)) and positions.count == 2


def test_no_more_positions_than_asked_for():
    positions = Positions(2, 32, 256)
    assert [positions.add((1000 * k, 0, 0)) for k in range(3)] == [True, True, False]
    assert positions.count == 2


def filled(store):
    numbers = random.Random(7)
    for _ in range(100):
        store.add([numbers.randint(-4000, 4000) for _ in range(3)])
    return store


@pytest.mark.parametrize("make", [lambda: Readings(32), lambda: Positions(32, 100, 1000)])
def test_state_is_taken_up(make):
    store, other = filled(make()), make()
    other.restore(store.state())
    assert kept(other) == kept(store) and other.state() == store.state()
    filled(store)
    filled(other)
    assert kept(other) == kept(store) and other.state() == store.state()


@pytest.mark.parametrize("make", [lambda m: Readings(m), lambda m: Positions(m, 100, 1000)])
def test_a_state_of_others_is_refused(make):
    store, other = filled(make(32)), make(33)
    for state in (store.state(), store.state()[:-1], [], [33]):
        with pytest.raises(ValueError, match="saved"):
            other.restore(state)
    assert other.count == 0
