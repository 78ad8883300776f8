"""Exceptions in steps under MicroPython: no heap at any allocation, an interrupt at any call.

With QBFGS_FUZZ in the environment at each of them in each step, else at some. (Signals will not
do: the unix port's own handler may wait for a lock that its main thread holds.)
"""

import os
from pathlib import Path

import pytest

from qbfgs_tools.virtual import interpreters

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
PORTS = [interpreters.UnixPort(), interpreters.UnixPort32()]
LEARNING = ("compensated", "limited", "compensated+2")
EVERY = 1 if "QBFGS_FUZZ" in os.environ else 6  # steps between those that are tried
CALLS = 1 if "QBFGS_FUZZ" in os.environ else 61  # calls between those
each_port = pytest.mark.parametrize("port", PORTS, ids=lambda port: port.name)


@each_port
def test_no_heap_at_any_allocation(port, need):
    need(port)
    script = HERE / "no_heap.py"
    heap = 140_000 if port in PORTS[1:] else 280_000
    result = port.run(script, path=[SHARED], args=[EVERY, *LEARNING], heap=heap, timeout=1800)
    lines = result.stdout.decode().split("\n")[:-1]
    assert len(lines) == len(LEARNING), result
    for line, mode in zip(lines, LEARNING, strict=True):
        name, steps, failures, outcome = line.split()
        assert (name, outcome) == (mode, "same")
        assert int(steps) > 5 and int(failures) > 10 * int(steps) // EVERY


@each_port
def test_an_interrupt_at_many_calls(port, need):
    need(port)
    script = HERE / "interrupts.py"
    result = port.run(script, path=[SHARED], args=[CALLS, *LEARNING], heap=2 << 20, timeout=1800)
    lines = result.stdout.decode().split("\n")[:-1]
    assert len(lines) == len(LEARNING), result
    for line, mode in zip(lines, LEARNING, strict=True):
        name, steps, interrupts, torn = line.split()
        assert name == mode and int(interrupts) > 2 * int(steps) > 20
        assert int(interrupts) > int(torn) > 0
