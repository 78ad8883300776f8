"""Compass: what it finds of simulated compasses, and when it says that it is not to be trusted."""

from fractions import Fraction

import numpy as np
import pytest

from qbfgs.calibrate import Compass
from qbfgs_desktop.studies.compasses import CASES, FIELD, levenberg, offset_of, readings

CLEAN, DISTURBED, SMALL = CASES
COUNT = 12


def rows_of(case, seed):
    return readings(np.random.default_rng(seed), case)


def filled(rows, **settings):
    compass = Compass(**settings)
    for row in rows.tolist():
        compass.add(row)
    return compass


def off(found, offset):
    """How far the offset is from the true one, in % of the field."""
    return 100 * np.linalg.norm(offset_of(found) - offset) / FIELD


def test_clean_readings_give_what_least_squares_gives():
    errors, stated = [], []
    for seed in range(COUNT):
        rows, offset = rows_of(CLEAN, seed)
        found = filled(rows).result()
        assert found.trusted, found.reasons
        errors.append(off(found, offset))
        stated.append(found.error / 100)
        assert np.linalg.norm(offset_of(found) - levenberg(rows)) < 0.006 * FIELD
        assert 60 < found.residual < 140  # noise of 1 %, in parts of 10000
    assert np.quantile(errors, 0.95) < 1.5
    assert 0.7 < np.sqrt(np.mean(np.square(errors)) / np.mean(np.square(stated))) < 1.4


def test_disturbed_readings_are_left_out():
    errors = []
    for seed in range(COUNT):
        rows, offset = rows_of(DISTURBED, seed)
        found = filled(rows).result()
        assert found.trusted, found.reasons
        assert 2 <= found.rejected <= 8 and found.rejected + found.readings == len(rows)
        errors.append(off(found, offset))
    assert np.quantile(errors, 0.95) < 2


def test_too_small_a_part_is_refused_with_a_reason():
    for seed in range(COUNT):
        found = filled(rows_of(SMALL, seed)[0]).result()
        assert not found.trusted
        assert "of 24 directions, 14 are needed" in found.reasons[0]
        assert " ".join(found.missing[:4]) in found.reasons[0]


def test_a_valley_without_an_end_is_left():
    """Readings of a small part may fit the better, the farther away the centre is."""
    rows, _ = readings(np.random.default_rng((1, 8)), SMALL)
    compass = filled(rows)
    solving = compass.solving()
    while solving.step():
        pass
    assert solving.epochs < 100 and not compass.judged(solving).trusted


@pytest.fixture(scope="module")
def one():
    """(rows, offset, what is found) of one compass."""
    rows, offset = rows_of(CLEAN, 3)
    return rows, offset, filled(rows).result()


def test_corrected_readings_have_the_length_of_the_field(one):
    rows, _, found = one
    lengths = [np.linalg.norm(found.correct(*row)) for row in rows.tolist()]
    assert abs(np.mean(lengths) - found.field) < 0.002 * found.field
    assert np.std(lengths) < 0.012 * found.field
    assert found.field == found.strength


def test_a_field_can_be_asked_for(one):
    rows, offset, plain = one
    found = filled(rows, field=10000).result()
    assert found.field == 10000 and found.strength == plain.strength
    assert off(found, offset) == pytest.approx(off(plain, offset), abs=0.01)
    lengths = [np.linalg.norm(found.correct(*row)) for row in rows.tolist()]
    assert abs(np.mean(lengths) - 10000) < 20


def test_correct_is_the_formula_half_up(one):
    rows, _, found = one
    for row in rows.tolist():
        turned = [v - o for v, o in zip(row, found.offset, strict=True)]
        wanted = [
            (sum(found.matrix[3 * i + j] * turned[j] for j in range(3)) + found.constants[i])
            >> found.shift
            for i in range(3)
        ]
        assert found.correct(*row) == wanted


def test_the_offset_itself_is_corrected_to_zero(one):
    _, _, found = one
    half = Fraction(1, 2)
    for i in range(3):
        # what is left of the offset is less than half a count
        rest = Fraction(found.constants[i], 1 << found.shift) - half
        assert abs(rest) <= half * sum(abs(v) for v in found.matrix[3 * i : 3 * i + 3]) / (
            1 << found.shift
        ) + Fraction(1, 1000)
    assert found.correct(*found.offset) in (
        [0, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, -1],
        [0, -1, 0],
        [-1, 0, 0],
    )


def test_correct_stays_in_words(one):
    _, _, found = one
    m, reach = found.matrix, found.reach
    for i in range(3):
        assert sum(abs(v) for v in m[3 * i : 3 * i + 3]) * reach + abs(found.constants[i]) < 1 << 29


def test_steps_are_the_same_as_the_whole(one):
    rows, _, found = one
    compass = filled(rows)
    solving = compass.solving()
    epochs = 1
    while solving.step():
        epochs += 1
    assert epochs > 10 and str(compass.judged(solving)) == str(found)


def test_state_gives_the_same_result(one):
    rows, _, found = one
    first = filled(rows[:60])
    second = Compass().load(first.dump())
    for row in rows[60:].tolist():
        second.add(row)
    assert second.result().json() == found.json()


@pytest.mark.parametrize("data", [b"", b"\x02\x20", b"\x01", b"\xff", bytes(Compass(48).dump())])
def test_a_foreign_state_is_refused(data):
    with pytest.raises(ValueError, match="readings|data end"):
        Compass().load(data)


def test_progress_counts_directions(one):
    compass = Compass()
    assert str(compass.progress()).startswith("0 readings, 0 of 24 directions; missing: +x+y+z")
    rows, _, _ = one
    for row in rows.tolist():
        compass.add(row)
    progress = compass.progress()
    assert not progress.ready and progress.readings == 100
    assert progress.seen + len(progress.missing) == 24 and 12 <= progress.seen < 18
    assert str(progress).endswith("missing: " + " ".join(progress.missing))
    assert filled(rows_of(CLEAN._replace(coverage=0.9), 3)[0]).progress().ready


def test_a_spike_of_the_bus_does_no_harm(one):
    rows, offset, plain = one
    compass = filled(rows)
    compass.add((32767, -32768, 32767))
    compass.add((0, 0, -32768))
    found = compass.result()
    assert found.trusted and found.rejected >= 2
    assert abs(off(found, offset) - off(plain, offset)) < 0.3


@pytest.mark.parametrize("noise", [0, 1, 5, 15])
@pytest.mark.parametrize("width", [0, 60, 200])
def test_turned_about_one_axis_alone_is_refused(noise, width):
    random = np.random.default_rng(1)
    angle = 2 * np.pi * np.arange(100) / 100
    height = 200 + width * random.uniform(-1, 1, 100)
    rows = np.c_[500 * np.cos(angle) + 30, 500 * np.sin(angle) - 20, height]
    rows = np.round(rows + noise * random.normal(size=rows.shape)).astype(int)
    assert not filled(rows).progress().ready
    found = filled(rows).result()
    assert not found.trusted
    assert "about another one too" in found.reasons[0] or "14 are needed" in found.reasons[0]


def test_a_swing_of_iron_is_refused():
    rows, _ = rows_of(CLEAN, 4)
    rows[:40] += np.random.default_rng(0).integers(-200, 200, (40, 3))
    found = filled(rows).result()
    assert not found.trusted and any(
        "do not fit" in reason or "scatter" in reason for reason in found.reasons
    )


def test_too_few_and_all_the_same():
    compass = Compass()
    with pytest.raises(ValueError, match="0 readings are too few: take 12 or more"):
        compass.result()
    for k in range(20):
        compass.add((5, 5, k // 15))
    with pytest.raises(ValueError, match="too few"):
        compass.result()


def test_settings_are_checked():
    with pytest.raises(ValueError, match="24 readings"):
        Compass(most=23)
    with pytest.raises(ValueError, match="1 count"):
        Compass(field=0)
