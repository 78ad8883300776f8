"""`qbfgs lab endings`: how soon runs end after the point that they return."""

from qbfgs_tools.lab.dimensions import shown
from qbfgs_tools.terminal.arguments import add_command, add_seed, positive
from qbfgs_tools.terminal.output import Bad, Report, Table

HEADINGS = ("<cases", "Qp", "runs", "near", "best", "in all", "median")
HEADINGS += ("in all", "median", "worse")
NOTE = (
    "Sums of epochs: near, until the cost was within 1e-5 of the decrease from the start to the"
    " cost returned; best, to the cost returned; in all. Median: of all to near. Worse: runs whose"
    " cost by default is above that with `certify` by more than `tolerance` says, 2^-26 of it. Half"
    " of the random starts are of Rosenbrock's function, the others about the starts of the"
    " `dimensions`."
)


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "endings",
        run,
        "how soon runs end, by default and with a certificate",
        """
The problems of `qbfgs lab dimensions`, random starts, and curves fitted to made-up readings, on
grids of 2^10 and 2^16 steps a unit: epochs to near the cost returned, to the best point and in all,
by default and with `certify`. The same seed gives the same figures.""",
        "qbfgs lab endings --count 100",
    )
    parser.add_argument(
        "--count", type=positive, default=500, help="random starts on each grid (default 500)"
    )
    add_seed(parser)
    parser.add_argument(
        "--mode", choices=("compensated", "limited"), default="compensated", help="(default first)"
    )


def run(arguments):
    """The report."""
    from qbfgs_desktop.studies.endings import QPS, SETS, cases, compare, total

    count, seed = arguments.count, arguments.seed
    size = len(QPS) * sum(1 for _ in cases(QPS[0], count, seed))
    rows, left = shown(compare(count, seed, mode=arguments.mode), size)
    totals, lines = [], []
    groups = [(g, qp) for g in SETS for qp in QPS] + [("all", None)]
    for group, qp in groups:
        chosen = [r for r in rows if group == "all" or (r.group, r.qp) == (group, qp)]
        if chosen:
            made = total(chosen)
            totals.append({"group": group, "qp": qp, **made._asdict()})
            lines.append(_cells(group, qp, made))
    worse = sorted({f"{r.label} at Qp = {r.qp}" for r in rows if r.worse})
    columns = (("", 3), ("by default", 4), ("certify", 2), ("", 1))
    blocks = [Table("", HEADINGS, lines, columns)]
    if worse:
        blocks.append(f"Worse: {', '.join(worse)}.")
    return Report([*blocks, NOTE], {"seed": seed, "totals": totals, "rows": rows}, left)


def _cells(group, qp, made):
    worse = Bad(made.worse) if 50 * made.worse > made.cases else str(made.worse)
    return (
        group,
        str(qp or ""),
        str(made.cases),
        str(made.near),
        str(made.best),
        str(made.epochs),
        f"{made.ratio:.2f}",
        str(made.certified),
        f"{made.certified_ratio:.2f}",
        worse,
    )
