"""`qbfgs board`: what talks to boards, real and virtual; a module a command."""

from qbfgs_tools.commands.board import install, list, resume, run, test


def register(commands):
    """Adds the command with its own commands."""
    top = commands.add_parser(
        "board",
        help="install, run, watch, verify and resume on a board",
        description="Installs qbfgs on a board, runs jobs there, and compares them with the desk.",
        epilog="qbfgs board COMMAND --help explains a command and gives an example.",
    )
    actions = top.add_subparsers(dest="action", metavar="COMMAND", required=True)
    for add in (list.add, install.add, run.add_run, run.add_verify, resume.add, test.add):
        add(actions)
