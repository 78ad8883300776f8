"""`qbfgs plot`: pictures of runs, of sweeps and of boards."""

from qbfgs_tools.commands.objective import BENCH, made, source_of, words
from qbfgs_tools.terminal.arguments import (
    PICTURES,
    UserError,
    add_command,
    check_place,
    positive,
)
from qbfgs_tools.terminal.live_view import LiveView
from qbfgs_tools.terminal.output import Report

SWEPT = ("basins", "epochs", "idles")
KINDS = ("trajectories", "costs", *SWEPT, "boards")


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "plot",
        run,
        "draw a picture: PNG, SVG or PDF",
        """
KIND is one of:
  trajectories  the paths of the modes paper, steepest and compensated on the contours of the cost
  costs         the least cost epoch by epoch for each Qp, beside the ends that the paper prints
  basins        which starts reach the minimum, and in how many epochs, mode by mode
  epochs        epochs against Qp, and the share of the runs that do not get there
  idles         how many runs have how many idle epochs
  boards        time of an epoch and heap, of the file of qbfgs lab bench

Basins, epochs and idles draw the file of a sweep that --from names (basins: one with --grid), or a
sweep of Rosenbrock's function that they make. The same picture has the same bytes.""",
        "qbfgs plot basins --out basins.svg",
    )
    add = parser.add_argument
    add("kind", metavar="KIND", choices=KINDS, help=", ".join(KINDS))
    add("--out", metavar="FILE", required=True, help="FILE.png, .svg or .pdf")
    add("--from", dest="file", metavar="FILE", help="a file of qbfgs sweep, or of qbfgs lab bench")
    add(
        "--problem",
        metavar="PROBLEM",
        help="of the trajectories (default rosenbrock); a FILE.py's code is run",
    )
    add("--qp", type=positive, help="of the trajectories (default 64), of the basins")
    add("--start", type=words, help="of the trajectories (default: the paper's, the problem's)")
    add("--workers", type=positive, help="processes for a sweep (default: one a core)")
    parser.set_defaults(n=None)


def run(arguments):
    """The report."""
    from qbfgs_desktop.pictures.plots import save

    check(arguments)
    check_place(arguments.out, PICTURES)
    figure = draw(arguments)
    try:
        save(figure, arguments.out)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"cannot draw to {arguments.out}: {reason}") from error
    return Report([f"The picture is in {arguments.out}."], {"file": arguments.out})


def check(arguments):
    """Raises UserError for an option that is not for the kind of picture."""
    own = {
        "file": (*SWEPT, "boards"),
        "workers": SWEPT,
        "problem": ("trajectories",),
        "start": ("trajectories",),
        "qp": ("trajectories", "basins"),
    }
    for name, kinds in own.items():
        if getattr(arguments, name) is not None and arguments.kind not in kinds:
            option = "from" if name == "file" else name
            raise UserError(f"--{option} is not for {arguments.kind}, but for {', '.join(kinds)}")


def draw(arguments):
    """The Figure that the arguments ask for.  Raises UserError."""
    from qbfgs_desktop.pictures import figures

    if arguments.kind == "costs":
        return figures.costs()
    if arguments.kind == "trajectories":
        return trajectories(arguments)
    try:
        return boards(arguments) if arguments.kind == "boards" else swept(arguments)
    except OSError as error:
        advice = "; qbfgs lab bench makes one" if arguments.kind == "boards" else ""
        reason = f"{error.strerror or error}{advice}"
        raise UserError(f"cannot read {error.filename}: {reason}") from error
    except (TypeError, ValueError) as error:
        raise UserError(error) from error


def trajectories(arguments):
    """The paths."""
    from qbfgs.problems import Rosenbrock
    from qbfgs_desktop.pictures import figures

    own = Rosenbrock.PAPER_STARTS[0] if arguments.problem is None else None
    arguments.problem = arguments.problem or Rosenbrock.name
    problem = made(source_of(arguments), arguments.qp or figures.QP)
    start = arguments.start or own or problem.start
    if problem.n != 2 or len(start) != 2:
        raise UserError("trajectories are drawn of two parameters")
    try:
        return figures.trajectories(problem, start)
    except (TypeError, ValueError) as error:
        raise UserError(error) from error


def boards(arguments):
    """The boards of a file of `qbfgs lab bench`, by default the checkout's."""
    from qbfgs_desktop.pictures import charts as pictures
    from qbfgs_desktop.studies import bench_file

    return pictures.boards(bench_file.read(arguments.file or BENCH))


def swept(arguments):
    """The picture of a sweep, from its file or made."""
    from qbfgs_desktop.pictures import charts as pictures
    from qbfgs_desktop.pictures import figures
    from qbfgs_desktop.sweep.executors import Local
    from qbfgs_desktop.sweep.results import SweepFile

    if arguments.file:
        file = SweepFile(arguments.file)
        if arguments.kind == "basins":
            return pictures.basins(file, arguments.qp)
        return figures.DRAWN[arguments.kind](file)
    if arguments.qp:
        raise UserError("--qp chooses one of the grids of the file that --from names")
    runs = figures.plans()[arguments.kind].runs()
    with LiveView(runs, resumes=True) as view:
        return figures.swept(arguments.kind, Local(arguments.workers), view.advance)
