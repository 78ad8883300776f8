"""The committed vectors are what the core answers now."""

import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def make():
    spec = importlib.util.spec_from_file_location("vectors_make", HERE / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = make()


@pytest.mark.parametrize("group", MAKE.GROUPS)
def test_the_core_answers_the_committed_vectors(group):
    committed = (HERE / f"{group}.txt").read_text()
    assert MAKE.made(group) == committed, "if that is wanted: python tests/vectors/make.py"


def test_each_group_has_its_files_and_no_file_is_left_over():
    texts = {path.stem for path in HERE.glob("*.txt")}
    calls = {path.stem.removeprefix("call_") for path in HERE.glob("call_*.py")}
    assert texts == calls == set(MAKE.GROUPS)
    assert sum(len((HERE / f"{g}.txt").read_text().splitlines()) for g in texts) >= 400
