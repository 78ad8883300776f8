"""A pass over the samples takes no heap, however many there are; its answer takes a little."""

from pathlib import Path

import pytest

from qbfgs_desktop.fits.datasets import Column, Dataset, to_bytes
from qbfgs_tools.virtual import interpreters

HERE = Path(__file__).resolve().parent
WIDE = 32  # bytes of an int of two or three words on a 32-bit board


@pytest.fixture(scope="module")
def records():
    """{model: (n, samples few and many, bytes few and many)} on the 31-bit interpreter."""
    wasm = interpreters.Wasm()
    if not wasm.available()[0]:
        return wasm
    run = wasm.run(HERE / "heap_models.py", path=[HERE.parents[1] / "shared"], timeout=1800)
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


@pytest.mark.parametrize("model", ["Logistic", "Softmax", "Network", "Decay"])
def test_heap_of_an_evaluation_with_the_hessian(records, model, need):
    if not isinstance(records, dict):
        need(records)
    n, few, many, bytes_few, bytes_many = records[f"{model}-hessian"]
    entries = n * (n + 1) // 2
    assert bytes_many - bytes_few <= WIDE * (n + entries + 2)
    assert records[model][3] < bytes_few <= (10 + 7 * (n + entries)) * WIDE


LEARN = """
import gc, sys
from qbfgs.data import DataFile
from qbfgs.models.logistic import BITS, WIDTH, Logistic
from qbfgs.data.samples import Samples
from qbfgs.data.scaling import Scaling

with open(sys.argv[1], "rb") as file:
    source = DataFile(file)
    scaling = Scaling(7)
    scaling.measure(source, list(range(7)), WIDTH, BITS)
    model = Logistic(Samples(source, list(range(7)), 7, scaling), 256, 1024)
    X = [0] * 8
    print(gc.mem_alloc() + gc.mem_free(), source.rows, model.cost(X), model.gradient(X)[7])
"""


def test_a_file_larger_than_the_heap_is_learnt_from(tmp_path, need):
    unix = interpreters.UnixPort()
    need(unix)
    rows = 10000
    columns = [
        Column(f"c{j}", [(k * (j + 3) * 7919) % 20011 for k in range(rows)], 0, 2) for j in range(7)
    ]
    kinds = Column("kind", [k * k % 3 % 2 for k in range(rows)], 0, 2, ("a", "b"))
    data = tmp_path / "large.qbfd"
    data.write_bytes(to_bytes(Dataset([*columns, kinds], True)))
    script = tmp_path / "learn.py"
    script.write_text(LEARN)
    heap = 128 * 1024
    run = unix.run(script, path=[HERE.parents[1] / "shared"], args=[data], heap=heap, timeout=1800)
    assert run.returncode == 0, run.stdout + run.stderr
    size, count, cost, slope = map(int, run.stdout.split())
    assert size <= heap < data.stat().st_size and count == rows
    # at 0 each sample costs ln 2, and the slope by b is half the samples less those of class 1
    assert abs(cost - rows * 0.693147180560 * 2**44) < rows * 2**20
    assert abs(slope / 2**36 - (rows / 2 - sum(kinds.values))) < 2**-9
