"""`qbfgs lab certified`: NIST's regressions by `qbfgs.fit`, at the desk and as on a board."""

import tempfile
from pathlib import Path

from qbfgs_tools.lab.real import sources_folder
from qbfgs_tools.terminal.arguments import add_command
from qbfgs_tools.terminal.live_view import LiveView, kept, undone
from qbfgs_tools.terminal.output import Bad, Report, Table, number
from qbfgs_tools.virtual import interpreters

CLOSE = 0.02  # of a certified standard error
HEAP = 1 << 20
TIMEOUT = 600


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "certified",
        run,
        "NIST's 54 regressions from a formula and a start alone",
        """
The sum of squares and the standard errors beside the certified ones, and whether a 32-bit
MicroPython gives the same bits. Solved: the sum is at most 1e-4 above the certified one.""",
        "qbfgs lab certified --names Misra1a,Thurber",
    )
    parser.add_argument("--names", help="of sets, with commas (default: all 27)")


def run(arguments):
    """The report."""
    from qbfgs_desktop.studies.nist import formula_fits, strd

    names = arguments.names.split(",") if arguments.names else strd.names()
    port = interpreters.UnixPort32()
    boards = port.available()[0]
    done = []
    with kept(done), LiveView(2 * len(names), label="fits") as view:
        for name in names:
            for start in (0, 1):
                found = formula_fits.run(name, start)
                same = on(port, formula_fits.board(name, start)) == found.lines if boards else None
                done.append((found, same))
                view.advance()
    rows = [row(found, same) for found, same in done]
    solved = [found for found, _ in done if found.solved]
    close = sum(found.error_off <= CLOSE for found in solved)
    note = (
        f"Solved: {len(solved)} of {len(done)}, in {median(solved)} evaluations (median); standard"
        f" errors within {100 * CLOSE:g} % of the certified ones: {close} of {len(solved)}."
    )
    if boards:
        note += f" The same bits on {port.name}: {sum(bool(s) for _, s in done)} of {len(done)}."
    headings = ("<", "start", "sum above certified", "errors off by", "evaluations", "board")
    data = [f._asdict() | {"solved": f.solved, "same": s} for f, s in done]
    left = undone(len(done), 2 * len(names), "fits")
    return Report([Table("NIST's regressions by qbfgs.fit", headings, rows), note], data, left)


def row(found, same):
    """A row of the table."""
    excess = number(found.excess, 2)
    board = "-" if same is None else "the same" if same else Bad("differs")
    return (
        found.name,
        str(found.start),
        excess if found.solved else Bad(excess),
        number(found.error_off, 2) if found.solved else "-",
        str(found.evaluations),
        board,
    )


def median(solved):
    """Of the evaluations."""
    counts = sorted(found.evaluations for found in solved)
    return counts[len(counts) // 2] if counts else "-"


def on(interpreter, text):
    """The lines that a program prints on an interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "board.py")
        script.write_text(text)
        result = interpreter.run(script, [sources_folder()], heap=HEAP, timeout=TIMEOUT)
    return result.stdout.decode().splitlines()
