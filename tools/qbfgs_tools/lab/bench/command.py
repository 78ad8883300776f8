"""`qbfgs lab bench`: what a solve costs, in operators, time, heap and bytes, beside floats."""

import csv
import datetime
import platform
import subprocess
from pathlib import Path

from qbfgs import __version__
from qbfgs_tools.terminal.arguments import UserError, add_command, check_place
from qbfgs_tools.terminal.live_view import LiveView, kept, undone
from qbfgs_tools.terminal.output import Report, Table, number

SIZES = (2, 4, 8, 16, 32)
SECONDS, ROUNDS = 0.5, 3  # of turns in a process; processes
QUICK = 0.2, 1
FEW = 60  # epochs whose operators are counted where none reaches 0 and each has many
SECTIONS = ("operators", "memory", "times", "sizes", "instructions", "cortex", "fit")
ROOT = Path(__file__).resolve().parents[4]
COLUMNS = ("date", "version", "commit", "machine", "n", "where", "build", "subject")
COLUMNS += ("quantity", "value", "unit")
NOTE = (
    "Rosenbrock's function, for n > 2 summed over pairs, from (-1.2, 1), Qp = {qp}, to cost 0 or"
    " {epochs} epochs (marked *); floats to a cost of {target:g}, SciPy to its own tolerance with"
    " BLAS on one thread. Times are the least of interleaved turns; x float: the solve's time over"
    " that of the float BFGS as bytecode on the same interpreter (as source at the desk and in"
    " WebAssembly), measured in the same run. The objective is compiled as the build is; under"
    " viper it is native, for its costs are wider than a word. heap: bytes an epoch takes; held:"
    " bytes that the optimiser keeps; both with the objective's. Times compare interpreters and"
    " builds at this desk; they are no board's."
)


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "bench",
        run,
        "operators, time, heap and bytes of the core, beside a BFGS in floats",
        """
Measures the core, a bare BFGS in floats in the same style, the exact version and SciPy on every
interpreter of this machine and in every build, and appends what it found to a CSV file, with date,
version, commit and machine, so that a change shows.""",
        "qbfgs lab bench --section operators --section sizes",
    )
    parser.add_argument(
        "--section", action="append", choices=SECTIONS, help="only these; may be repeated"
    )
    parser.add_argument("--quick", action="store_true", help="n = 2 alone, short turns, no CSV")
    parser.add_argument(
        "--csv",
        type=Path,
        metavar="FILE",
        help="append there (default: docs/bench.csv of a checkout)",
    )


def run(arguments):
    """The report."""
    sections = set(arguments.section or SECTIONS)
    target = arguments.csv or (ROOT / "docs" / "bench.csv" if not arguments.quick else None)
    check_place(target)
    sizes = SIZES[:1] if arguments.quick else SIZES
    blocks, rows, data = [], [], {}
    measures = (_operators, _memory, _times, _sizes, _instructions, _cortex, _fit)
    with kept(data), LiveView(len(sections), label="sections") as view:
        for section, measure in zip(SECTIONS, measures, strict=True):
            if section in sections:
                view.begin(section)
                data[section] = measure(sizes, arguments.quick, blocks, rows)
                view.end()
    if target is not None:
        append(target, rows)
        blocks.append(f"{len(rows)} rows appended to {target}.")
    return Report(blocks, data, undone(len(data), len(sections), "sections"))


def append(path, rows):
    """Appends rows (n, where, build, subject, quantity, value, unit) to a CSV file, with a heading
    to an empty one. Raises UserError when it cannot be written."""
    head = (datetime.date.today().isoformat(), __version__, commit(), machine())
    try:
        with open(path, "a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            if file.tell() == 0:
                writer.writerow(COLUMNS)
            writer.writerows([head + row for row in rows])
    except OSError as error:
        raise UserError(f"cannot append to {path}: {error}") from None


def commit():
    """The commit that is checked out, with + after it when files differ from it; else ""."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def machine():
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _operators(sizes, quick, blocks, rows):
    from qbfgs_tools.lab.bench.counts import KINDS, operators
    from qbfgs_tools.lab.bench.times import EPOCHS, QP

    cases = [(n, "compensated", EPOCHS if n <= 16 else FEW) for n in sizes]
    if not quick:
        cases += [(64, "compensated", FEW), (32, "limited", EPOCHS), (64, "limited", EPOCHS)]
    with LiveView(len(cases)) as view:
        made = [operators(n, QP, most, mode) for n, mode, most in view.track(cases)]
    table = []
    for one in made:
        cells = [f"{one.kinds[kind][1]:.0f}" if kind in one.kinds else "-" for kind in KINDS]
        star = "" if one.solved else "*"
        mean = one.solve / one.epochs
        table.append(
            (str(one.n), one.mode, *cells, f"{mean:.0f}", f"{one.solve}{star}", str(one.epochs))
        )
        values = {kind: round(value) for kind, (_, value) in one.kinds.items()}
        values.update(epoch=round(mean), solve=one.solve)
        for quantity, value in values.items():
            rows.append((one.n, "", one.mode, "word core", quantity, value, "operators"))
    headings = ("n", "<mode", *KINDS, "epoch", "solve", "epochs")
    title = "Operators, without compares and the objective; * not at cost 0 after these epochs"
    blocks.append(Table(title, headings, table))
    return made


def _memory(sizes, quick, blocks, rows):
    from qbfgs_tools.lab.bench import memory as memory

    ok, reason = memory.interpreter().available()
    if not ok:
        blocks.append(f"No memory measured: {reason}.")
        return []
    made = memory.held()
    where = memory.interpreter().name
    rows += [(one.n, where, one.mode, "word core", "held", one.bytes, "bytes") for one in made]
    cells = [(mode, *(str(one.bytes) for one in made if one.mode == mode)) for mode in memory.MODES]
    title = f"Heap bytes of an optimiser ({where})"
    blocks.append(Table(title, ("<mode", *(f"n = {n}" for n in memory.SIZES)), cells))
    return made


def _times(sizes, quick, blocks, rows):
    from qbfgs_tools.lab.bench import times as bench

    limits = QUICK if quick else (SECONDS, ROUNDS)
    with LiveView() as view:
        times, imports, missing = bench.measure(sizes, *limits, view.track)
    floats = {(t.n, t.where, t.build): t.us for t in times if t.subject == bench.FLOAT}
    table = []
    for t in sorted(times, key=lambda t: (t.n, bench.rank(t))):
        base = floats.get((t.n, t.where, "bytecode"), floats.get((t.n, t.where, "source")))
        star = "" if t.solved else "*"
        share = "-" if t.objective is None else f"{100 * t.objective / t.us:.0f} %"
        epoch = t.us / t.epochs
        table.append(
            (
                str(t.n),
                t.where,
                t.build,
                t.subject,
                f"{t.epochs}{star}",
                number(epoch, 3),
                f"{t.us:.0f}",
                number(t.us / base, 3),
                share,
                "-" if t.heap is None else str(t.heap),
                "-" if t.held is None else str(t.held),
            )
        )
        for quantity, value, unit in (
            ("epochs", t.epochs, "epochs"),
            ("solve", round(t.us, 1), "us"),
            ("epoch", round(epoch, 2), "us"),
            ("ratio", round(t.us / base, 3), "x float"),
            ("objective", None if t.objective is None else round(t.objective, 1), "us"),
            ("heap", t.heap, "bytes an epoch"),
            ("held", t.held, "bytes"),
        ):
            if value is not None:
                rows.append((t.n, t.where, t.build, t.subject, quantity, value, unit))
    headings = ("n", "<where", "<build", "<what", "epochs", "us/epoch", "us/solve", "x float")
    blocks.append(Table("Time of a solve", (*headings, "objective", "heap", "held"), table))
    blocks.append(NOTE.format(qp=bench.QP, epochs=bench.EPOCHS, target=bench.TARGET))
    blocks += missing
    known = [i for i in imports if i.heap is not None]
    for i in known:
        rows.append(("", i.where, i.build, "word core", "import", i.heap, "bytes of heap"))
    title = "Heap that importing the core takes, mode compensated, bytes"
    cells = [(i.where, i.build, str(i.heap)) for i in known]
    blocks.append(Table(title, ("<where", "<build", "heap"), cells))
    return {"times": times, "imports": imports}


def _sizes(sizes, quick, blocks, rows):
    from qbfgs_tools.builds import forms as builds
    from qbfgs_tools.lab.bench.counts import sizes as build_sizes
    from qbfgs_tools.lab.bench.times import imported_modules

    with LiveView(len(builds.pairs())) as view:
        made = list(view.track(build_sizes(imported_modules())))
    for one in made:
        for quantity in ("run", "core", "board"):
            value = getattr(one, quantity)
            rows.append(("", "", one.build, "files", quantity, value, "bytes"))
    title = "Bytes of .mpy files: modules that a run imports, all of the core, the board's layer"
    cells = [(one.build, str(one.run), str(one.core), str(one.board)) for one in made]
    blocks.append(Table(title, ("<build", "a run", "core", "board"), cells))
    return made


def _instructions(sizes, quick, blocks, rows):
    if quick:
        blocks.append("No instructions with --quick.")
        return []
    return _counted_solves(blocks, rows)


def _counted_solves(blocks, rows):
    from qbfgs_tools.lab.bench import instructions as bench

    ok, reason = bench.available()
    if not ok:
        blocks.append(f"No instructions of solves: {reason}.")
        return []
    with LiveView() as view:
        made = list(bench.counts(progress=view.track))
    base = {one.n: one.solve for one in made if (one.build, one.subject) == bench.BASE}
    cells = []
    for one in made:
        ratio = one.solve / base[one.n]
        fields = (one.where, one.build, one.subject)
        rows.append((one.n, *fields, "solve", one.solve, "instructions"))
        rows.append((one.n, *fields, "instructions", round(ratio, 3), "x float"))
        cells.append((str(one.n), *fields, str(one.epochs), str(one.solve), number(ratio, 3)))
    headings = ("n", "<where", "<build", "<what", "epochs", "instructions", "x float")
    blocks.append(Table("Machine instructions of a solve, x86-64 (Valgrind)", headings, cells))
    return made


def _cortex(sizes, quick, blocks, rows):
    from qbfgs_tools.lab.bench import cortex as bench
    from qbfgs_tools.lab.bench.times import FLOAT

    ok, reason = bench.available()
    if not ok:
        blocks.append(f"Nothing of the Cortex-M3: {reason}.")
        return {}
    with LiveView(len(bench.FORMS)) as view:
        solves, imports = bench.measure(bench.SIZES[: len(sizes)], progress=view.track)
    base = {s.n: s.epoch for s in solves if (s.build, s.subject) == ("bytecode", FLOAT)}
    cells = []
    for s in sorted(solves, key=lambda s: (s.n, s.subject)):
        ratio = s.epoch / base[s.n]
        for quantity, value, unit in (
            ("epochs", s.epochs, "epochs"),
            ("making", s.making, "instructions"),
            ("epoch", s.epoch, "instructions"),
            ("solve", s.solve, "instructions"),
            ("ratio", round(ratio, 3), "x float"),
            ("heap", s.heap, "bytes an epoch"),
            ("held", s.held, "bytes"),
        ):
            rows.append((s.n, bench.WHERE, s.build, s.subject, quantity, value, unit))
        star = "" if s.solved else "*"
        counts = (f"{count / 1000:.0f}" for count in (s.epoch, s.solve, s.making))
        fields = (str(s.n), s.subject, s.build, f"{s.epochs}{star}", *counts)
        cells.append((*fields, number(ratio, 3), str(s.heap), str(s.held)))
    headings = ("n", "<what", "<build", "epochs", "epoch", "solve", "making", "x float")
    title = "Thousands of instructions on the emulated Cortex-M3, collections left out"
    blocks.append(Table(title, (*headings, "heap", "held"), cells))
    for one in imports:
        for value, unit in ((one.instructions, "instructions"), (one.heap, "bytes of heap")):
            rows.append(("", bench.WHERE, one.build, "word core", "import", value, unit))
    cells = [(one.build, f"{one.instructions / 1000:.0f}", str(one.heap)) for one in imports]
    title = "To import the core, mode compensated: thousands of instructions, bytes of heap"
    blocks.append(Table(title, ("<build", "instructions", "heap"), cells))
    return {"solves": solves, "imports": imports}


def _fit(sizes, quick, blocks, rows):
    from qbfgs_tools.lab.bench import cortex, fits

    ok, reason = cortex.available()
    if quick or not ok:
        blocks.append(f"No fit on the Cortex-M3: {'--quick' if ok else reason}.")
        return []
    with LiveView(len(fits.CASES)) as view:
        made = fits.measure(progress=view.track)
    (base,) = (m.fit for m in made if m.subject == fits.FLOATS)
    cells = []
    for m in made:
        often = "" if m.threshold == fits.FULL else f", gc.threshold({m.threshold})"
        build = m.build + often
        ratio = m.fit / base
        for quantity, value, unit in (
            ("passes", m.passes, "passes"),
            ("import", m.imported, "instructions"),
            ("fit", m.fit, "instructions"),
            ("ratio", round(ratio, 3), "x float"),
            ("heap", m.heap, "KB"),
            ("least heap", m.least, "KB"),
        ):
            rows.append((3, cortex.WHERE, build, m.subject, quantity, value, unit))
        far = max(abs(a / b - 1) for a, b in zip(m.parameters, made[0].parameters, strict=True))
        counts = (f"{count / 1e6:.0f}" for count in (m.imported, m.fit))
        cells.append(
            (m.subject, build, str(m.passes), *counts, number(ratio, 3))
            + (str(m.heap), str(m.least), number(far, 2))
        )
    headings = ("<what", "<build", "passes", "import", "fit", "x float", "in KB", "least KB")
    title = "Millions of instructions of a fit of 100 rows, 3 parameters, on the emulated Cortex-M3"
    blocks.append(Table(title, (*headings, "off by"), cells))
    return made
