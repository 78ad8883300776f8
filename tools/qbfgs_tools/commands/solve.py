"""`qbfgs solve`: one problem on one grid, with its trace and a picture when asked for."""

import inspect
from fractions import Fraction
from textwrap import fill

from qbfgs import Optimizer
from qbfgs.grid.grids import point_to_text, quantize_point
from qbfgs.modes.refined import fineness
from qbfgs.problems import polynomials as problems
from qbfgs.quantizer import quantize
from qbfgs.status import LATTICE_MINIMUM, MODEL_MINIMUM, POLLED, RANGE_LEFT
from qbfgs.status import text as status_text
from qbfgs_tools.commands.objective import ABOUT, made, source_of
from qbfgs_tools.terminal.arguments import PICTURES, UserError, add_command, check_place
from qbfgs_tools.terminal.output import WIDTH, Report, Table, number

PROBLEMS = {problem.name: problem for problem in problems.ALL}
SIZED = [name for name, problem in PROBLEMS.items() if "n" in inspect.signature(problem).parameters]
ROUNDED = (LATTICE_MINIMUM, MODEL_MINIMUM, POLLED)  # ends at a grid too coarse for more
SETTINGS = ("mode", "max_epochs", "radius", "pairs", "polls", "tolerance", "certify")


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "solve",
        run,
        "solve a problem on a grid of Qp steps per unit",
        f"""
{fill(f"Problems: {', '.join(PROBLEMS)}.", WIDTH)}

{ABOUT}

The run ends where its model promises little more (see the status that it prints), with --certify
where the lattice has no better neighbour, unless --target or --max-epochs ends it before. Where
neighbours end it, and not a gradient of 0, a second one goes over a finer grid first (--refine);
the better of the two is shown.""",
        "qbfgs solve rosenbrock --qp 128 --start=-1.232,1.212 --trace --plot run.png",
    )
    add = parser.add_argument
    add("problem", metavar="PROBLEM", help="a name, FILE.py or FILE.py:CLASS, whose code is run")
    add("--qp", type=int, default=128, help="grid steps per unit, 1 or more (default 128)")
    add("--start", help="decimals with commas between; default: the problem's standard start")
    add("--n", type=int, help=f"number of parameters, for {', '.join(SIZED)}")
    add("--mode", help="compensated (the default to 20 parameters), limited, paper, ...")
    add("--max-epochs", type=int, help="stop after so many cost evaluations (default 2000)")
    add("--target", metavar="COST", help="stop at this real cost or below; 0 means exactly 0")
    add("--radius", type=int, help="first trust radius, grid steps (default Qp / 4)")
    add("--pairs", type=int, help="secant pairs kept (default 2; 4 for n > 2; 8 in mode limited)")
    add(
        "--polls",
        type=int,
        help="rejected neighbours before it may end (8 + 4 n; 16 in mode limited)",
    )
    add("--tolerance", type=int, metavar="K", help="end at a promise of 2^-K of the cost (26)")
    add("--certify", action="store_true", help="search on for a certificate of the lattice")
    add(
        "--refine",
        metavar="K",
        help="go over a grid 2^K finer first; auto: as fine as fits; default: where it may help",
    )
    add("--trace", action="store_true", help="print every epoch")
    add("--plot", metavar="FILE", help="draw the run: FILE.png, .svg or .pdf (needs matplotlib)")


def run(arguments):
    """The report."""
    if arguments.plot:
        from qbfgs_desktop.pictures.plots import plot_run

        check_place(arguments.plot, PICTURES)
    from qbfgs_desktop.objectives import explained

    source = source_of(arguments)
    problem = made(source, arguments.qp)
    other = None
    try:
        refine = fineness_of(arguments, problem)
        with explained(source):
            done = solved(arguments, source, refine)
            if arguments.refine is None and rounded(done):
                refine = fineness(arguments.qp, start_of(arguments, problem))
                other = refined(arguments, source, refine) if refine else None
                if other and problem.cost(asked(other)) < done.optimizer.cost:
                    done, other = other, done
    except (TypeError, ValueError) as error:
        raise UserError(error) from error
    blocks = [trace_table(done)] if arguments.trace else []
    blocks += [result_table(done), status_text(done.optimizer.status)]
    if other:
        blocks.append(beside(done, other))
    if arguments.plot:
        try:
            plot_run(done, arguments.plot)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UserError(f"cannot draw to {arguments.plot}: {reason}") from error
        blocks.append(f"The picture is in {arguments.plot}.")
    data = result_data(done, arguments.trace)
    return Report(blocks, data | {"other": result_data(other, False) if other else None})


def solved(arguments, source, refine):
    """The `Run` of the arguments, refined or not."""
    from qbfgs_desktop.studies.runs import record

    problem = made(source, arguments.qp << refine)
    return record(make_optimizer(arguments, problem, refine))


def refined(arguments, source, refine):
    """The same on a grid 2^refine times finer, or a coarser one where it leaves the range."""
    from qbfgs_desktop.studies.refinement import COARSER

    done = solved(arguments, source, refine)
    while done.optimizer.status == RANGE_LEFT and refine > COARSER:
        refine -= COARSER
        done = solved(arguments, source, refine)
    return done


def rounded(done):
    """Whether neighbours ended a run, of a mode that refines, and not a gradient of 0."""
    o = done.optimizer
    return o.status in ROUNDED and any(done.problem.gradient(o.x))


def asked(done):
    """The point of a run on the grid asked for."""
    return [x >> done.optimizer.refine for x in done.optimizer.x]


def beside(done, other):
    """The sentence on the run that is not shown."""
    o = other.optimizer
    way = (
        f"first over a grid 2^{o.refine} times finer" if o.refine else "on the grid asked for alone"
    )
    cost = number(Fraction(o.cost, other.problem.cost_scale), 10)
    better = "lower" if done.optimizer.refine else "no higher"
    sentence = (
        f"Another run, {way}, came to {cost} in {o.epochs} epochs; the one shown is {better}."
    )
    return fill(sentence, WIDTH)


def start_of(arguments, problem):
    """The start in grid integers. Raises TypeError or ValueError for what does not fit."""
    texts = problem.start if arguments.start is None else arguments.start.split(",")
    if len(texts) != problem.n:
        raise ValueError(
            f"{problem.name} has {problem.n} parameters, but --start gives {len(texts)}"
        )
    return quantize_point(texts, arguments.qp)


def fineness_of(arguments, problem):
    """The refinement that --refine asks for, for the problem on the grid asked for."""
    if arguments.refine == "auto":
        return fineness(arguments.qp, start_of(arguments, problem))
    word = arguments.refine or "0"
    if not word.isdecimal() or int(word) > 16:
        raise UserError(f"--refine takes a number up to 16, or auto, not {word!r}")
    return int(word)


def make_optimizer(arguments, problem, refine=0):
    """The Optimizer that the arguments describe. Raises TypeError or ValueError for what does not
    fit. problem: on the grid that is 2^refine times finer than the one asked for."""
    settings = {name: getattr(arguments, name) for name in SETTINGS}
    settings = {name: value for name, value in settings.items() if value is not None}
    x0 = [x << refine for x in start_of(arguments, problem)]
    if arguments.target is not None:
        settings["target"] = grid_target(arguments.target, problem.cost_scale)
    if refine:
        settings["refine"] = refine
    return Optimizer(problem, x0, **settings)


def grid_target(text, cost_scale):
    """The largest cost in cost units that is at most a real cost in decimals."""
    quantize(text, 1)  # raises ValueError for what is no decimal of a sensible length
    return Fraction(text) * cost_scale // 1


def coordinates(X, qp):
    """A grid point as text in real units."""
    return "(" + ", ".join(point_to_text(X, qp)) + ")"


def result_table(done):
    """The end of a run as a table of two columns."""
    o, problem = done.optimizer, done.problem
    qp, scale = problem.qp, problem.cost_scale
    cost = number(Fraction(o.cost, scale), 10)
    start_cost = number(Fraction(done.start_cost, scale), 10)
    rows = (
        ("problem", f"{problem.name}, n = {problem.n}, Qp = {qp}, mode {o.mode}"),
        ("start", f"{coordinates(done.start, qp)}, cost {start_cost}"),
        ("point", coordinates(o.x, qp)),
        ("on the grid", f"({', '.join(map(str, o.x))}) / {qp}"),
        ("cost", f"{cost}  ({o.cost} / {scale})"),
        ("epochs", f"{o.epochs}: {o.updates} updates and {o.idles} idles"),
        ("compensations", f"{o.compensations} of these epochs"),
        ("epsilon", f"{number(done.epsilon)} (the decrease by the last update)"),
        ("time", f"{1000 * done.seconds:.1f} ms here"),
        ("checksum", str(o.checksum)),
    )
    if o.refine:
        rows += (("refined", f"this grid is 2^{o.refine} times finer than {qp >> o.refine} asked"),)
    return Table("", ("<", "<"), rows)


def trace_table(done):
    """Every epoch of a run as a table."""
    qp, scale = done.problem.qp, done.problem.cost_scale
    rows = [("0", "start", "", coordinates(done.start, qp), number(done.start_cost / scale), "")]
    for e in done.epochs:
        rows.append(
            (
                str(e.number),
                "go" if e.go else "idle",
                "compensation" if e.compensating else "main",
                coordinates(e.trial, qp),
                number(e.cost / scale),
                number(e.epsilon) if e.go else "",
            )
        )
    return Table("", ("epoch", "<", "<step", "<trial", "cost", "epsilon"), rows)


def result_data(done, trace):
    """A run for machines. Costs and points are on the grid: divide by cost_scale and by qp."""
    o, problem = done.optimizer, done.problem
    data = {
        "problem": problem.name,
        "n": problem.n,
        "qp": problem.qp,
        "cost_scale": problem.cost_scale,
        "mode": o.mode,
        "refine": o.refine,
        "start": done.start,
        "start_cost": done.start_cost,
        "point": o.x,
        "point_text": point_to_text(o.x, problem.qp),
        "cost": o.cost,
        "real_cost": o.cost / problem.cost_scale,
        "epochs": o.epochs,
        "updates": o.updates,
        "idles": o.idles,
        "compensations": o.compensations,
        "epsilon": done.epsilon,
        "seconds": done.seconds,
        "status": o.status,
        "status_text": status_text(o.status),
        "checksum": o.checksum,
    }
    if trace:
        data["trace"] = done.epochs
    return data
