"""What the tests of the core share."""

import sys
from pathlib import Path

import pytest

from qbfgs_tools.lab.operators import counting as operators

sys.path.insert(0, str(Path(__file__).resolve().parent))  # for `hostile`, `resuming` ..


@pytest.fixture(scope="session")
def core():
    """The core with every operator checked: `core.module("words.blocks")` and so on."""
    with operators.checked() as instrument:
        yield instrument
