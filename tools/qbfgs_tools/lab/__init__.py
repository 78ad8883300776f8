"""`qbfgs lab`: what measures the library itself; a module a command."""

from qbfgs_tools.lab import (
    batch,
    certified,
    compasses,
    dimensions,
    endings,
    fit,
    learn,
    measured,
    real,
    starts,
    table,
)
from qbfgs_tools.lab.bench import command as bench_command
from qbfgs_tools.lab.boards import heap, timing
from qbfgs_tools.lab.operators import command as operators_command
from qbfgs_tools.terminal.arguments import add_group

COMMANDS = (
    table,
    starts,
    dimensions,
    endings,
    measured,
    operators_command,
    bench_command,
    learn,
    compasses,
    batch,
    timing,
    heap,
    real,
    fit,
    certified,
)


def register(commands):
    """Adds the command with its own commands."""
    actions = add_group(
        commands,
        "lab",
        "measure the library itself: the figures of README and docs",
        "Measures the library itself: each figure of README and docs is made so.",
    )
    for module in COMMANDS:
        module.register(actions)
