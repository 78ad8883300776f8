"""Heap bytes that one optimiser holds, as a function of the number of parameters.

Measured on a MicroPython of 32 bits, where it takes what it takes on a board.
"""

import tempfile
from pathlib import Path
from typing import NamedTuple

from qbfgs_tools.builds.files import CORE
from qbfgs_tools.virtual import interpreters

SIZES = (2, 4, 8, 16, 32, 64)
MODES = ("compensated", "limited")
HEAP = 8 << 20
SCRIPT = """
import gc, sys
from qbfgs import Optimizer

for mode in sys.argv[1].split(","):
    for n in sys.argv[2].split(","):
        x0 = [0] * int(n)
        o = Optimizer(None, x0, mode)  # what is made once for all is there from here on
        o = None
        gc.collect()
        before = gc.mem_alloc()
        o = Optimizer(None, x0, mode)
        gc.collect()
        print(mode, n, gc.mem_alloc() - before)
"""


class Held(NamedTuple):
    """n parameters; mode of the optimiser; bytes of heap, without the objective's."""

    n: int
    mode: str
    bytes: int


def interpreter():
    """The interpreter of 32 bits that measures."""
    return interpreters.UnixPort32()


def held():
    """A list of `Held` for all modes and sizes; needs `interpreter`."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "memory.py")
        script.write_text(SCRIPT)
        words = (",".join(MODES), ",".join(map(str, SIZES)))
        result = interpreter().run(script, [CORE.parent], words, heap=HEAP)
    if result.returncode:
        raise RuntimeError(result.stderr.decode())
    rows = [line.split() for line in result.stdout.decode().splitlines()]
    return [Held(int(n), mode, int(count)) for mode, n, count in rows]
