"""`qbfgs dimensions`: problems of 2 to 16 parameters against the best point of their grid."""

from qbfgs_tools.arguments import add_command
from qbfgs_tools.output import Bad, Report, Table, number

HEADINGS = ("<problem", "Qp", "to the best", "in all", "cost", "distance", "<", "<status", "SciPy")
NOTE = (
    "Epochs: to the best point found, and in all, with the certificate. Distance: grid steps"
    " (max-norm) from the best grid point next to a minimum, found by enumeration; a run is at the"
    " optimum when its cost is not above that point's. A local minimum that the literature names"
    " counts as one: Freudenstein and Roth's of 48.98. SciPy: evaluations of BFGS in doubles from"
    " the decimal start, that of the start included (ours are without)."
)


def register(commands):
    """Adds the command."""
    add_command(
        commands,
        "dimensions",
        run,
        "13 problems of 2 to 16 parameters on four grids",
        """
Mode "compensated", default settings, no target: each run ends by itself. Compared with the best
point of the grid, which on a coarse one is seldom the rounded minimum, and with SciPy's BFGS.
Failures are listed.""",
        "qbfgs dimensions --json > dimensions.json",
    )


def run(arguments):
    """The report."""
    from qbfgs import Optimizer
    from qbfgs_desktop.comparison import compare

    rows = compare(Optimizer)
    totals = {
        "cases": len(rows),
        "optimal": sum(r.optimal for r in rows),
        "best_epoch": sum(r.best_epoch for r in rows),
        "epochs": sum(r.epochs for r in rows),
        "scipy": sum(r.scipy for r in rows),
    }
    return Report([table(rows), *summary(rows, totals), NOTE], {"rows": rows, "totals": totals})


def table(rows):
    """The rows as a table."""
    from qbfgs.status import text

    cells = [
        (
            r.label,
            str(r.qp),
            str(r.best_epoch),
            str(r.epochs),
            number(r.cost),
            str(r.distance),
            "" if r.optimal else Bad("not optimal"),
            text(r.status).split(":")[0],
            str(r.scipy),
        )
        for r in rows
    ]
    groups = (("", 2), ("epochs", 2), ("the end", 4), ("BFGS", 1))
    return Table("", HEADINGS, cells, groups)


def summary(rows, totals):
    """Notes: the totals, and the runs that are not at the optimum."""
    yield (
        f"{totals['optimal']} of {totals['cases']} at the optimum of the grid."
        f" Epochs: {totals['best_epoch']} to the best points, {totals['epochs']} in all."
        f" SciPy's BFGS: {totals['scipy']} evaluations."
    )
    failures = [f"{r.label} at Qp = {r.qp}" for r in rows if not r.optimal]
    if failures:
        yield Bad(f"Not at the optimum: {', '.join(failures)}.")
