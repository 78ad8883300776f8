"""`qbfgs lab real`: error, time and heap of the numbers for formulas."""

from pathlib import Path

from qbfgs_tools.terminal.arguments import add_command, positive
from qbfgs_tools.terminal.live_view import LiveView
from qbfgs_tools.terminal.output import Bad, Report, Table, number
from qbfgs_tools.virtual import interpreters

SCRIPT = Path(__file__).with_name("real_script.py")
BOUND = 2.0**-60 * (1 + 2.0**-9)
TIMEOUT = 300


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "real",
        run,
        "error, time and heap of Reals and their functions",
        """
Errors: over nasty arguments of all sizes, against some 200 digits. Times: on each interpreter that
runs here, on this desk (ARM: emulated), so they say how operations compare, not how long a board
takes; "slopes" is a + b exp(-c t) with slopes by a, b and c. Heap: bytes that one takes.""",
        "qbfgs lab real --rounds 5",
    )
    parser.add_argument("--rounds", type=positive, default=5, help="the least of so many (5)")


def run(arguments):
    """The report."""
    from qbfgs_desktop.studies.reals import NAMES, worst

    able = [i for i in interpreters.every() if i.available()[0]]
    with LiveView(len(NAMES) + len(able), label="functions, interpreters") as view:
        errors = []
        for name in NAMES:
            errors.append(worst(name))
            view.advance()
        measured = {}
        for interpreter in able:
            measured[interpreter.name] = on(interpreter, arguments.rounds)
            view.advance()
    rows = [
        (e.name, str(e.tried), number(e.error * 2**60, 5), number(BOUND * 2**60, 5)) for e in errors
    ]
    headings = ("<", "arguments", "largest error", "bound")
    blocks = [Table("Relative error, in units of 2^-60", headings, rows)]
    if any(e.error > BOUND for e in errors):
        blocks.append(Bad("An error is beyond its bound."))
    names = list(measured)
    operations = list(measured[names[0]])
    for column, title in ((0, "Microseconds"), (1, "Bytes of heap")):
        able = [n for n in names if measured[n]["+"][column] is not None]
        rows = [(o, *(number(measured[n][o][column], 3) for n in able)) for o in operations]
        blocks.append(Table(title, ("<", *able), rows))
    data = {"errors": [e._asdict() | {"at": str(e.at)} for e in errors], "measured": measured}
    return Report(blocks, data)


def on(interpreter, rounds):
    """{operation: (microseconds, bytes)} of an interpreter; None for what it does not tell."""
    folder = str(sources_folder())
    result = interpreter.run(SCRIPT, path=[folder], args=[rounds], timeout=TIMEOUT)
    if result.returncode:
        raise RuntimeError(f"{interpreter.name}: {result.stderr.decode(errors='replace')}")
    found = {}
    for line in result.stdout.decode().splitlines():
        name, microseconds, heap = line.split()
        found[name] = float(microseconds), None if heap == "-" else int(heap)
    return found


def sources_folder():
    """Where the core's sources are."""
    import qbfgs

    return Path(qbfgs.__file__).parents[1]
