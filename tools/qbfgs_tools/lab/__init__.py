"""`qbfgs lab`: what measures the library itself; a module a command."""

from qbfgs_tools.lab import batch, dimensions, learn, starts, table
from qbfgs_tools.lab.bench import command as bench
from qbfgs_tools.lab.boards import heap, timing
from qbfgs_tools.lab.operators import command as operators

COMMANDS = (table, starts, dimensions, operators, bench, learn, batch, timing, heap)


def register(commands):
    """Adds the command with its own commands."""
    top = commands.add_parser(
        "lab",
        help="measure the library itself: the figures of README and docs",
        description="Measures the library itself: each figure of README and docs is made so.",
        epilog="qbfgs lab COMMAND --help explains a command and gives an example.",
    )
    actions = top.add_subparsers(dest="action", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.register(actions)
