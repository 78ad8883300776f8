"""`qbfgs board test`: traces and vectors on a board."""

from qbfgs_tools.boards.places import add_board, linked
from qbfgs_tools.commands.board.outcome import board_command, judged


def add(actions):
    parser = board_command(
        actions,
        "test",
        run_test,
        "the trace scripts and the committed vectors on a board",
        """
Runs the trace scripts (whole runs in all modes) and the committed vectors (answers of inner parts)
with what is installed on the board, in whichever build, and compares each line with the desk's.
What the heap has no room for is said, and counts neither way.""",
        "qbfgs board test --board unix",
    )
    add_board(parser)
    parser.add_argument("--vectors", action="store_true", help="the vectors alone")


def run_test(arguments):
    """The report of `board test`."""
    from qbfgs_tools.boards import trust as board_test
    from qbfgs_tools.terminal.live_view import LiveView

    with linked(arguments) as link, LiveView(board_test.count(arguments.vectors)) as view:
        return judged(*board_test.test(link, view, arguments.vectors))
