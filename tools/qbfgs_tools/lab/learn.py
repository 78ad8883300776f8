"""`qbfgs lab learn`: what learning in integers reaches, measured."""

import statistics
from functools import partial

from qbfgs_tools.terminal.arguments import add_command, positive
from qbfgs_tools.terminal.live_view import LiveView, gathered, kept, undone
from qbfgs_tools.terminal.output import Bad, Report, Table, number

SECTIONS = ("classes", "squares", "nist")
SLOW = "digits"
CLASSES_NOTE = (
    "A quarter of the rows is the test, by seed {seed}. Passes over the data: until the loss was"
    " within 1 % of the optimal one, by SciPy's BFGS and by qbfgs, in mode compensated (limited"
    " above 20 parameters) and in mode newton (up to 48), with the pass for the scaling."
    " in all: qbfgs in its default mode, which went on to twice SciPy's. right: test rows, by"
    " scikit-learn's logistic regression (C = 1) and by qbfgs at its end. excess: of its loss over"
    " scikit-learn's. Columns that are constant in the rows learnt from are left out."
)
SQUARES_NOTE = (
    "optimum: fits that end at the lattice optimum, by an exact sphere search; rounding: fits that"
    " are no worse than the rounded real minimizer; rounded: where that is the optimum itself."
    " excess: the worst fit's cost above the real minimum, over the lattice optimum's, minus 1."
    " condition: of the inputs' columns; theirs is squared in the Hessian. Qp is 16, 256, 4096 in"
    " turn. The runs start at zeros, in coordinates of a reduced basis as fits have them; settings"
    " are the defaults."
)
NIST_NOTE = (
    "Qp: a power of two a parameter, from the start alone, which is within 2^17 grid steps; where"
    " a run ends on an edge, that parameter's grid becomes 16 times coarser and it goes on. Finer"
    " too: grids follow both ways; where such a run ended by itself, a parameter below 2^17 steps"
    " gets the finer grid on which it is 2^17 to 2^18, and the run goes on, until a new grid brings"
    " no more than 1e-6 of the sum. digits: of the worst parameter, that agree with the certified"
    " ones (-log10 of the relative error, 11 are certified). excess: of the sum of squares over the"
    " certified one; grid: that of the best point of the grids, where it is above 1e-5. Epochs:"
    " until the sum was within 1e-4 of the certified one or of the grids' best, within 1e-6 of the"
    " last, and in all, with a certificate; settings are the defaults. SciPy, in doubles:"
    " evaluations until within 1e-4 of the certified sum, by least_squares' method lm (MINPACK),"
    " and by BFGS with parameters in units of their start. Our sums are computed at the desk in"
    " decimals of 50 digits."
)
MODES = ("newton", "compensated")


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "learn",
        run,
        "what learning in integers reaches: classes, least squares, NIST's regressions",
        """
classes: scikit-learn's iris, wine, breast cancer and digits beside its logistic regression and
SciPy's BFGS. squares: random least squares against the exact optimum of the lattice. nist: the 27
nonlinear regressions with certified values, from both starts. Exit code 0; what falls short is
marked in the tables.""",
        "qbfgs lab learn --quick",
    )
    parser.add_argument("--section", choices=SECTIONS, action="append", help="(default: all)")
    parser.add_argument("--quick", action="store_true", help=f"without {SLOW}, which takes minutes")
    parser.add_argument("--qp", type=positive, default=1024, help="of classes (default 1024)")
    parser.add_argument(
        "--sets", type=positive, default=200, help="random sets of squares (default 200)"
    )


def run(arguments):
    """The report."""
    chosen = set(arguments.section or SECTIONS)
    blocks, data, left = [], {}, ""
    with kept(blocks):
        for name in SECTIONS:
            if name in chosen and not left:
                table, note, rows, left = _TABLES[name](arguments)
                blocks += [table, note]
                data[name] = rows
    return Report(blocks, data, left or undone(len(data), len(chosen), "sections"))


def shown(calls, total):
    """(the results of (name, call), what `undone` says of them), with a view of how far it is."""

    def results():
        for name, call in calls:
            view.begin(name)
            yield call()

    with LiveView(total, label="sets") as view:
        made = gathered(view.track(results()))
    return made, undone(len(made), total, "sets")


def mark(text, good):
    """A text, marked unless all is well."""
    return text if good else Bad(text)


def classes(arguments):
    """(table, note, results, what is left) of classification."""
    from qbfgs_desktop.studies import learning_figures

    names = [n for n in learning_figures.SETS if not (arguments.quick and n == SLOW)]
    calls = ((name, partial(learning_figures.classes, name, arguments.qp)) for name in names)
    made, left = shown(calls, len(names))
    rows = [
        (
            c.name,
            str(c.n),
            str(c.rows),
            str(c.scipy_passes),
            times(c.fit_passes),
            "" if c.n > learning_figures.MOST_NEWTON else times(c.newton_passes),
            str(c.fit_all),
            f"{c.excess:.1e}",
            str(c.test),
            str(c.reference_right),
            mark(str(c.right), c.good),
        )
        for c in made
    ]
    headings = (
        "<set",
        "n",
        "rows",
        "SciPy",
        "quasi",
        "newton",
        "in all",
        "excess",
        "rows",
        "scikit",
    )
    headings += ("qbfgs",)
    groups = (("", 3), ("passes", 4), ("", 1), ("test", 3))
    title = f"Logistic regression on the grid of 1/{arguments.qp}"
    note = CLASSES_NOTE.format(seed=learning_figures.SEED)
    return Table(title, headings, rows, groups), note, made, left


def squares(arguments):
    """(table, note, results, what is left) of least squares."""
    from qbfgs_desktop.studies import learning_figures

    def both(case):
        return tuple(learning_figures.squares(*case, mode) for mode in MODES)

    cases = learning_figures.random_sets(arguments.sets)
    calls = (("least squares", partial(both, case)) for case in cases)
    made, left = shown(calls, arguments.sets)
    rows = [
        squares_row(n, condition, [s for s in made if (s[0].n, s[0].condition) == (n, condition)])
        for n in learning_figures.SIZES
        for condition in learning_figures.CONDITIONS
    ]
    rows.append(squares_row("all", "", made))
    headings = ("n", "condition", "sets", "rounded")
    headings += ("optimum", "rounding", "excess", "epochs") * len(MODES)
    groups = (("", 4), ("mode newton", 4), ("mode compensated", 4))
    title = f"Linear least squares, {len(made)} random sets"
    return Table(title, headings, rows, groups), SQUARES_NOTE, made, left


def squares_row(n, condition, made):
    """A row of the table of least squares."""
    count = len(made)
    cells = [str(n), str(condition), str(count), str(sum(newton.rounded for newton, _ in made))]
    for runs in zip(*made, strict=True):
        optimum, rounding = sum(s.optimum for s in runs), sum(s.rounding for s in runs)
        cells += [
            mark(str(optimum), 20 * optimum >= 19 * count),
            mark(str(rounding), rounding == count),
            number(max(s.excess for s in runs), 2),
            str(sum(s.epochs for s in runs) // count),
        ]
    return tuple(cells) + ("",) * (4 * (1 + len(MODES)) - len(cells))


def nist(arguments):
    """(table, note, results, what is left) of NIST's regressions."""
    from qbfgs_desktop.studies.nist import strd

    problems = [strd.load(name) for name in strd.names()]
    calls = (
        (f"{problem.name}, start {start + 1}", partial(nist_run, problem, start))
        for problem in problems
        for start in (0, 1)
    )
    made, left = shown(calls, 2 * len(problems))
    rows = [nist_row(r) for r in made]
    headings = ("<problem", "n", "start", "grid", "digits", "excess", "near", "1e-6", "in all", "<")
    headings += ("grid", "excess", "near", "in all", "excess", "near", "in all", "LM", "BFGS")
    groups = (("", 3), ("mode newton", 7), ("finer too", 4), ("mode compensated", 3), ("SciPy", 2))
    note = f"{nist_summary(made)} {NIST_NOTE}" if made else NIST_NOTE
    return Table("NIST StRD, nonlinear regression", headings, rows, groups), note, made, left


def nist_run(problem, start):
    """A row: {what: value}: a pair of `regressions.run` a mode, results of `regressions_scipy`."""
    from qbfgs_desktop.studies.nist import regressions, regressions_scipy

    row = {"name": problem.name, "n": len(problem.certified), "start": start + 1}
    for mode in MODES:
        row[mode] = regressions.run(problem, start, mode)
    row["lm"] = regressions_scipy.minpack(problem, start)
    row["bfgs"] = regressions_scipy.bfgs(problem, start)
    return row


def nist_row(r):
    """A row of `nist_run` as texts."""
    newton, finer = r["newton"]
    compensated = r["compensated"][0]
    return (
        r["name"],
        str(r["n"]),
        str(r["start"]),
        grid(newton),
        f"{newton.digits:.1f}",
        number(newton.excess, 2),
        times(newton.near),
        str(newton.settled),
        str(newton.epochs),
        newton.ended,
        grid(finer),
        number(finer.excess, 2),
        times(finer.near),
        str(finer.epochs),
        number(compensated.excess, 2),
        times(compensated.near),
        str(compensated.epochs),
        times(r["lm"].near),
        times(r["bfgs"].near),
    )


def grid(result):
    """The excess of the best point of a result's grids, where it is worth a look."""
    return number(result.grid, 2) if result.grid > 1e-5 else ""


def times(count):
    """A count of epochs, or a mark where the end was never reached."""
    return Bad("-") if count is None else str(count)


def nist_summary(made):
    """How many were solved, and when in the median."""
    said = []
    for mode in MODES:
        for what, results in zip(
            (mode, "with finer grids too"), zip(*(r[mode] for r in made), strict=True), strict=True
        ):
            count = sum(result.certified for result in results)
            certified = f", {count} within 1e-4 of the certified sum"
            said.append(f"{what} {solved(results, certified)}")
    said += [f"{what} {solved([r[what] for r in made])}" for what in ("lm", "bfgs")]
    return f"Solved, and epochs or evaluations to it: {'; '.join(said)}."


def solved(results, certified=""):
    """How many of the results, and when in the median."""
    found = [result.near for result in results if result.near is not None]
    median = statistics.median(found) if found else 0
    return f"{len(found)} of {len(results)}{certified}, median {median:g}"


_TABLES = {"classes": classes, "squares": squares, "nist": nist}
