"""Exceptions in steps under MicroPython: no heap at any allocation, and Ctrl-C at many moments.

QBFGS_FUZZ=1000 in the environment sends that many, and tries the allocations of every step.
"""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from qbfgs_tools.virtual import interpreters

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
PORTS = [interpreters.UnixPort(), interpreters.UnixPort32()]
TURNS = int(os.environ.get("QBFGS_FUZZ", "40"))
LEARNING = ("compensated", "limited", "compensated+2")
EVERY = 1 if "QBFGS_FUZZ" in os.environ else 6  # steps between those that are tried
each_port = pytest.mark.parametrize("port", PORTS, ids=lambda port: port.name)


@each_port
def test_no_heap_at_any_allocation(port, need):
    need(port)
    script = HERE / "no_heap.py"
    heap = 140_000 if port in PORTS[1:] else 280_000
    result = port.run(script, path=[SHARED], args=[EVERY, *LEARNING], heap=heap, timeout=300)
    lines = result.stdout.decode().split("\n")[:-1]
    assert len(lines) == len(LEARNING), result
    for line, mode in zip(lines, LEARNING, strict=True):
        name, steps, failures, outcome = line.split()
        assert (name, outcome) == (mode, "same")
        assert int(steps) > 5 and int(failures) > 10 * int(steps) // EVERY


@each_port
def test_ctrl_c_at_many_moments(port, need):
    need(port)
    command = port.command(str(HERE / "ctrl_c.py"), [], [str(TURNS)], 1 << 20)
    delays = random.Random("moments")
    with subprocess.Popen(
        command,
        env={**os.environ, **port.environment([str(SHARED)])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for _ in range(TURNS):
            line = process.stdout.readline()
            assert line == "ready\n", line + process.stdout.read()
            time.sleep(delays.uniform(0, 0.004))
            process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert rest.startswith("end ") and process.returncode == 0, rest
    assert int(rest.split()[1]) > 0
