"""`qbfgs lab batch`: what a run costs in a batch of many."""

from qbfgs_tools.terminal.arguments import add_command, add_seed, positive
from qbfgs_tools.terminal.live_view import LiveView, kept, undone
from qbfgs_tools.terminal.output import Bad, Report, Table, number

HEADINGS = ("<", "runs", "us a run", "epochs", "solved", "core / this", "SciPy / this")


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "batch",
        run,
        "throughput of the batch engine beside the scalar core and SciPy",
        """
CPU time of one process, BLAS pinned to one thread, Rosenbrock's function from random grid points of
[-4, 4] x [-5, 5] to a cost of exactly 0. SciPy's BFGS gets plain Python functions of floats. The
checksums of the core's runs are compared with the batch's.""",
        "qbfgs lab batch --qp 256 --largest 10000 --mode newton",
    )
    parser.add_argument(
        "--mode", choices=("compensated", "newton"), default="compensated", help="(compensated)"
    )
    parser.add_argument("--qp", type=positive, default=1024, help="grid steps a unit (1024)")
    parser.add_argument(
        "--largest", type=positive, default=100_000, help="runs of the largest batch (100000)"
    )
    add_seed(parser)


def run(arguments):
    """The report."""
    from qbfgs_desktop.studies.throughput import SIZES, measure

    sizes = [size for size in SIZES if size < arguments.largest] + [arguments.largest]
    few = min(200, arguments.largest)
    title = f"CPU time a run, mode {arguments.mode}, Qp = {arguments.qp} (seed {arguments.seed})"
    made, found = [], None
    with kept(made), LiveView(sum(sizes) + 3 * few + sizes[-1], label="runs") as view:
        settings = arguments.qp, sizes, few, few, arguments.seed
        found = measure(*settings, view.advance, made, arguments.mode)
    if found is None:
        rows = [(*row(cost), "-", "-") for cost in made]
        left = undone(len(made), len(sizes) + 2, "measurements")
        return Report([Table(title, HEADINGS, rows)], {"batches": made}, left)
    rows = [
        (*row(cost, cost is found.scipy), *ratios(cost, found))
        for cost in (*found.batches, found.core, found.scipy)
    ]
    note = (
        f"Checksums equal to the scalar core's: {found.equal} of {found.core.runs}. The batch of"
        f" {sizes[-1]} allocates {found.peak / 1e6:.0f} MB at most. Epochs of SciPy are evaluations"
        " of cost and gradient; it is solved when within half a grid step."
    )
    good = found.equal == found.core.runs and all(c.solved == c.runs for c in found.batches)
    return Report([Table(title, HEADINGS, rows), note if good else Bad(note)], found._asdict())


def row(cost, may_fail=False):
    """What was measured of one, as the beginning of a row of the table."""
    return (
        cost.who,
        str(cost.runs),
        number(cost.microseconds, 3),
        number(cost.epochs, 3),
        str(cost.solved) if cost.solved == cost.runs or may_fail else Bad(cost.solved),
    )


def ratios(cost, found):
    """How much longer the core's and SciPy's runs take, as the end of a row."""
    return [number(c.microseconds / cost.microseconds, 3) for c in (found.core, found.scipy)]
