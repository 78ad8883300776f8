"""A pass over the samples takes no heap, however many there are; its answer takes a little."""

from pathlib import Path

import pytest

from qbfgs_tools import interpreters

HERE = Path(__file__).resolve().parent
WIDE = 32  # bytes of an int of two or three words on a 32-bit board


@pytest.fixture(scope="module")
def records():
    """{model: (n, samples few and many, bytes few and many)} on the 31-bit interpreter."""
    wasm = interpreters.Wasm()
    if not wasm.available()[0]:
        return wasm
    run = wasm.run(HERE / "heap_models.py", path=[HERE.parents[1] / "shared"], timeout=120)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.decode().splitlines()
    assert lines[-1] == f"end {len(lines) - 1}"
    return {line.split()[0]: tuple(map(int, line.split()[1:])) for line in lines[:-1]}


@pytest.mark.parametrize("model", ["Logistic", "Softmax", "Network", "Decay"])
def test_heap_of_an_evaluation(records, model, need):
    if not isinstance(records, dict):
        need(records)
    n, few, many, bytes_few, bytes_many = records[model]
    assert many == 5 * few
    # a word more in some of the sums, never anything a sample
    assert bytes_many - bytes_few <= WIDE * (n + 2) < (many - few) * 16 * 2
    assert 0 < bytes_few <= (10 + 7 * n) * WIDE
