"""`qbfgs lab starts`: how much depends on the start."""

from qbfgs_tools.terminal.arguments import add_command, add_seed, positive
from qbfgs_tools.terminal.live_view import LiveView, kept, undone
from qbfgs_tools.terminal.output import Bad, Report, Table, number

HEADINGS = ("Qp", "runs", "failures", "mean", "95 % within", "most")


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "starts",
        run,
        "Rosenbrock's function from random and from jittered starts",
        """
Epochs to a cost of exactly 0 in mode "compensated", from random grid points of [-4, 4] x [-5, 5],
and the totals of the paper's 14 rows when its two starts are moved by up to +-0.06. The same seed
gives the same figures. Uses all cores.""",
        "qbfgs lab starts --count 200 --seed 7",
    )
    parser.add_argument(
        "--count", type=positive, default=1000, help="random starts on each grid (default 1000)"
    )
    add_seed(parser)
    parser.add_argument(
        "--jitter", type=positive, default=60, help="jittered copies of the starts (default 60)"
    )


def run(arguments):
    """The report."""
    from qbfgs_desktop.studies.robustness import QPS, STARTS, jittered_totals, random_starts

    count, copies, seed = arguments.count, arguments.jitter, arguments.seed
    spreads, totals = [], None
    with kept(spreads):
        with LiveView(len(QPS) * count, label="random starts") as view:
            for spread in random_starts(count, seed, advance=view.advance):
                spreads.append(spread)
        with LiveView(len(QPS) * len(STARTS) * copies, label="jittered starts") as view:
            totals = jittered_totals(copies, seed, advance=view.advance)
    rows = [
        (
            str(s.qp),
            str(s.runs),
            Bad(s.failures) if s.failures else "0",
            number(s.mean, 3),
            number(s.p95),
            number(s.most),
        )
        for s in spreads
    ]
    title = f"Epochs to a cost of exactly 0 from random starts (seed {seed})"
    blocks = [Table(title, HEADINGS, rows)]
    data = {"seed": seed, "random": spreads, "jitter": totals}
    if totals is None:
        return Report(blocks, data, undone(len(spreads), len(QPS) + 1, "sets of starts"))
    note = (
        f"{totals.copies} copies of the paper's starts jittered by +-0.06 (seed {seed}),"
        f" epochs over the 14 rows: median {totals.median:g}, least {totals.least},"
        f" most {totals.most}; {totals.failures or 'none'} of {totals.runs} runs failing."
    )
    return Report([*blocks, Bad(note) if totals.failures else note], data)
