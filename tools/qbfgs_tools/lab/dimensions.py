"""`qbfgs lab dimensions`: problems of 2 to 16 parameters against the best point of their grid."""

from qbfgs_tools.terminal.arguments import add_command
from qbfgs_tools.terminal.live_view import LiveView, gathered, undone
from qbfgs_tools.terminal.output import Bad, Report, Table, number

HEADINGS = ("<problem", "Qp", *("to the best", "in all", "cost", "distance", "<") * 2, "LM", "BFGS")
NOTE = (
    "Epochs: to the best point found, and in all, with the certificate. Distance: grid steps"
    " (max-norm) from the best grid point next to a minimum, found by enumeration; a run is at the"
    " optimum when its cost is not above that point's. A local minimum that the literature names"
    " counts as one: Freudenstein and Roth's of 48.98. Mode newton takes the matrix of Gauss and"
    " Newton, compensated is quantized BFGS. SciPy: evaluations of Levenberg and Marquardt's method"
    " (MINPACK) and of BFGS, in doubles from the decimal start, that of the start included (ours"
    " are without)."
)


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "dimensions",
        run,
        "13 problems of 2 to 16 parameters on four grids",
        """
Modes "newton" and "compensated", no target: each run ends by itself, with a certificate. Compared
with the best point of the grid, which on a coarse one is seldom the rounded minimum, and with
SciPy's Levenberg-Marquardt and BFGS. Failures are listed.""",
        "qbfgs lab dimensions --refine",
    )
    parser.add_argument(
        "--refine",
        action="store_true",
        help="from fine to coarse: over a grid near 1/65536 first, then as without",
    )
    parser.add_argument(
        "--large",
        action="store_true",
        help='10 to 200 parameters: mode "limited" beside "compensated" and L-BFGS-B',
    )


def run(arguments):
    """The report."""
    if arguments.large:
        return large()
    rows, left = compared(refined if arguments.refine else certified)
    data = {"refine": arguments.refine, "rows": rows, "totals": totals(rows)}
    blocks = [table(rows), *summary(rows)]
    if arguments.refine and not left:
        without, left = compared(certified, "without refinement")
        if not left:
            data["plain"] = totals(without)
            for mode, sums in data["plain"].items():
                blocks.append(
                    f"Without refinement, mode {mode}: {sums['optimal']} of {sums['cases']} at the"
                    f" optimum, {sums['epochs']} epochs in all."
                )
    return Report([*blocks, NOTE], data, left)


def compared(make, label=""):
    """(the rows, what Ctrl-C left undone) of a comparison."""
    from qbfgs_desktop.studies.comparison import CASES, QPS, compare

    return shown(compare(make), len(CASES) * len(QPS), label)


def shown(rows, total, label=""):
    """(the rows as a list, what `undone` says of them), with a view of how far it is."""
    with LiveView(total, label=label) as view:
        made = gathered(view.track(rows))
    return made, undone(len(made), total, "rows")


def large():
    """The report of --large."""
    from qbfgs.status import text
    from qbfgs_desktop.studies.large import CASES, NEAR, QPS, compare

    rows, left = shown(compare(), len(CASES) * len(QPS))
    cells = []
    for r in rows:
        compensated = ("", "", "")
        if r.compensated is not None:
            c = r.compensated
            compensated = (str(c.near), str(c.epochs), number(c.cost))
        end = text(r.limited.status).split(":")[0]
        limited = (str(r.limited.near), str(r.limited.epochs), number(r.limited.cost), end)
        cells.append((r.label, str(r.n), str(r.qp), *limited, *compensated, str(r.scipy)))
    headings = ("<problem", "n", "Qp", "near", "in all", "cost", "<", "near", "in all", "cost", "")
    groups = (("", 3), ("mode limited", 4), ("compensated", 3), ("L-BFGS-B", 1))
    note = (
        f"Epochs until the cost is 1/{NEAR} of that of the start, and in all, with the certificate"
        " or the polls; the cost in the end in parts of that of the start. L-BFGS-B: SciPy's"
        " evaluations to the same cost in doubles, that of the start included."
    )
    return Report([Table("", headings, cells, groups), note], {"rows": rows}, left)


def certified(problem, x0, mode):
    """A run of a problem, with its certificate."""
    from qbfgs import Optimizer

    return Optimizer(problem, x0, mode=mode, certify=True)


def refined(problem, x0, mode):
    """A run from fine to coarse of a problem of `qbfgs.problems`."""
    from qbfgs_desktop.studies.refinement import Refinement

    kind = type(problem)
    sizes = () if hasattr(kind, "n") else (problem.n,)
    return Refinement(lambda qp: kind(qp, *sizes), problem.qp, x0, mode=mode, certify=True)


def totals(rows):
    """Sums over the rows: {mode: {what: sum}}."""
    from qbfgs_desktop.studies.comparison import MODES

    sums = {}
    for k, mode in enumerate(MODES):
        runs = [row.runs[k] for row in rows]
        sums[mode] = {
            "cases": len(runs),
            "optimal": sum(run.optimal for run in runs),
            "best_epoch": sum(run.best_epoch for run in runs),
            "epochs": sum(run.epochs for run in runs),
        }
    return sums


def table(rows):
    """The rows as a table."""
    cells = []
    for row in rows:
        runs = []
        for run in row.runs:
            runs += [str(run.best_epoch), str(run.epochs), number(run.cost), str(run.distance)]
            runs.append("" if run.optimal else Bad("not optimal"))
        cells.append((row.label, str(row.qp), *runs, str(row.lm), str(row.bfgs)))
    groups = (("", 2), ("mode newton", 5), ("mode compensated", 5), ("SciPy", 2))
    return Table("", HEADINGS, cells, groups)


def summary(rows):
    """Notes: the totals, and the runs that are not at the optimum."""
    for k, (mode, sums) in enumerate(totals(rows).items()):
        yield (
            f"Mode {mode}: {sums['optimal']} of {sums['cases']} at the optimum of the grid. Epochs:"
            f" {sums['best_epoch']} to the best points, {sums['epochs']} in all."
        )
        failures = [f"{row.label} at Qp = {row.qp}" for row in rows if not row.runs[k].optimal]
        if failures:
            yield Bad(f"Not at the optimum: {', '.join(failures)}.")
    lm, bfgs = [sum(getattr(row, name) for row in rows) for name in ("lm", "bfgs")]
    yield f"SciPy's evaluations: {lm} by LM, {bfgs} by BFGS."
