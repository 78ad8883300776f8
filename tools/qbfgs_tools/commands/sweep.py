"""`qbfgs sweep`: starts x Qp x mode x settings, on all cores or a Dask cluster, to a file."""

import shlex

from qbfgs_tools.commands.objective import (
    ABOUT,
    add_box,
    add_objective,
    box,
    integers,
    made,
    source_of,
    words,
)
from qbfgs_tools.terminal.arguments import UserError, add_command, add_seed, positive
from qbfgs_tools.terminal.live_view import LiveView
from qbfgs_tools.terminal.output import Bad, Report, Table

QPS = (16, 32, 64, 128, 256, 512, 1024)


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "sweep",
        run,
        "run many starts on many grids, in many modes and settings, to a file",
        f"""
{ABOUT}

Options that take a list run all combinations. What is done is kept beside the file; after Ctrl-C or
a power cut the same command goes on, and ends with the same bytes. FILE.npz holds the arrays start
and x (grid integers), cost (real), epochs, updates, idles, compensations, status and checksum, over
(cases, starts), and "plan", JSON that repeats it.""",
        "qbfgs sweep rosenbrock --low=-4,-5 --high=4,5 --target 0 --out starts.npz",
    )
    add = parser.add_argument
    add_objective(parser)
    add("--out", metavar="FILE.npz", required=True, help="where the results go")
    add("--qp", type=integers, default=QPS, metavar="LIST", help="default 16,32,...,1024")
    add("--mode", type=words, metavar="LIST", help="default: as in qbfgs solve")
    starts = parser.add_mutually_exclusive_group()
    starts.add_argument(
        "--starts", type=positive, default=1000, help="so many random starts (default 1000)"
    )
    starts.add_argument(
        "--grid", type=integers, metavar="LIST", help="a regular grid of starts: points a side"
    )
    add_box(parser)
    add_seed(parser)
    add("--target", type=words, metavar="LIST", help="real costs to stop at; 0 means exactly 0")
    add("--max-epochs", type=integers, metavar="LIST", help="default 2000")
    for name in ("radius", "pairs", "polls", "tolerance", "certify"):
        add(f"--{name}", type=integers, metavar="LIST", help="as in qbfgs solve")
    add("--chunk", type=positive, help="runs handed out together (default: some seconds' work)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=positive, help="processes (default: one a core)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster")


def run(arguments):
    """The report."""
    from qbfgs_desktop.sweep.executors import WorkersLost
    from qbfgs_desktop.sweep.journal import OtherPlan
    from qbfgs_desktop.sweep.lock import Busy
    from qbfgs_desktop.sweep.results import NoSweep, SweepFile
    from qbfgs_desktop.sweep.sweep import sweep

    if not arguments.out.endswith(".npz"):
        raise UserError(f"--out must end in .npz, not {arguments.out}")
    plan = plan_of(arguments)
    place = place_of(arguments)
    path = arguments.out
    try:
        with LiveView(plan.runs(), resumes=True) as view:
            sweep(plan, path, place, view.advance)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("what is done is kept, the same command goes on") from None
    except (OtherPlan, NoSweep) as error:
        raise UserError(f"{error}: take another --out, or delete it") from error
    except Busy as error:
        raise UserError(f"{error}: wait for its end, or take another --out") from error
    except WorkersLost as error:
        raise UserError(f"{error}; is there too little memory? What is done is kept") from error
    except OSError as error:
        where = error.filename or path
        raise UserError(f"cannot write {where}: {error.strerror or error}") from error
    except (TypeError, ValueError, RuntimeError) as error:
        raise UserError(error) from error
    finally:
        place.close()
    outcomes = SweepFile(path).outcomes()
    notes = [reached_note(plan), f"The results are in {path}. To repeat them: {plan.command}"]
    data = {"file": path, "command": plan.command, "runs": plan.runs(), "cases": outcomes}
    return Report([outcomes_table(plan, outcomes), *notes], data)


def plan_of(arguments):
    """The `plan.Plan` that the arguments describe.  Raises UserError."""
    from dataclasses import replace

    from qbfgs.modes import default_mode
    from qbfgs_desktop.sweep.plan import SETTINGS, Plan, core_checksum
    from qbfgs_desktop.sweep.starts import Random, Regular
    from qbfgs_desktop.sweep.sweep import chunk_of

    source = source_of(arguments)
    problem = made(source, arguments.qp[0])
    low, high = box(arguments, problem)
    if arguments.grid:
        counts = arguments.grid * (problem.n if len(arguments.grid) == 1 else 1)
        if len(counts) != problem.n or min(counts) < 1:
            raise UserError(f"--grid takes one number, or {problem.n}, of 1 or more")
        starts = Regular(low, high, counts)
    elif not 0 <= arguments.seed < 1 << 64:
        raise UserError("--seed must be 0 or more and below 2^64")
    else:
        starts = Random(low, high, arguments.starts, arguments.seed)
    values = [(name, getattr(arguments, name)) for name in SETTINGS]
    settings = tuple((name, value) for name, value in values if value is not None)
    modes = arguments.mode or (default_mode(problem.n, problem),)
    qps, chunk = arguments.qp, arguments.chunk or chunk_of(problem, starts.size, modes)
    plan = Plan(source, starts, qps, modes, settings, chunk, core=core_checksum())
    return replace(plan, command=command(plan, arguments.problem))


def command(plan, problem):
    """The command line of a plan, wherever its results go and are computed."""
    from qbfgs_desktop.sweep.starts import Regular
    from qbfgs_desktop.sweep.sweep import chunk_of

    starts = plan.starts
    usual = chunk_of(plan.source.make(plan.qps[0]), starts.size, plan.modes)
    options = {"qp": plan.qps, "mode": plan.modes, "low": starts.low, "high": starts.high}
    if plan.source.n is not None:
        options["n"] = (plan.source.n,)
    if isinstance(starts, Regular):
        options["grid"] = starts.counts
    else:
        options |= {"starts": (starts.count,), "seed": (starts.seed,)}
    options |= {name.replace("_", "-"): values for name, values in plan.settings}
    if plan.chunk != usual:
        options["chunk"] = (plan.chunk,)
    lists = [f"--{name}={','.join(map(str, values))}" for name, values in options.items()]
    return shlex.join(["qbfgs", "sweep", problem, *lists, "--out=FILE.npz"])


def place_of(arguments):
    """Where the work is done.  Raises UserError when nobody answers there."""
    from qbfgs_desktop.sweep.executors import Cluster, Local

    if arguments.scheduler is None:
        return Local(arguments.workers)
    try:
        return Cluster(arguments.scheduler)
    except (OSError, ValueError) as error:
        raise UserError(f"no Dask scheduler at {arguments.scheduler}: {error}") from error


def outcomes_table(plan, outcomes):
    """The cases as a table; settings that do not vary are left out."""
    varied = [name for name, values in plan.settings if len(values) > 1]
    targeted = any(name == "target" for name, _ in plan.settings)  # else it may be a local minimum
    headings = ("Qp", "<mode", *varied, "runs", "not there", "median", "95 % within", "most")
    rows = []
    for o in outcomes:
        missed = o.runs - o.reached
        settings = [str(o.case.settings[name]) for name in varied]
        epochs = ["-" if v is None else str(v) for v in (o.median, o.p95, o.most)]
        failures = Bad(missed) if missed and targeted else str(missed)
        rows.append((str(o.case.qp), o.case.mode, *settings, str(o.runs), failures, *epochs))
    groups = (("", len(headings) - 3), ("epochs", 3))
    return Table(f"{plan.source.name}, {plan.runs()} runs", headings, rows, groups)


def reached_note(plan):
    """What "not there" means."""
    if any(name == "target" for name, _ in plan.settings):
        return "Not there: runs that ended without reaching the target; epochs are of the others."
    return (
        "Not there: runs that ended at more than the least cost that any run on the grid ended at;"
        " epochs are of the others, with the certificate."
    )
