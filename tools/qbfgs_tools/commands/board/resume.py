"""`qbfgs board resume`: goes on with the job on a board."""

from qbfgs_tools.boards.places import add_board, board_text, linked
from qbfgs_tools.commands.board.outcome import board_command, judged
from qbfgs_tools.commands.board.run import add_save, saving


def add(actions):
    parser = board_command(
        actions,
        "resume",
        run_resume,
        "go on with the job on a board from its checkpoint",
        """
After a reset or a power cut: the board goes on with its job.txt from the newer valid checkpoint,
and the desk compares what it does. With --desk the checkpoint is pulled from the board, and the
run ends at the desk. What a board names is not run here: a problem of your own is to be named with
--problem, and a data file lies in the current folder.""",
        "qbfgs board resume --board unix --desk",
    )
    add_board(parser)
    parser.add_argument("--desk", action="store_true", help="pull the checkpoint, and end it here")
    parser.add_argument(
        "--problem",
        action="append",
        default=[],
        metavar="MODULE:CLASS",
        help="a problem of your own that the board's job may name: it is code that will be run",
    )
    add_save(parser)


def run_resume(arguments):
    """The report of `board resume`."""
    from qbfgs_tools.boards import resume as board_resume
    from qbfgs_tools.boards import run as board_run
    from qbfgs_tools.boards.told import told
    from qbfgs_tools.terminal.live_view import LiveView

    with saving(arguments.save) as save, linked(arguments) as link:
        job = board_resume.job_on(link, arguments.problem)
        if arguments.desk:
            return board_resume.at_the_desk(link, job)
        with LiveView(1) as view:
            view.begin(job.name)
            made = board_run.run(link, view, job, save, arguments.silence, resumed=True)
    return judged(*told([job], [made], True, board_text(arguments)))
