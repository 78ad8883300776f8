"""`qbfgs lab operators`: what an epoch costs, in operators that the core executes."""

from collections import defaultdict
from typing import NamedTuple

from qbfgs.quantizer import quantize
from qbfgs_tools.lab.operators.counting import CLASSES, counted
from qbfgs_tools.terminal.arguments import add_command
from qbfgs_tools.terminal.live_view import LiveView, kept, undone
from qbfgs_tools.terminal.output import Report, Table

SIZES = (2, 4, 8, 16)
LIMITED_SIZES = (10, 30, 100, 300, 1000)
LIMITED_EPOCHS = 60  # of each run, which for many parameters is long
QP = 256
KINDS = ("go", "main idle", "compensation idle")
COMPARE = CLASSES.index("compare")
HEADINGS = ("n", "<epoch", "of them", "+-", "x", "/", "shift/logic", "compares", "sum", "most", "")
MODES = ("newton", "compensated")
PAPER_QPS = (16, 32, 64, 128, 256, 512, 1024)
NOTE = (
    "Means over the epochs of a kind, in a run from the standard start to its certificate; sum and"
    " most are without the compares. The choice of the next step is counted with the epoch that it"
    " follows; the objective is not counted. to go: the sum as a multiple of a go's."
)
SOLVES_NOTE = (
    "The paper's rows, each from its start to a cost of 0; neither compares nor the objective, of"
    " which mode newton asks the matrix too, are counted."
)


class Cost(NamedTuple):
    """Epochs of one kind in one run: n; kind, one of `KINDS`; epochs, how many; mean: operators
    of each class of `operators.CLASSES`; total: mean without compares; most: the same of the
    dearest epoch; to_go: total over that of a go."""

    n: int
    kind: str
    epochs: int
    mean: dict
    total: float
    most: int
    to_go: float


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "operators",
        run,
        "operators an epoch executes, for 2 to 16 parameters, or to 1000 in mode limited",
        f"""
Counts every operator of the unchanged core in modes "newton" and "compensated", on Rosenbrock's
function (extended for n > 2) at Qp = {QP}: for a go, an idle epoch of a main trial and one of a
compensation; and of whole solves, the paper's.""",
        "qbfgs lab operators --limited",
    )
    parser.add_argument(
        "--limited",
        action="store_true",
        help=f'mode "limited", n = {", ".join(map(str, LIMITED_SIZES))}; {LIMITED_EPOCHS} epochs',
    )


def run(arguments):
    """The report."""
    modes, sizes, limit = (("limited",), LIMITED_SIZES, LIMITED_EPOCHS)
    if not arguments.limited:
        modes, sizes, limit = MODES, SIZES, 2000
    blocks, costs = [], {mode: [] for mode in modes}
    with kept(blocks), LiveView(len(sizes) * len(modes), label="sizes") as view:
        for mode in modes:
            for n in view.track(sizes):
                costs[mode] += count(n, mode, limit, view.show)
            blocks.append(costs_table(mode, costs[mode]))
    data = {"qp": QP, "costs": costs}
    left = undone(len(blocks), len(modes), "modes")
    blocks.append(NOTE)
    if not (arguments.limited or left):
        data["solves"] = solves = [solve(mode) for mode in modes]
        blocks += [solves_table(solves), SOLVES_NOTE]
    return Report(blocks, data, left)


def costs_table(mode, costs):
    """The `Cost`s of a mode as a table."""
    rows = [
        (
            str(c.n) if c.kind == "go" else "",
            c.kind,
            str(c.epochs),
            *(f"{c.mean[name]:.0f}" for name in CLASSES),
            f"{c.total:.0f}",
            str(c.most),
            f"{c.to_go:.2f}",
        )
        for c in costs
    ]
    groups = (("", 3), ("operators an epoch, mean", 5), ("without compares", 2), ("to go", 1))
    return Table(f"Operators an epoch, Qp = {QP}, mode {mode}", HEADINGS, rows, groups)


class Solve(NamedTuple):
    """The paper's 14 rows in a mode: epochs and updates (gos) over all; operators: without
    compares, over all, in words' arithmetic alone."""

    mode: str
    epochs: int
    updates: int
    operators: int


def solve(mode):
    """The `Solve` of a mode."""
    epochs = updates = 0
    with counted() as core:
        kind = core.module("problems").Rosenbrock
        for start in kind.PAPER_STARTS:
            for qp in PAPER_QPS:
                x0 = [quantize(text, qp) for text in start]
                o = core.module("optimizer").minimize(kind(qp), x0, mode=mode, target=0)
                epochs += o.epochs
                updates += o.updates
        counts = core.counts(exclude={"problems"})
    operators = sum(counts[name] for name in CLASSES if name != "compare")
    return Solve(mode, epochs, updates, operators)


def solves_table(solves):
    """The `Solve`s as a table."""
    rows = [
        (s.mode, str(s.epochs), str(s.updates), str(s.operators), f"{s.operators // s.epochs}")
        for s in solves
    ]
    headings = ("<mode", "epochs", "updates", "operators", "an epoch")
    return Table("Operators of the paper's 14 solves", headings, rows)


def count(n, mode="compensated", limit=2000, show=lambda text: None):
    """The costs of the kinds of epoch that occur with n parameters: a list of `Cost`.

    show: called with what it is at."""
    epochs = defaultdict(list)
    with counted() as core:
        problems = core.module("problems")
        problem = problems.Rosenbrock(QP) if n == 2 else problems.ExtendedRosenbrock(QP, n)
        optimizer = core.module("optimizer").Optimizer(
            problem, [quantize(text, QP) for text in problem.start], mode, limit, certify=True
        )
        going = True
        while going:
            show(f"n = {n}, epoch {optimizer.epochs} of at most {limit}")
            before = core.counts(exclude={"problems"})
            epoch, updates = optimizer.epochs, optimizer.updates
            compensations = optimizer.compensations
            going = optimizer.step()
            after = core.counts(exclude={"problems"})
            if optimizer.epochs > epoch:
                kind = 0
                if optimizer.updates == updates:
                    kind = 2 if optimizer.compensations > compensations else 1
                epochs[KINDS[kind]].append([after[name] - before[name] for name in CLASSES])
    costs = [summarise(n, kind, epochs[kind]) for kind in KINDS if epochs[kind]]
    go = costs[0].total
    return [cost._replace(to_go=cost.total / go) for cost in costs]


def summarise(n, kind, counts):
    """The `Cost` of epochs of one kind; counts: a list of operators by class each."""
    means = [sum(column) / len(counts) for column in zip(*counts, strict=True)]
    totals = [sum(c) - c[COMPARE] for c in counts]
    mean = dict(zip(CLASSES, means, strict=True))
    return Cost(n, kind, len(counts), mean, sum(totals) / len(totals), max(totals), 1.0)
