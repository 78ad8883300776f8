"""`qbfgs lab learn`: what learning in integers reaches, measured."""

from functools import partial

from qbfgs_tools.terminal.arguments import add_command, positive
from qbfgs_tools.terminal.live_view import LiveView, gathered, kept, undone
from qbfgs_tools.terminal.output import Bad, Report, Table, number

SECTIONS = ("classes", "squares", "nist")
SLOW = "digits"
CLASSES_NOTE = (
    "A quarter of the rows is the test, by seed {seed}. Passes over the data: until the loss was"
    " within 1 % of the optimal one, by SciPy's BFGS and by qbfgs, whose two passes for the scaling"
    " count; qbfgs then went on to twice SciPy's. right: test rows, by scikit-learn's logistic"
    " regression (C = 1) and by qbfgs at its end. excess: of its loss over scikit-learn's. Columns"
    " that are constant in the rows learnt from are left out."
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
    "digits: of the worst parameter, that agree with the certified ones (-log10 of the relative"
    " error, 11 are certified); grid: what rounding the certified values leaves for certain, with"
    " the largest powers of two as Qp that keep starts and certified values below 2^19 steps."
    " steps: from the certified values, of the worst parameter, where rounding leaves up to 0.5; a"
    " grid point with a smaller sum of squares can be further away. Marked where a digit or more is"
    " lost. The sums are computed at the desk in decimals of 50 digits; the first radius is a"
    " quarter of the largest |x0|."
)


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "learn",
        run,
        "what learning in integers reaches: classes, least squares, NIST's regressions",
        """
classes: scikit-learn's iris, wine, breast cancer and digits beside its logistic regression and
SciPy's BFGS. squares: random least squares against the exact optimum of the lattice. nist: the
nonlinear regressions of "lower difficulty" with certified values. Exit code 0; what falls short is
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
            str(c.fit_passes or "-"),
            str(c.fit_all),
            f"{c.excess:.1e}",
            str(c.test),
            str(c.reference_right),
            mark(str(c.right), c.good),
        )
        for c in made
    ]
    headings = ("<set", "n", "rows", "SciPy", "qbfgs", "in all", "excess", "rows", "scikit")
    headings += ("qbfgs",)
    groups = (("", 3), ("passes", 3), ("", 1), ("test", 3))
    title = f"Logistic regression on the grid of 1/{arguments.qp}"
    note = CLASSES_NOTE.format(seed=learning_figures.SEED)
    return Table(title, headings, rows, groups), note, made, left


def squares(arguments):
    """(table, note, results, what is left) of least squares."""
    from qbfgs_desktop.studies import learning_figures

    cases = learning_figures.random_sets(arguments.sets)
    calls = (("least squares", partial(learning_figures.squares, *case)) for case in cases)
    made, left = shown(calls, arguments.sets)
    rows = [
        squares_row(n, condition, [s for s in made if (s.n, s.condition) == (n, condition)])
        for n in learning_figures.SIZES
        for condition in learning_figures.CONDITIONS
    ]
    rows.append(squares_row("all", "", made))
    headings = ("n", "condition", "sets", "optimum", "rounding", "rounded", "excess", "epochs")
    title = f"Linear least squares, {len(made)} random sets"
    return Table(title, headings, rows), SQUARES_NOTE, made, left


def squares_row(n, condition, made):
    """A row of the table of least squares."""
    optimum, rounding = sum(s.optimum for s in made), sum(s.rounding for s in made)
    count = len(made)
    return (
        str(n),
        str(condition),
        str(count),
        mark(str(optimum), 20 * optimum >= 19 * count),
        mark(str(rounding), rounding == count),
        str(sum(s.rounded for s in made)),
        number(max((s.excess for s in made), default=0), 2),
        str(sum(s.epochs for s in made) // max(1, count)),
    )


def nist(arguments):
    """(table, note, results, what is left) of NIST's regressions."""
    from qbfgs_desktop.studies import strd

    names = strd.names()
    calls = (
        (f"{name}, start {start + 1}", partial(strd.run, strd.load(name), start))
        for name in names
        for start in (0, 1)
    )
    made, left = shown(calls, 2 * len(names))
    rows = [nist_row(r) for r in made]
    headings = ("<problem", "n", "start", "digits", "grid", "steps", "excess")
    headings += ("epochs", "updates", "<ended")
    return Table("NIST StRD, lower difficulty", headings, rows), NIST_NOTE, made, left


def nist_row(r):
    """A `strd.Result` as texts."""
    return (
        r.name,
        str(r.n),
        str(r.start),
        mark(f"{r.digits:.1f}", r.good),
        f"{r.held:.1f}",
        f"{r.steps:.1f}" if r.steps < 100 else number(r.steps, 2),
        number(r.squares, 2),
        str(r.epochs),
        str(r.updates),
        r.ended,
    )


_TABLES = {"classes": classes, "squares": squares, "nist": nist}
