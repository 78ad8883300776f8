"""Lets the tests of this folder import what they share (`boards`)."""

import functools
import hashlib
import os
import pickle
import sys
from pathlib import Path

import pytest

from qbfgs_tools.builds import forms
from qbfgs_tools.builds.lean import renaming
from qbfgs_tools.terminal import live_view

sys.path.insert(0, str(Path(__file__).parent))


def kept(make, folder):
    """A cached function, whose results all processes that have the folder share."""

    @functools.cache
    def made(*arguments):
        key = pickle.dumps((make.__name__, arguments))
        path = folder / f"{hashlib.sha256(key).hexdigest()}.pickle"
        if not path.exists():
            new = path.with_suffix(f".{os.getpid()}")
            new.write_bytes(pickle.dumps(make.__wrapped__(*arguments)))
            new.replace(path)
        return pickle.loads(path.read_bytes())

    made.__wrapped__ = make.__wrapped__
    return made


@pytest.fixture(scope="session", autouse=True)
def lowered_once(tmp_path_factory):
    """What takes seconds to make of the sources is made by one process of this run."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((forms, "_alone"), (forms, "_joined"), (renaming, "shortened")):
            patch.setattr(module, name, kept(getattr(module, name), folder))
        yield


@pytest.fixture(autouse=True)
def no_plain_lines(monkeypatch):
    """How far commands are is told by the clock, and tests may not depend on it."""
    monkeypatch.setattr(live_view, "FIRST", 1e6)
