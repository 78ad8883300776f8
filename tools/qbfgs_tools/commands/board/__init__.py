"""`qbfgs board`: what talks to boards, real and virtual; a module a command."""

from qbfgs_tools.commands.board import install, list, resume, run, test
from qbfgs_tools.terminal.arguments import add_group


def register(commands):
    """Adds the command with its own commands."""
    actions = add_group(
        commands,
        "board",
        "install, run, watch, verify and resume on a board",
        "Installs qbfgs on a board, runs jobs there, and compares them with the desk.",
    )
    for add in (list.add, install.add, run.add_run, run.add_verify, resume.add, test.add):
        add(actions)
