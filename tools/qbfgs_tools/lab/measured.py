"""`qbfgs lab measured`: costs alone, and noise, beside SciPy's methods without gradients."""

from qbfgs_tools.terminal.arguments import add_command, positive
from qbfgs_tools.terminal.live_view import LiveView, gathered, undone
from qbfgs_tools.terminal.output import Bad, Report, Table, number

EXACT = ("<problem", "n", "alone", "cost", "gradient", "Nelder-Mead", "cost", "Powell", "cost")
NOISY = ("<loop", "noise", "measurements", "excess", "Nelder-Mead", "told", "certificates")
NOTE = (
    "Measurements of the cost in all, by default settings on either side, that of the start"
    ' included; gradient: ours where the objective gives one, mode "compensated". Noise in parts of'
    " the least cost. Excess: the true cost of the point returned beyond the least, median over the"
    " seeds; Nelder-Mead's with as many measurements. Told: seeds whose told cost is within two"
    " standard errors of the true one. Certificates: runs that ended with one of the lattice."
)


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "measured",
        run,
        "costs alone, and noise, beside Nelder-Mead and Powell",
        """
Problems of which the optimiser is told nothing but costs: Rosenbrock's, Beale's and Himmelblau's
functions and control loops of 2 to 4 gains, on a grid of 1024 steps a unit, without noise; and the
loops with noise of 1 % and 5 % of the least cost, whose standard deviation the runs find out by
themselves (noise="auto"). The same figures each time.""",
        "qbfgs lab measured --seeds 20",
    )
    parser.add_argument(
        "--seeds", type=positive, default=100, help="noisy runs of each kind (default 100)"
    )


def run(arguments):
    """The report."""
    from qbfgs_desktop.studies.measured import NOISES, SIZES, compare, noisy, problems

    cases = [(noise, n) for n in SIZES for noise in NOISES]
    total = len(problems()) + len(cases)
    with LiveView(total, label="problems") as view:
        rows = gathered(view.track(compare()))
        noises = gathered(view.track(noisy(*case, seeds=arguments.seeds) for case in cases))
    blocks = [
        Table("The cost alone", EXACT, [_exact(r) for r in rows]),
        Table(f"With noise, {arguments.seeds} seeds", NOISY, [_noisy(r) for r in noises]),
        NOTE,
    ]
    data = {"rows": rows, "noise": noises}
    return Report(blocks, data, undone(len(rows) + len(noises), total, "problems"))


def _exact(r):
    few = r.alone.measurements
    good = few <= r.nelder_mead.measurements and 2 * few <= 3 * r.powell.measurements
    return (
        r.name,
        str(r.n),
        str(few) if good else Bad(few),
        number(r.alone.cost),
        str(r.gradient.measurements) if r.gradient else "",
        str(r.nelder_mead.measurements),
        number(r.nelder_mead.cost),
        str(r.powell.measurements),
        number(r.powell.cost),
    )


def _noisy(r):
    excess = f"{100 * r.excess:.2f} %"
    return (
        r.name,
        f"{100 * r.noise:g} %",
        f"{r.measurements:g}",
        excess if 2 * r.excess <= r.nelder_mead else Bad(excess),
        f"{100 * r.nelder_mead:.2f} %",
        f"{r.told} of {r.seeds}",
        Bad(r.certificates) if r.certificates else "0",
    )
