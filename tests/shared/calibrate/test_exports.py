"""A correction as a module, a C header and JSON says the same everywhere."""

import json

import numpy as np
import pytest

from qbfgs.calibrate import Compass
from qbfgs_desktop.studies.compasses import CASES, readings
from qbfgs_tools.virtual import interpreters

PROGRAM = """
#include <stdio.h>
#include "north.h"
int main(void) {
    int32_t v[3];
    while (scanf("%d %d %d", &v[0], &v[1], &v[2]) == 3) {
        north_correct(v, v);
        printf("%d %d %d\\n", v[0], v[1], v[2]);
    }
    return 0;
}
"""


@pytest.fixture(scope="module")
def found():
    compass = Compass()
    for row in readings(np.random.default_rng(8), CASES[0])[0].tolist():
        compass.add(row)
    return compass.result()


@pytest.fixture(scope="module")
def rows(found):
    """Readings within reach and far beyond it."""
    random = np.random.default_rng(9)
    near = random.integers(-found.reach, found.reach, (200, 3)) + found.offset
    return [*near.tolist(), [32767, -32768, 1], [0, 0, 0]]


def test_the_module_says_the_same(found, rows):
    module = {}
    exec(found.module(), module)
    assert [list(module["correct"](*row)) for row in rows] == [
        list(found.correct(*row)) for row in rows
    ]
    assert (module["OFFSET"], module["MATRIX"]) == (found.offset, found.matrix)
    assert (module["SHIFT"], module["FIELD"]) == (found.shift, found.field)


def test_the_header_says_the_same(found, rows, run_c):
    header = found.header("north")
    text = "\n".join(" ".join(map(str, row)) for row in rows)
    said = run_c({"north.h": header, "main.c": PROGRAM}, text)
    wanted = [list(found.correct(*row)) for row in rows]
    assert [list(map(int, line.split())) for line in said.splitlines()] == wanted
    assert "float" not in header and "double" not in header


@pytest.mark.parametrize("name", ["", "9north", "No", "a-b", "a b"])
def test_a_name_that_c_has_not_is_refused(found, name):
    with pytest.raises(ValueError, match="no name in C"):
        found.header(name)


def test_json_holds_all_numbers(found):
    said = json.loads(found.json())
    assert sum(said["matrix"], []) == found.matrix and said["offset"] == found.offset
    assert said["constants"] == found.constants and said["shift"] == found.shift
    assert said["trusted"] is True and said["reasons"] == []
    assert said["error_per_10000"] == found.error


HEAP = """
import gc
{module}
def taken():
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for k in range(100):
        correct({x} + k, {y} - k, {z})
    after = gc.mem_alloc()
    gc.enable()
    return after - before
taken()
print(taken())
"""


def test_a_reading_takes_no_heap_on_31_bits(found, tmp_path, need):
    wasm = interpreters.Wasm()
    need(wasm)
    far = [c + found.reach - 100 for c in found.offset]
    script = tmp_path / "heap.py"
    script.write_text(HEAP.format(module=found.module(), x=far[0], y=far[1], z=far[2]))
    run = wasm.run(script)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == [b"0"]
