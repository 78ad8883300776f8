"""Exact costs whose Hessian is nearly singular: the end comes early, and blames nothing."""

import hostile
import pytest

from qbfgs import minimize, status
from qbfgs.problems import VariablyDimensioned
from qbfgs.quantizer import quantize

# Condition, n, seeds that filled the table: 184 to 256 rejected neighbours at one point.
FULL = [(10**9, 6, 5), (10**12, 3, 39), (10**15, 3, 23), (10**15, 3, 29), (10**15, 6, 23)]


def near_singular(condition, n, seed):
    """A sum of squares with nearly parallel rows: `hostile.quadratic`'s weights, other rows."""
    rng = hostile.seeded("tf", condition, n, seed)
    objective = hostile.quadratic(rng, n, condition)
    base = [rng.randint(-300, 300) for _ in range(n)]
    objective.rows = [
        [b * rng.randint(1, 3) + rng.randint(-1, 1) for b in base] for _ in range(n + 2)
    ]
    objective.offsets = [rng.randint(-(10**6), 10**6) for _ in objective.rows]
    objective.weights = [rng.choice((1, 1, int(condition**0.5))) for _ in objective.rows]
    return objective, [rng.randint(-3000, 3000) for _ in range(n)]


def rejected(o):
    return o._position.count


@pytest.mark.parametrize("condition, n, seed", FULL)
def test_no_table_is_filled(condition, n, seed):
    o = minimize(*near_singular(condition, n, seed), max_epochs=3000, certify=True)
    assert o.status in (status.MODEL_MINIMUM, status.LATTICE_MINIMUM)
    assert rejected(o) <= 100 + 5 * n + n * (n + 2)
    assert o.cost == o.objective.cost(o.x)


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_many_parameters(seed):
    """12 parameters, condition 10^12 and 10^9: 256 were rejected."""
    for condition in (10**9, 10**12):
        rng = hostile.seeded("near singular", condition, seed)
        objective = hostile.quadratic(rng, 12, condition)
        o = minimize(
            objective, [rng.randint(-3000, 3000) for _ in range(12)], max_epochs=500, certify=True
        )
        assert o.status in (status.MODEL_MINIMUM, status.EPOCH_LIMIT)
        assert rejected(o) < 250


def test_variably_dimensioned():
    """14 parameters at Qp 16: a table of 272 was full."""
    for qp in (16, 64, 256):
        objective = VariablyDimensioned(qp, 14)
        o = minimize(
            objective,
            [quantize(text, qp) for text in objective.start],
            max_epochs=1000,
            certify=True,
        )
        assert o.status == status.MODEL_MINIMUM and rejected(o) <= 230


def test_the_text_blames_no_exact_cost():
    """Who asks for more polls than there is room for gets a full table, and its causes."""
    objective, x0 = near_singular(*FULL[1])
    o = minimize(objective, x0, polls=10**6, max_epochs=3000, certify=True)
    assert o.status in (status.TABLE_FULL, status.LATTICE_MINIMUM)
    text = status.text(status.TABLE_FULL)
    assert "probably" not in text and "fewer `polls`" in text and "its own Qp" in text
