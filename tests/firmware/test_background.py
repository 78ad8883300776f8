"""The asyncio helper gives other tasks a turn after each epoch."""

import sys
import types
from pathlib import Path

import pytest
from qbfgs_board import background

from qbfgs import Optimizer, minimize
from qbfgs.problems import Rosenbrock
from qbfgs_tools.virtual import interpreters

SCRIPT = """
import sys
try:
    import asyncio
except ImportError:
    import uasyncio as asyncio
from qbfgs import Optimizer
from qbfgs.problems import Rosenbrock
from qbfgs_board.background import run

turns = [0]
optimizer = Optimizer(Rosenbrock(16), [-20, 19])

async def other():
    while optimizer.status == 0:
        turns[0] += 1
        await asyncio.sleep(0)

async def main():
    task = asyncio.create_task(other())
    await run(optimizer)
    await task
    print(optimizer.epochs, optimizer.checksum, turns[0] >= optimizer.epochs - 1)

asyncio.run(main())
"""


def expected():
    optimizer = minimize(Rosenbrock(16), [-20, 19])
    return f"{optimizer.epochs} {optimizer.checksum} True\n"


@pytest.mark.parametrize("interpreter", interpreters.every()[:2], ids=lambda i: i.name)
def test_it_runs_beside_another_task(interpreter, board, need):
    need(interpreter)
    script = Path(board({"beside.py": SCRIPT}).folder, "beside.py")
    assert interpreter.run(script).stdout.decode() == expected()


def test_the_old_name_of_asyncio(monkeypatch):
    @types.coroutine
    def sleep(seconds):
        yield seconds

    monkeypatch.setitem(sys.modules, "uasyncio", types.SimpleNamespace(sleep=sleep))
    monkeypatch.setitem(sys.modules, "asyncio", None)
    optimizer = Optimizer(Rosenbrock(16), [-20, 19])
    turns = list(background.run(optimizer).__await__())
    assert turns == [0] * (optimizer.epochs - 1)
    assert f"{optimizer.epochs} {optimizer.checksum} True\n" == expected()
