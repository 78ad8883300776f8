"""Lets the tests of this folder import what they share (`boards`)."""

import sys
from pathlib import Path

import pytest

from qbfgs_tools.terminal import live_view

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def no_plain_lines(monkeypatch):
    """How far commands are is told by the clock, and tests may not depend on it."""
    monkeypatch.setattr(live_view, "FIRST", 1e6)
