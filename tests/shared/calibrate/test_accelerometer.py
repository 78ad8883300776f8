"""Accelerometer: six positions, leaning ones, and what speaks against a result."""

import numpy as np
import pytest

from qbfgs.calibrate import Accelerometer

ONE_G = 16384
OFFSET = np.array([300, -500, 220])
SHAPE = np.array([[1.02, 0.01, -0.02], [0.01, 0.97, 0.005], [-0.02, 0.005, 1.01]])
SIX = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (-1, 0, 0), (0, -1, 0), (0, 0, -1)]
LEANING = [(1, 1, 1), (1, 1, -1), (-1, 1, 1), (1, -1, -1), (-1, -1, 0.3), (0.2, 1, -1)]


def laid(positions, noise=60, one_g=ONE_G, each=16):
    """An Accelerometer that was laid in these positions."""
    random = np.random.default_rng(5)
    made = Accelerometer(one_g)
    for direction in positions:
        v = SHAPE @ (ONE_G * np.array(direction) / np.linalg.norm(direction)) + OFFSET
        for _ in range(each):
            made.add(np.round(v + noise * random.normal(size=3)).astype(int).tolist())
    return made


def test_six_positions_give_offsets_and_scales():
    made = laid(SIX)
    assert made.progress().ready and made.readings.count == 6
    found = made.result()
    assert found.trusted and found.error is None and found.residual is None
    assert "not told by so few readings" in str(found)
    assert np.abs(found.offset - OFFSET).max() < 40
    scales = [found.matrix[k] / (1 << found.shift) for k in (0, 4, 8)]
    assert np.abs(np.multiply(scales, np.diag(SHAPE)) - 1).max() < 0.004
    assert found.field == ONE_G


def test_leaning_positions_give_the_crossed_axes_too():
    found = laid(SIX + LEANING).result()
    assert found.trusted and found.error < 20 and found.residual < 20
    assert np.abs(found.offset - OFFSET).max() < 30
    matrix = np.reshape(found.matrix, (3, 3)) / (1 << found.shift)
    assert np.abs(matrix @ SHAPE - np.eye(3)).max() < 0.003
    for direction in LEANING:
        v = SHAPE @ (ONE_G * np.array(direction) / np.linalg.norm(direction)) + OFFSET
        length = np.linalg.norm(found.correct(*np.round(v).astype(int).tolist()))
        assert abs(length / ONE_G - 1) < 0.002


def test_a_side_that_is_missing_is_named():
    made = laid([*SIX[:5], (1, 1, 1)])
    assert not made.progress().ready and made.progress().missing == ["-z"]
    found = made.result()
    assert not found.trusted and "so that -z are seen too" in found.reasons[0]


def test_another_range_than_set_is_told():
    found = laid(SIX, one_g=ONE_G * 5 // 4).result()
    assert any("is that the range that is set?" in reason for reason in found.reasons)


def test_one_that_was_moved_is_told():
    random = np.random.default_rng(1)
    made = Accelerometer(ONE_G)
    for direction in SIX + LEANING + random.normal(size=(10, 3)).tolist():
        length = np.linalg.norm(direction) * random.uniform(0.9, 1.1)
        made.add([round(ONE_G * c / length) for c in direction])
    found = made.result()
    assert not found.trusted and found.residual > 200


def test_state_gives_the_same_result():
    made = laid(SIX)
    other = Accelerometer(ONE_G).load(made.dump())
    assert other.result().json() == made.result().json()


def test_too_few_positions():
    with pytest.raises(ValueError, match="5 readings are too few: take 6 or more"):
        laid(SIX[:5]).result()


@pytest.mark.parametrize("settings", [{"one_g": 63}, {"one_g": 256, "most": 5}])
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="64 counts a g or more, and 6 positions or more"):
        Accelerometer(**settings)
