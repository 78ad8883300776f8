"""`qbfgs fit`: a model from a CSV file, at the desk or on a board, beside one in doubles."""

from pathlib import Path

from qbfgs.fits.named import NAMES
from qbfgs.status import text as status_text
from qbfgs_tools.boards.places import add_board, board_text, linked
from qbfgs_tools.commands import formula
from qbfgs_tools.terminal.arguments import (
    UserError,
    add_command,
    add_seed,
    check_place,
    names_of,
    of_file,
    positive,
)
from qbfgs_tools.terminal.live_view import LiveView, kept
from qbfgs_tools.terminal.output import Bad, Report, Table, number

TOLERANCE = 0.01
AUTO = "auto"
MOST_SHOWN = 40  # parameters
ABOUT = f"""
MODEL is linear, poly:K (degree K), logistic (2 classes), softmax, mlp:H (one hidden layer of H tanh
units; classes or a number), exp (c + a e^(-k t)), saturation (c + a k t / (1 + k t)), and for three
columns of a sensor sphere, ellipsoid or tilted (an ellipsoid of any direction).

Parameters are grid integers X, meaning X / Qp in columns that are scaled alike; what is printed is
folded back into the columns' own units, exactly. The same model is fitted in doubles in the same
run, by NumPy, SciPy or scikit-learn, from the values as they are in the file. With --qp auto Qp is
a power of two up to 65536 with eight steps in the smallest standard error of the doubles'
parameters; where the loss is more than 1 + --tolerance times theirs, finer ones are tried, and the
best is taken. Runs whose epochs are passes over the data end where the model promises to lower the
loss by no more than a hundredth of --tolerance; the other models need one pass and end at a minimum
of the lattice.

exp counts t from the first time, t0, where times are below 0 or begin far from it. What is measured
of a fit is what its module and qbfgs predict say: in words, rounded to some 7 digits, inputs
outside the range learnt from not cut. Exit code 1: the loss is more than --tolerance above that of
the doubles.

Formulas, with a start from the data: {", ".join(NAMES)};
or one of your own, a function in a Python file: --formula mine.py:cooling --start 20,60,0.02, which
uses exp and others of qbfgs.real. Parameters come with standard errors. The file is a program: it
runs with all your rights, and with --board or --port on the board too, where the same fit must give
the same bits. Exit code 1: the fit did not come to a minimum that the rows determine."""


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "fit",
        _guarded(run),
        "a model from a CSV file, in integers, at the desk or on a board",
        ABOUT,
        "qbfgs fit iris.csv --model softmax --target species --out iris.json --module iris.py",
    )
    parser.add_argument(
        "file", metavar="FILE.csv", help="values with commas, semicolons or tabs between"
    )
    parser.add_argument("--model", help="see above")
    parser.add_argument("--target", help="name of the column to learn; none for sphere, ellipsoid")
    parser.add_argument("--inputs", help="names with commas (default: all others)")
    parser.add_argument(
        "--classes", action="store_true", help="the target's numbers are names of classes"
    )
    parser.add_argument(
        "--drop-constant",
        action="store_true",
        help="leave inputs out that are constant in the rows to learn from",
    )
    parser.add_argument(
        "--qp", type=_qp, default=AUTO, help="grid steps per scaled unit, 1 .. 65536, or auto"
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE,
        help=f"the part of the loss that it may grow by (default {TOLERANCE})",
    )
    parser.add_argument(
        "--l2",
        type=float,
        help="penalty L2 |w|^2 / 2 of logistic, softmax and mlp, as 1 / C of scikit-learn, in"
        " steps of 1/1024 (default 1)",
    )
    parser.add_argument(
        "--test-fraction", type=float, default=0, help="of the rows, kept for a test (default 0)"
    )
    add_seed(parser)
    parser.add_argument(
        "--max-epochs", type=positive, help="default 200, and 2000 for models of one pass"
    )
    add_board(parser, required=False)
    parser.add_argument("--out", type=Path, metavar="MODEL.json", help="for qbfgs predict")
    parser.add_argument(
        "--module", type=Path, metavar="MODEL.py", help="integer inference, for boards too"
    )
    formula.add_options(parser)


def _guarded(run):
    from qbfgs_tools.commands.board.outcome import guarded

    return guarded(run)


def _qp(text):
    return AUTO if text == AUTO else positive(text)


def run(arguments):
    """The report."""
    if formula.is_formula(arguments):
        return formula.run(arguments)
    if arguments.model is None:
        raise UserError("give --model, or a --formula of your own")
    for name in ("start", "fixed", "lower", "upper", "sigma", "loss", "plot", "header"):
        if getattr(arguments, name) is not None:
            raise UserError(f"--{name} is for formulas, and {arguments.model} is none")
    from qbfgs_desktop.files import write_whole
    from qbfgs_desktop.fits import inference, learned
    from qbfgs_tools.commands.board.outcome import judged

    check_place(arguments.out)
    check_place(arguments.module)
    try:
        task, remarks = task_of(arguments)
        with LiveView(1) as view:
            fit, described, comparison, grids, left = fitted(task, arguments, view)
        where = "at the desk"
        if not left and (arguments.board or arguments.port):
            fit, described, board = on_board(task, fit, arguments)
            where = f"on the board ({board_text(arguments)}): {board}"
        parameters = learned.parameters(described)
        text = inference.module(described)
    except (ValueError, OSError) as error:
        raise of_file(error, arguments.file) from error
    written = []
    for path, write in (
        (arguments.out, lambda path: learned.save(described, path)),
        (arguments.module, lambda path: write_whole(path, text)),
    ):
        if path is not None:
            try:
                write(path)
            except OSError as error:
                raise UserError(f"cannot write {path}: {error.strerror or error}") from error
            written.append(str(path))
    blocks = [
        heading(task, described),
        *remarks,
        *parameter_tables(parameters, described),
        *clock_note(described),
        comparison_table(comparison, task),
        *notes(task, fit, comparison, grids, arguments.tolerance, where, written),
    ]
    data = {
        "recipe": task.recipe,
        "qp": described["qp"],
        "parameters": parameters,
        "comparison": comparison,
        "quantization_loss": comparison.excess,
        "epochs": fit.epochs,
        "passes": fit.passes,
        "ended": fit.ended,
        "checksum": fit.checksum,
        "where": where,
        "grids": grids,
        "written": written,
    }
    return judged(Report(blocks, data, left), comparison.excess <= arguments.tolerance)


def task_of(arguments):
    """The `fitting.Task` of the arguments, and sentences on what was left out of the file.

    Raises DataError, ValueError, OSError, UserError.
    """
    from qbfgs.models.recipes import CLASSIFIERS, parse
    from qbfgs_desktop.fits import datasets, fitting

    recipe = arguments.model
    if "+" in recipe:
        raise UserError(f"{recipe}: give the penalty as --l2")
    try:
        name = parse(recipe)[0]
    except ValueError as error:
        raise UserError(f"--model: {error}") from error
    if not arguments.tolerance >= 0:
        raise UserError(f"--tolerance must be 0 or more, not {arguments.tolerance:g}")
    l2 = 1 if arguments.l2 is None else arguments.l2
    if not 0 <= l2 <= 1024:
        raise UserError(f"--l2 must be within 0 .. 1024, not {l2}")
    if name in (*CLASSIFIERS, "mlp"):
        recipe += f"+{round(1024 * l2)}" if round(1024 * l2) else ""
    elif arguments.l2 is not None:
        raise UserError(f"--l2 is not for {name}")
    classes = arguments.classes or name in CLASSIFIERS
    drop = arguments.drop_constant
    most_inputs, most_labels = fitting.limits(recipe)
    dataset = datasets.load(
        arguments.file,
        names_of(arguments.inputs),
        arguments.target,
        classes,
        drop_constant=drop,
        most_inputs=most_inputs,
        most_labels=most_labels or datasets.MOST_LABELS,
    )
    task = fitting.task(
        recipe,
        dataset,
        arguments.test_fraction,
        arguments.seed,
        arguments.max_epochs,
        fitting.bits_of(arguments.tolerance),
        drop,
    )
    counted = [f"Column {c.name} is counted from {c.origin}." for c in dataset.columns if c.origin]
    return task, [*dataset.notes, *counted]


def fitted(task, arguments, view):
    """(Fit, its description, its Comparison, what --qp auto tried) at the desk; and what was not
    done for Ctrl-C, "" for nothing."""
    from qbfgs_desktop.fits import grids, learned
    from qbfgs_desktop.fits.references import Reference

    reference = Reference(task, learned.scalings(task, task.maker(1)))

    def progress(o):
        view.show(f"epoch {o.epochs}, cost {o.cost / o.objective.cost_scale:.6g}")

    done, left = [], ""

    def run(qp):
        view.begin(f"Qp {qp}")
        done.append(grids.on_grid(task, reference, qp, progress))
        return done[-1]

    tried = done
    with kept(done):
        if arguments.qp == AUTO:
            left = "no other grid was tried"
            tried = grids.auto(task, reference, arguments.tolerance, run)
        else:
            run(arguments.qp)
        left = ""
    best = grids.best(tried)
    view.end(f"{best.fit.epochs} epochs, loss {best.loss:.6g}")
    told = [
        {
            "qp": t.qp,
            "excess": t.comparison and t.comparison.excess,
            "epochs": t.fit and t.fit.epochs,
        }
        for t in tried
    ]
    return best.fit, best.described, best.comparison, told, left


def on_board(task, fit, arguments):
    """The same fit on the board: (Fit, description, how it compares). Raises UserError."""
    from qbfgs_desktop.boards.report import Final
    from qbfgs_desktop.fits import datasets, fitting, learned
    from qbfgs_tools.boards import run as board_run
    from qbfgs_tools.boards.jobs import Job
    from qbfgs_tools.boards.told import heap_per_epoch, per_epoch

    qp = fit.model.qp
    data = (fitting.DATA_FILE, datasets.to_bytes(task.training))
    job = Job("fit", task.job(qp), task.header(qp), fit.model.cost_scale, data, task.maker)
    with linked(arguments) as link, LiveView(1) as view:
        view.begin("board")
        board_run.prepare(link, job)
        made = board_run.run(link, view, job)
    if made.error:
        raise UserError(made.error)
    if not made.verdict.equal:
        what = made.verdict.difference or f"{made.verdict.missing} epochs are missing"
        raise UserError(f"the board's run is not the desk's: {what}")
    final = made.last(Final)
    ended = status_text(final.status)
    fit = fit._replace(
        x=list(final.x), cost=final.cost, epochs=final.epochs, checksum=final.checksum, ended=ended
    )
    text = f"{made.verdict.compared} epochs equal to the desk's to the bit"
    measured = [(per_epoch(made), "us"), (heap_per_epoch(made), "bytes of heap")]
    text += "".join(f", {v} {unit} an epoch" for v, unit in measured if v is not None)
    return fit, learned.describe(task, fit), text


def heading(task, described):
    """What was fitted, as a note."""
    rows = len(task.training.columns[0].values)
    test = 0 if task.test is None else len(task.test.columns[0].values)
    kept = f", {test} kept for the test" if test else ""
    what = f"{task.recipe} on the grid of 1/{described['qp']}"
    return f"{what}: {len(described['x'])} parameters, {rows} rows{kept}."


def parameter_tables(parameters, described):
    """The parameters as a table, the first of them where there are many."""
    if not parameters:
        return [f"The {len(described['x'])} weights are in the written model; they have no units."]
    rows = [(p.name, value_text(p.value), p.unit) for p in parameters[:MOST_SHOWN]]
    tables = [Table("", ("<parameter", "value", "<unit"), rows)]
    if len(parameters) > MOST_SHOWN:
        tables.append(f"and {len(parameters) - MOST_SHOWN} more: see --json")
    return tables


def value_text(value):
    """A parameter to 6 digits, an integer to all of them."""
    if getattr(value, "denominator", 0) == 1:
        return str(value)
    return number(float(value), 6)


def clock_note(described):
    """What t0 means, where exp counts from a time of its own."""
    from qbfgs_desktop.fits import learned

    if not learned.clock(described):
        return []
    name = described["inputs"][0]["name"]
    target = described["target"]["name"]
    return [f"{target} = c + a e^(-k ({name} - t0)): the clock begins at the first {name}."]


def comparison_table(comparison, task):
    """The fit beside its reference."""
    c = comparison

    def cell(value, dataset):
        if value is None:
            return "-"
        if c.measure == "accuracy":
            rows = len(dataset.columns[0].values)
            return f"{value}/{rows} {100 * value / rows:.1f} %"
        return number(value, 6)

    rows = [
        ("qbfgs", number(c.loss, 8), cell(c.training, task.training), cell(c.test, task.test)),
        (
            c.by,
            number(c.reference_loss, 8),
            cell(c.reference_training, task.training),
            cell(c.reference_test, task.test),
        ),
    ]
    return Table(c.measure.capitalize(), ("<", "loss", "training", "test"), rows)


def tried_text(excess):
    """A quantization loss as a text."""
    if excess is None:
        return "too fine"
    return "none" if excess <= 0 else f"{100 * excess:.2g} %"


def notes(task, fit, comparison, grids, tolerance, where, written):
    """The rest, as notes."""
    from qbfgs.models.model import FINEST

    excess = f"{100 * comparison.excess:.3g} % of the reference's loss"
    if comparison.exact:
        excess = (
            "the data are exact, and the fit is not"
            if comparison.excess > 0
            else ("none, the fit is as exact as the data")
        )
    elif comparison.excess <= 0:
        excess = "none, the loss is not above the reference's"
    found = [f"Quantization loss: {excess}."]
    if len(grids) > 1:
        tried = ", ".join(f"{g['qp']}: {tried_text(g['excess'])}" for g in grids)
        found.append(f"Qp that auto tried, and the quantization loss: {tried}; the best is taken.")
    passes = f"{fit.passes} passes over the data" if fit.passes > 1 else "1 pass over the data"
    found.append(
        f"{fit.epochs} epochs ({fit.updates} updates) and {passes} after the scaling, {where}."
    )
    found.append(f"{fit.ended[0].upper()}{fit.ended[1:]}.")
    if comparison.excess > tolerance:
        advice = "try a finer grid"
        if comparison.limit:
            advice = comparison.limit
        elif fit.epochs == task.max_epochs:
            advice = "try more --max-epochs"
        elif fit.model.qp == FINEST:
            advice = "there is no finer grid"
        elif task.tolerance is not None and len(grids) > 1:
            advice = "try another grid"
        than = "above what exact data leave" if comparison.exact else "above the reference's"
        found.append(Bad(f"The loss is more than {100 * tolerance:g} % {than}: {advice}."))
    if written:
        found.append(f"Written: {', '.join(written)}.")
    return found
