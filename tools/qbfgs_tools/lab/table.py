"""`qbfgs table`: the paper's two tables, printed, and measured anew."""

from qbfgs_tools.terminal.arguments import add_command, add_seed, positive
from qbfgs_tools.terminal.live_view import LiveView, kept, undone
from qbfgs_tools.terminal.output import Bad, Report, Table, number

FAILS = "fails"
JITTERED = ("compensated", "newton")
HEADINGS = ("Qp", "epoch", "cost", "", "epochs", "updates", "cost", "")
HEADINGS += (
    "epochs",
    "updates",
    "idles",
    "comp.",
    "cost",
    "epsilon",
    "ms",
    "",
    "epochs",
    "cost",
    "",
)
GROUPS = (("", 1), ("the paper, printed", 3), ('mode "paper"', 4), ('mode "compensated"', 8))
GROUPS += (('mode "newton"', 3),)
NOTES = (
    "Counts: an epoch is one cost evaluation after the start's. SciPy counts the start's too, so"
    " add one to ours to compare. The paper's Best Epoch counts updates, as far as one can tell."
    " comp.: epochs with a compensating step. epsilon: the cost's decrease by the last go."
    " SciPy starts from the decimal start itself, in doubles; it knows no Qp.",
    "Times are no claim of speed: on a problem this small any plain Python loop is faster than"
    " SciPy's overhead a call, floats included. All were measured in this run, on this machine, as"
    " medians of {repeats}, with BLAS on one thread; the paper's are from its own board.",
    'Mode "paper" takes the reading of the paper\'s text that the head of qbfgs.modes.paper'
    ' states. Mode "newton" is not the paper\'s method, nor a quasi-Newton one: it takes the matrix'
    " of Gauss and Newton, which a sum of squares such as this has. LM (MINPACK) is its like in"
    " floating point.",
)


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "table",
        run,
        "the paper's Tables 1 and 2: printed, and measured anew",
        """
One block a start, one row a Qp: what the paper prints; mode "paper", which is its rule as
literally as it can be read; mode "compensated", quantized BFGS as qbfgs has it; mode "newton", for
sums of squares; and SciPy. Runs of ours stop at a cost of exactly 0; those that do not reach it are
marked "fails".

A total over 14 rows can be tuned to them, so the median over jittered copies of the two starts
stands beside it.""",
        "qbfgs table --json > table.json",
    )
    parser.add_argument(
        "--repeats", type=positive, default=5, help="timed runs of each (default 5)"
    )
    parser.add_argument(
        "--jitter", type=positive, default=60, help="jittered copies of the starts (default 60)"
    )
    add_seed(parser)


def run(arguments):
    """The report."""
    from qbfgs_desktop.studies import paper_tables
    from qbfgs_desktop.studies.robustness import jittered_totals

    blocks, jitter = [], {}
    with kept(blocks):
        count = sum(len(table.rows) for table in paper_tables.PRINTED)
        with LiveView(count, label="the paper's rows") as view:
            for block in paper_tables.measure_all(arguments.repeats, view.advance):
                blocks.append(block)
        with LiveView(len(JITTERED) * count * arguments.jitter, label="jittered starts") as view:
            for mode in JITTERED:
                jitter[mode] = jittered_totals(
                    arguments.jitter, arguments.seed, advance=view.advance, mode=mode
                )
    rows = [row for block in blocks for row in block.rows]
    totals = {mode: paper_tables.total_epochs(blocks, mode) for mode in JITTERED}
    shown = []
    for block in blocks:
        shown += [rows_table(block), baselines_table(block)]
    notes = [note.format(repeats=arguments.repeats) for note in NOTES]
    data = {"tables": blocks, "total_epochs": totals, "jitter": jitter, "seed": arguments.seed}
    shown += [total_note(m, rows, totals[m], jitter[m], arguments.seed) for m in jitter]
    done = len(blocks) + len(jitter)
    sets = len(paper_tables.PRINTED) + len(JITTERED)
    return Report([*shown, *notes], data, undone(done, sets, "sets of starts"))


def fails(result):
    """The mark of a run that did not reach 0."""
    return "" if result.solved else FAILS


def rows_table(block):
    """One block as a table."""
    rows = []
    for qp, printed, paper, ours, newton in block.rows:
        # fmt: off
        rows.append((
            str(qp), str(printed.epoch), printed.cost, fails(printed),
            str(paper.epochs), str(paper.updates), number(paper.cost, 3), fails(paper),
            str(ours.epochs), str(ours.updates), str(ours.idles), str(ours.compensations),
            number(ours.cost), number(ours.epsilon, 3), milliseconds(ours.seconds),
            Bad(fails(ours)), str(newton.epochs), number(newton.cost), Bad(fails(newton)),
        ))
        # fmt: on
    start = ", ".join(block.table.start)
    return Table(f"Table {block.table.number}: from ({start})", HEADINGS, rows, GROUPS)


def baselines_table(block):
    """The floating-point methods of a block as a table."""
    printed = block.table.lbfgs
    label = "L-BFGS as the paper prints it"
    rows = [(label, str(printed.epoch), printed.cost, milliseconds(float(printed.seconds)))]
    rows += [
        (f"SciPy {b.method}", str(b.evaluations), number(b.cost, 2), milliseconds(b.seconds))
        for b in block.baselines
    ]
    return Table("", ("<in floating point", "evaluations", "cost", "ms"), rows)


def total_note(mode, rows, total, jitter, seed):
    """The total of a mode, and the jittered totals beside it."""
    missed = sum(not getattr(row, mode).solved for row in rows)
    text = (
        f'In all, mode "{mode}": {total} epochs over {len(rows)} rows,'
        f" {missed or 'none'} failing. {jitter.copies} copies of the starts jittered by +-0.06"
        f" (seed {seed}): median {jitter.median:g}, {jitter.least} to {jitter.most},"
        f" {jitter.failures or 'none'} of {jitter.runs} runs failing."
    )
    return Bad(text) if missed or jitter.failures else text


def milliseconds(seconds):
    """Seconds as a text in milliseconds."""
    return f"{1000 * seconds:.1f}"
