"""What the commands that talk to boards share: their errors, and their exit codes."""

from qbfgs_tools.terminal.arguments import UserError, add_command
from qbfgs_tools.terminal.output import emit


def board_command(actions, name, run, summary, details, example):
    """A command whose `run` may end the program with its own exit code."""
    return add_command(actions, name, guarded(run), summary, details, example)


def guarded(run):
    """run(arguments), with errors of the link as UserError and exit code 1 for `Failed`."""

    def call(arguments):
        from qbfgs_tools.boards.errors import LinkError

        try:
            return run(arguments)
        except Failed as failure:
            emit(failure.report, arguments.json)
            raise SystemExit(1) from None
        except LinkError as error:
            raise UserError(str(error)) from None

    return call


class Failed(Exception):
    """The command did its work, and the outcome is bad: made with the report that says so."""

    def __init__(self, report):
        super().__init__("failed")
        self.report = report


def judged(report, good):
    """The report; raises Failed with it when the outcome is not good. What Ctrl-C ended is
    neither."""
    if not good and not report.stopped:
        raise Failed(report)
    return report
