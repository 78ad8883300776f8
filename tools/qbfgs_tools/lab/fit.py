"""`qbfgs lab fit`: a fit of a formula on boards without one, beside plain floats."""

import tempfile
from pathlib import Path

from qbfgs_tools.builds import forms
from qbfgs_tools.builds.files import LIBRARY, sources
from qbfgs_tools.lab.real import sources_folder
from qbfgs_tools.terminal.arguments import add_command
from qbfgs_tools.terminal.live_view import LiveView
from qbfgs_tools.terminal.output import Bad, Report, Table, number
from qbfgs_tools.virtual import interpreters

SCRIPT = Path(__file__).with_name("fit_script.py")
KINDS = {"float32": interpreters.CPython}
KINDS |= dict.fromkeys((forms.BYTECODE, forms.LEAN), interpreters.UnixPort)  # who has that way
TIMEOUT = 300
SMALLEST, LARGEST = 4, 1024  # KB of heap
# Source; compiled by mpy-cross, and cut for less heap; a plain Gauss-Newton in the interpreter's
# floats, in NumPy's.
WAYS = ("qbfgs", "bytecode", "lean", "floats", "float32")
NOTE = (
    "Times are of this desk (ARM: emulated), with the modules' import; they say how these compare,"
    " not how long a board takes. bytecode: compiled by mpy-cross. The floats are those of each"
    " interpreter, doubles here; float32, as most boards have them, are NumPy's. The plain"
    " Gauss-Newton has its derivatives by hand, no errors, no bounds, and no second try where a"
    " start is bad. Heap: the least with which it runs, rows included; often: where garbage is"
    " collected after each 4096 bytes, gc.threshold(4096)."
)


def register(commands):
    """Adds the command."""
    add_command(
        commands,
        "fit",
        run,
        "time and heap of a fit of 100 rows by a formula of three parameters",
        """
20 + 64 e^(-t / 50) with noise, from a start some way off, by `qbfgs.fit` and by a plain
Gauss-Newton in the interpreter's floats, in one run.""",
        "qbfgs lab fit",
    )


def run(arguments):
    """The report."""
    able = [i for i in interpreters.every() if i.available()[0]]
    rows, data = [], []
    with LiveView(len(able), label="interpreters") as view:
        for interpreter in able:
            for way in WAYS:
                kind = KINDS.get(way, interpreters.Interpreter)
                if isinstance(interpreter, kind):
                    data.append(measured(interpreter, way))
            view.advance()
    desk = data[0]["parameters"]
    for found in data:
        far = max(abs(a / b - 1) for a, b in zip(found["parameters"], desk, strict=True))
        rows.append(
            (
                found["interpreter"],
                found["way"],
                str(found["milliseconds"]),
                str(found["evaluations"]),
                number(found["kilobytes"], 3),
                number(found["often"], 3),
                number(far, 2),
            )
        )
    headings = ("<", "<", "ms", "passes", "KB of heap", "often", "parameters off by")
    blocks = [Table("A fit of 100 rows, three parameters", headings, rows), NOTE]
    same = {tuple(d["text"]) for d in data if "float" not in d["way"]}
    if len(same) > 1:
        blocks.append(Bad("The interpreters differ."))
    return Report(blocks, data)


def measured(interpreter, way):
    """A run with plenty of heap, and the least heap of a MicroPython where it can be set."""
    with tempfile.TemporaryDirectory() as folder:
        library = sources_folder()
        if way in (forms.BYTECODE, forms.LEAN):
            for path, code in forms.fitting(way, forms.reported(interpreter), sources()).items():
                place = Path(folder, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(code)
            library = Path(folder, LIBRARY)

        def run(heap=None, often=False):
            words = [way if "float" in way else "qbfgs", *(["often"] if often else [])]
            path = [library, SCRIPT.parent]
            return interpreter.run(SCRIPT, path, words, heap=heap, timeout=TIMEOUT)

        result = run()
        if result.returncode:
            raise RuntimeError(f"{interpreter.name}: {result.stderr.decode(errors='replace')}")
        limited = isinstance(interpreter, interpreters.UnixPort)
        kilobytes, often = [_least(run, o) if limited else None for o in (False, True)]
    first, *texts = result.stdout.decode().split("\n")[:4]
    milliseconds, evaluations = map(int, first.split())
    return {
        "interpreter": interpreter.name,
        "way": way,
        "milliseconds": milliseconds,
        "evaluations": evaluations,
        "kilobytes": kilobytes,
        "often": often,
        "parameters": [float(text) for text in texts],
        "text": texts,
    }


def _least(run, often):
    """The least heap with which run(heap, often) comes to its end, in KB."""
    low, high = SMALLEST, LARGEST  # fails with the one, runs with the other
    while high - low > max(1, high // 32):
        middle = (low + high) // 2
        if run(middle * 1024, often).returncode:
            low = middle
        else:
            high = middle
    return high
