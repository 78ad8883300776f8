"""Status codes: each has its own sentence, which says what to do."""

import pytest

from qbfgs import endings, status

NAMES = (
    "RUNNING",
    "TARGET",
    "LATTICE_MINIMUM",
    "MODEL_MINIMUM",
    "EPOCH_LIMIT",
    "BAD_OBJECTIVE",
    "TABLE_FULL",
    "STALLED",
    "POLLED",
    "RANGE_LEFT",
    "INTERRUPTED",
    "CONVERGED",
    "NOISE",
)
WORDS = {
    "RUNNING": "go on",
    "TARGET": "target",
    "LATTICE_MINIMUM": "no better point",
    "MODEL_MINIMUM": "certify=True asks more",
    "EPOCH_LIMIT": "max_epochs",
    "BAD_OBJECTIVE": "not an int",
    "TABLE_FULL": "none of 160 + 8 n steps",
    "STALLED": "no step left",
    "POLLED": "2 n polls",
    "RANGE_LEFT": "2^19 - 1 steps from 0",
    "INTERRUPTED": "goes on from x",
    "CONVERGED": "certify=True",
    "NOISE": "mean of some measurements",
}


def test_codes_are_distinct_and_counted_from_zero():
    codes = [getattr(status, name) for name in NAMES]
    assert codes == list(range(len(NAMES)))
    public = {name for name in vars(status) if name.isupper() and not name.startswith("_")}
    assert public == set(NAMES), "name a new status in this test"


@pytest.mark.parametrize("name", NAMES)
def test_a_text_says_what_and_what_next(name):
    sentence = status.text(getattr(status, name))
    assert WORDS[name] in sentence and len(sentence) >= 25
    assert len({status.text(code) for code in range(len(NAMES))}) == len(NAMES)


def test_success_is_an_end_by_itself():
    good = {"TARGET", "LATTICE_MINIMUM", "MODEL_MINIMUM", "POLLED", "CONVERGED", "NOISE"}
    for name in NAMES:
        assert endings.success(getattr(status, name)) == (name in good)


@pytest.mark.parametrize("code", [-1, len(NAMES), 99, None, "1", 1.0])
def test_what_is_no_code(code):
    with pytest.raises(ValueError, match="no such status"):
        status.text(code)
