"""`qbfgs board run` and `verify`: runs jobs, and compares them with the desk."""

import contextlib
from pathlib import Path

from qbfgs_tools.boards.places import add_board, board_text, linked
from qbfgs_tools.commands.board.outcome import board_command, judged
from qbfgs_tools.terminal.arguments import UserError, positive


def add_jobs(parser):
    parser.add_argument(
        "job",
        nargs="+",
        help="a job file, or `paper` for the paper's 14 rows; a job file has a `key value` a line:"
        " problem, qp, start, n, mode, max_epochs, target, radius, pairs, polls, tolerance,"
        " certify, checkpoint, watchdog",
    )


def add_save(parser):
    parser.add_argument("--save", type=Path, metavar="FILE", help="what the board reports")
    parser.add_argument(
        "--silence",
        type=positive,
        default=60,
        metavar="SECONDS",
        help="after which the board counts as lost (default 60)",
    )


def add_run(actions):
    parser = board_command(
        actions,
        "run",
        run_run,
        "run jobs on a board and watch them",
        """
Resets the board's MicroPython, runs each job from its beginning, and shows every epoch as it comes
in: cost, epochs a second by the board's own clock, heap.""",
        "qbfgs board run --board unix job.txt --save records.txt",
    )
    add_board(parser)
    add_jobs(parser)
    add_save(parser)


def add_verify(actions):
    parser = board_command(
        actions,
        "verify",
        run_verify,
        "run jobs on a board and compare every epoch with the desk",
        """
Runs each job as `board run` does, makes the same run at the desk, and compares the header of the
report with the job, then record by record. Exit code 1 when one differs, with the first
difference.""",
        "qbfgs board verify --board unix paper",
    )
    add_board(parser)
    add_jobs(parser)
    add_save(parser)


def run_run(arguments):
    """The report of `board run`."""
    return _run_jobs(arguments, verify=False)


def run_verify(arguments):
    """The report of `board verify`."""
    return _run_jobs(arguments, verify=True)


def _run_jobs(arguments, verify):
    from qbfgs_tools.boards import jobs
    from qbfgs_tools.boards import run as board_run
    from qbfgs_tools.boards.told import told
    from qbfgs_tools.terminal.live_view import LiveView, kept, undone

    chosen = jobs.named(arguments.job)
    runs = []
    with (
        kept(runs),
        saving(arguments.save) as save,
        linked(arguments) as link,
        LiveView(len(chosen)) as view,
    ):
        for job in chosen:
            view.begin(job.name)
            board_run.prepare(link, job)
            runs.append(board_run.run(link, view, job, save, arguments.silence))
            if runs[-1].error:
                break
    report, good = told(chosen, runs, verify, board_text(arguments))
    if all(not run.error for run in runs):
        report = report._replace(stopped=undone(len(runs), len(chosen), "jobs"))
    return judged(report, good)


def saving(path):
    if path is None:
        return contextlib.nullcontext()
    try:
        return open(path, "wb")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error}") from None
