"""`qbfgs lab timing`: time and heap of an epoch on every board."""

from qbfgs_tools.commands.board.outcome import board_command, judged
from qbfgs_tools.terminal.output import Bad, Report, Table


def register(commands):
    parser = board_command(
        commands,
        "timing",
        run,
        "time and heap of an epoch on every board that runs here",
        """
One of the paper's rows through the board's own program, on the virtual boards and on every
interpreter of this machine; with --port on another board too, where qbfgs is installed.""",
        "qbfgs lab timing",
    )
    parser.add_argument("--port", help="serial port of another board")


def run(arguments):
    """The report of `lab timing`."""
    from qbfgs_tools.lab.boards import times
    from qbfgs_tools.terminal.live_view import LiveView, gathered, undone

    rows, notes = [], []
    with LiveView(times.count(arguments.port), label="boards") as view:
        made = gathered(view.track(times.rows(arguments.port)))
        for row in made:
            if row.reason:
                why = f"{row.board}: {'failed' if row.ran else 'not run'}, {row.reason}"
                notes.append(Bad(why) if row.ran else why)
                continue
            verdict = f"{row.epochs} equal" if row.equal else Bad("DIFFERS")
            cells = [str(n) if n is not None else "-" for n in (row.us, row.heap)]
            rows.append((row.board, row.runs_on, *cells, verdict))
    headings = ("<board", "<runs on", "us/epoch", "heap/epoch", "epochs")
    title = "Rosenbrock from (-1.232, 1.212) on 1/1024 to cost 0"
    notes.insert(
        0,
        f"Mean of an epoch in the fastest of {times.ROUNDS} runs. Emulated and desk times"
        " compare interpreters and builds; they are no board's.",
    )
    blocks = [Table(title, headings, rows), *notes]
    left = undone(len(made), times.count(arguments.port), "boards")
    return judged(
        Report(blocks, {"boards": made}, left), all(row.equal or not row.ran for row in made)
    )
