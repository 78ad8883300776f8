"""Settings of the whole suite, and what its folders share."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parent))  # for `bowls`

# The same examples in every run, on every machine, however slow it is.
settings.register_profile("deterministic", derandomize=True, deadline=None, database=None)
settings.load_profile("deterministic")


@pytest.fixture(scope="session")
def need():
    """need(thing): skips on a person's machine, and fails in CI, when the thing is missing.

    A thing has `available()` -> (bool, reason), like an interpreter or a virtual board.
    """

    def check(thing):
        ok, reason = thing.available()
        if not ok and os.environ.get("CI"):
            pytest.fail(reason)
        if not ok:
            pytest.skip(reason)

    return check
