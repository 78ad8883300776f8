"""`qbfgs lab starts`: how much depends on the start."""

from itertools import zip_longest

from qbfgs_tools.terminal.arguments import add_command, add_seed, positive
from qbfgs_tools.terminal.live_view import LiveView, kept, undone
from qbfgs_tools.terminal.output import Bad, Report, Table, number

MODES = ("newton", "compensated")
HEADINGS = ("Qp", "runs", *("failures", "mean", "95 % within", "most") * 2)


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "starts",
        run,
        "Rosenbrock's function from random and from jittered starts",
        """
Epochs to a cost of exactly 0 in modes "newton" and "compensated", from random grid points of
[-4, 4] x [-5, 5], and the totals of the paper's 14 rows when its two starts are moved by up to
+-0.06. The same seed gives the same figures.""",
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
    spreads, jittered = {mode: [] for mode in MODES}, {}
    with kept(spreads["newton"]):
        with LiveView(len(MODES) * len(QPS) * count, label="random starts") as view:
            for mode, found in spreads.items():
                for spread in random_starts(count, seed, advance=view.advance, mode=mode):
                    found.append(spread)
        runs = len(MODES) * len(QPS) * len(STARTS) * copies
        with LiveView(runs, label="jittered starts") as view:
            for mode in MODES:
                jittered[mode] = jittered_totals(copies, seed, advance=view.advance, mode=mode)
    rows = [
        (str(newton.qp), str(newton.runs), *cells(newton), *cells(compensated))
        for newton, compensated in zip_longest(*spreads.values())
    ]
    title = f"Epochs to a cost of exactly 0 from random starts (seed {seed})"
    groups = (("", 2), ("mode newton", 4), ("mode compensated", 4))
    blocks = [Table(title, HEADINGS, rows, groups)]
    for mode, totals in jittered.items():
        note = (
            f"Mode {mode}: {totals.copies} copies of the paper's starts jittered by +-0.06 (seed"
            f" {seed}), epochs over the 14 rows: median {totals.median:g}, least {totals.least},"
            f" most {totals.most}; {totals.failures or 'none'} of {totals.runs} runs failing."
        )
        blocks.append(Bad(note) if totals.failures else note)
    done = sum(map(len, spreads.values())) + len(jittered)
    left = undone(done, len(MODES) * (len(QPS) + 1), "sets of starts")
    return Report(blocks, {"seed": seed, "random": spreads, "jitter": jittered}, left)


def cells(spread):
    """A `Spread` as texts; None, of what was not run, as empty ones."""
    if spread is None:
        return ("",) * 4
    failures = Bad(spread.failures) if spread.failures else "0"
    return failures, number(spread.mean, 3), number(spread.p95), number(spread.most)
