"""`qbfgs advise`: which Qp a problem needs, and what that means for a board."""

from fractions import Fraction
from math import ceil

from qbfgs_tools.commands.objective import (
    ABOUT,
    BENCH,
    add_box,
    add_objective,
    box,
    integers,
    made,
    source_of,
)
from qbfgs_tools.terminal.arguments import UserError, add_command, add_seed, positive
from qbfgs_tools.terminal.live_view import LiveView
from qbfgs_tools.terminal.output import Bad, Report, Table, number

NAMES = {
    "x": "X",
    "step": "step",
    "cost": "cost",
    "change": "change of the cost",
    "gradient": "gradient",
    "slope": "slope",
    "inside_cost": "inside cost()",
    "inside_gradient": "inside gradient()",
}
BOARD_NOTE = (
    "Measured by qbfgs lab bench with Rosenbrock's function (summed over pairs for n above 2), n"
    " being as shown: an objective of your own takes its own time. Interpreters of this desk were"
    " timed here, so take their times as proportions, not as a board's."
)


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "advise",
        run,
        "say which Qp a problem needs, how wide its integers are, and how long it takes",
        f"""
{ABOUT}

Runs the problem from random starts on grid after grid, with default settings and to their own end.
A run is there when no coordinate is farther from the minimum than the tolerance, in real units.
A start that is there on no grid leads elsewhere, whatever Qp. A grid is fine enough when of the
runs from the other starts 99 % are there, and half a grid step is within the tolerance too. The
minimum is the nearest one that the problem states ("minimizer", decimal texts); else the best point
found on a much finer grid.""",
        "qbfgs advise beale --tolerance 0.01",
    )
    add = parser.add_argument
    add_objective(parser)
    add("--tolerance", required=True, help="the largest distance allowed, real units")
    add("--qp", type=integers, metavar="LIST", help="the grids tried (default 4,8,...,4096)")
    add("--starts", type=positive, help="on each grid (default 200 for 2 parameters, else fewer)")
    add_box(parser)
    add_seed(parser)
    add("--board", metavar="NAME", help="say what it means there: a part of a name in --bench")
    add(
        "--bench",
        default=BENCH,
        metavar="FILE",
        help="of `lab bench` (default: the checkout's)",
    )
    add("--workers", type=positive, help="processes (default: one a core)")


def run(arguments):
    """The report."""
    from qbfgs_desktop.studies.advice import QPS, advise
    from qbfgs_desktop.sweep.executors import Local, WorkersLost

    source = source_of(arguments)
    problem = made(source, (arguments.qp or QPS)[0])
    entries = board_entries(arguments, problem.n)
    low, high = box(arguments, problem)
    try:
        with LiveView() as view:
            advice = advise(
                source,
                low,
                high,
                tolerance_of(arguments.tolerance),
                Local(arguments.workers),
                arguments.qp,
                arguments.starts,
                arguments.seed,
                view.track,
            )
    except (TypeError, ValueError, WorkersLost) as error:
        raise UserError(error) from error
    blocks = [*answer(advice), runs_table(advice), widths_table(advice), *notes(advice, low, high)]
    if entries and advice.chosen:
        blocks += [board_table(advice.chosen.epochs, entries), BOARD_NOTE]
    data = {**advice._asdict(), "chosen": advice.chosen.qp if advice.chosen else None}
    data["boards"] = entries
    return Report(blocks, data)


def board_entries(arguments, n):
    """The `bench_file.Entry`s of the board that --board names, none without.  Raises UserError."""
    from qbfgs_desktop.studies import bench_file

    if arguments.board is None:
        return []
    try:
        return bench_file.of_board(bench_file.read(arguments.bench), arguments.board, n)
    except OSError as error:
        reason = f"{error.strerror}: qbfgs lab bench makes one"
        raise UserError(f"cannot read {arguments.bench}: {reason}") from error
    except ValueError as error:
        raise UserError(error) from error


def tolerance_of(text):
    """A tolerance in decimals as a Fraction.  Raises ValueError."""
    from qbfgs.quantizer import quantize

    quantize(text, 1)  # raises ValueError for what is no decimal of a sensible length
    if Fraction(text) <= 0:
        raise ValueError(f"the tolerance must be above 0, not {text}")
    return Fraction(text)


def answer(advice):
    """The answer in plain words, paragraph by paragraph."""
    chosen, tolerance = advice.chosen, number(advice.tolerance)
    if chosen is None:
        best = max(advice.rows, key=lambda row: (row.there, row.qp))
        yield Bad(
            f"No Qp tried is enough: at best, at Qp = {best.qp}, {best.there} of {best.runs} runs"
            f" end within {tolerance} of the minimum. Half a step is within it from Qp ="
            f" {ceil(1 / (2 * advice.tolerance))} on. Try finer grids with --qp, or a larger"
            " tolerance."
        )
    else:
        who = "all" if chosen.there == advice.leading else f"{chosen.there} of"
        yield (
            f"Qp = {chosen.qp} is enough: {who} {advice.leading} runs end within {tolerance} of the"
            f" minimum, {closer(chosen.distance)}."
            f"{coarser(advice)}{finer(advice)}"
        )
    if advice.leading and astray(advice):
        yield (
            f"From {astray(advice)} of the {advice.starts} starts no grid gets there: they lead to"
            " other minima or down another valley, whatever Qp. They are left out of the distances"
            " and the epochs."
        )
    if chosen:
        yield (
            f"Expect {chosen.epochs.median} epochs (median), at most {chosen.epochs.p95} in 95 %"
            f" of the runs, {chosen.epochs.most} in the worst; the certificate at the end is"
            " included."
        )
        yield from widths_answer(chosen)


def closer(distance):
    """How close to the minimum runs end, of a `Spread`."""
    if distance.most == 0:
        return "all of them at the minimum itself"
    if distance.p95 == 0:
        return "95 % of them at the minimum itself"
    return f"95 % of them within {number(distance.p95, 3)}"


def astray(advice):
    """How many starts lead elsewhere."""
    return advice.starts - advice.leading


def coarser(advice):
    """What the next coarser grid does, if one was tried."""
    from qbfgs_desktop.studies.advice import SHARE

    below = [row for row in advice.rows if row.qp < advice.chosen.qp]
    if not below:
        return " No coarser grid was tried."
    row = below[-1]
    if row.there < SHARE * advice.leading:
        missed = f"{advice.leading - row.there} of {advice.leading} do not"
        return f" At Qp = {row.qp}, {missed}, up to {number(row.distance.most, 3)} away."
    return (
        f" At Qp = {row.qp} they do too, but by the luck that the minimum lies close to a grid"
        " point: half a step there is more than that."
    )


def finer(advice):
    """The finer grids that are not enough, if any."""
    names = [str(r.qp) for r in advice.rows if r.qp > advice.chosen.qp and not r.enough]
    if not names:
        return ""
    return f" But fewer than 99 % do on the finer grids of Qp = {', '.join(names)}."


def widths_answer(row):
    """Whether the integers of a grid stay inside a board's small ints."""
    from qbfgs_desktop.studies.widths import SMALL

    widths = row.widths._asdict()
    wide = [f"{NAMES[name]} ({bits} bits)" for name, bits in widths.items() if bits > SMALL]
    most = f"MicroPython's small ints on a 32-bit board ({SMALL} bits and sign)"
    if not wide:
        yield (
            f"Every integer of these runs, inside the objective too, stays within {most}:"
            " no epoch takes heap."
        )
        return
    values = [f"{name}s" for name in ("cost", "gradient") if widths[name] > SMALL]
    which = " and ".join(values) or "values inside the objective"
    yield (
        f"The {which} leave {most}. Wide are: {', '.join(wide)}. Such values take heap, and are"
        " slower; a smaller Qp, or an objective that shifts its results down, avoids them. The"
        f" optimiser's own integers never pass {SMALL} bits."
    )


def runs_table(advice):
    """What each grid does."""
    rows = []
    for row in advice.rows:
        within = str(row.there) if row.there == advice.leading else Bad(row.there)
        distances = [number(value, 3) for value in row.distance]
        limited = Bad(row.limited) if row.limited else "0"
        epochs = ["-" if value is None else str(value) for value in row.epochs]
        mark = "<- enough" if row is advice.chosen else ""
        rows.append((str(row.qp), str(row.runs), within, *distances, *epochs, limited, mark))
    spread = ("median", "95 % within", "most")
    headings = ("Qp", "runs", "there", *spread, *spread, "at the limit", "<")
    groups = (("", 3), ("distance from the minimum", 3), ("epochs", 3), ("", 2))
    return Table(f"Runs that end within {number(advice.tolerance)}", headings, rows, groups)


def widths_table(advice):
    """How wide the integers of each grid are."""
    from qbfgs_desktop.studies.widths import SMALL

    rows = [(str(row.qp), *map(str, row.widths)) for row in advice.rows]
    headings = ("Qp", "X", "step", "cost", "change", "gradient", "slope", "cost()", "gradient()")
    title = f"Widest integers seen, bits without sign (small on a 32-bit board: up to {SMALL})"
    return Table(title, headings, rows, (("", 7), ("inside the objective", 2)))


def notes(advice, low, high):
    """Where the figures come from."""
    points = "; ".join(f"({', '.join(number(v) for v in point)})" for point in advice.minima)
    if advice.stated:
        where = f"Minimum, as the problem states it: {points}."
    else:
        where = f"Minimum, the best point found on a much finer grid: {points}."
    box = " x ".join(f"[{a}, {b}]" for a, b in zip(low, high, strict=True))
    yield (
        f"{where} Starts: {advice.starts} on each grid, random in {box}. Change: of the cost by a"
        " step; slope: G.d, the change that the gradient promises."
    )


def board_table(epochs, entries):
    """Time and heap on boards, by their figures of `qbfgs lab bench`."""
    rows = []
    for entry in entries:
        runs = [number(entry.epoch * count / 1000, 3) for count in epochs]
        heaps = [number(value, 6) for value in (entry.heap, entry.held, entry.imported)]
        rows.append((entry.where, entry.build, str(entry.n), number(entry.epoch, 3), *runs, *heaps))
    headings = ("<board", "<build", "n", "us/epoch", "median", "95 % within", "most")
    groups = (("", 4), ("ms a run", 3), ("heap, bytes", 3))
    return Table("On the board", (*headings, "an epoch", "held", "import"), rows, groups)
