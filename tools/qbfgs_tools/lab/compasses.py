"""`qbfgs lab compasses`: simulated compasses, calibrated by Compass and in other ways."""

from qbfgs_tools.terminal.arguments import add_command, add_seed, positive
from qbfgs_tools.terminal.live_view import LiveView, gathered, undone
from qbfgs_tools.terminal.output import Report, Table

HEADINGS = ("<readings from", "<offset by", "median", "95 %", "most", "refused")
NOTE = (
    "How far the offset is from the true one, in % of the field: soft iron of 15 %, noise of 1 % on"
    " each axis, 100 readings spread evenly over the part of the sphere; disturbed ones are off by"
    " 10 to 100 % of the field. Refused: compasses that Compass itself says are not to be trusted."
)


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "compasses",
        run,
        "simulated compasses, beside (max + min) / 2, a sphere and SciPy's LM",
        """
Hard and soft iron of simulated compasses from readings of a part of the sphere, clean and
disturbed, and from too small a part. The same seed gives the same figures.""",
        "qbfgs lab compasses --count 50",
    )
    parser.add_argument(
        "--count", type=positive, default=200, help="compasses of each kind (default 200)"
    )
    add_seed(parser)


def run(arguments):
    """The report."""
    from qbfgs_desktop.studies.compasses import CASES, simulate, summaries

    total = len(CASES) * arguments.count
    with LiveView(total, label="compasses") as view:
        found = gathered(view.track(simulate(arguments.count, arguments.seed)))
    rows = list(summaries(found))
    cells = []
    for s in rows:
        refused = "" if s.refused is None else f"{s.refused} of {arguments.count}"
        figures = [f"{100 * v:.1f}" if v < 10 else "> 1000" for v in (s.median, s.p95, s.most)]
        cells.append((s.case, s.way, *figures, refused))
    data = {"seed": arguments.seed, "count": arguments.count, "rows": rows}
    title = f"Offsets of {arguments.count} compasses of each kind (seed {arguments.seed})"
    left = undone(len(found), total, "compasses")
    return Report([Table(title, HEADINGS, cells), NOTE], data, left)
