"""`qbfgs report`: one page of tables and pictures, made by the other commands."""

import platform
import shlex
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from qbfgs_tools.terminal.arguments import UserError, add_command, check_place
from qbfgs_tools.terminal.live_view import LiveView, kept, undone
from qbfgs_tools.terminal.output import Bad, Report

TITLE = "qbfgs: what it does, measured"
INTRODUCTION = (
    "qbfgs is a quasi-Newton optimiser that uses nothing but integers. Below each figure"
    " stands the command that makes it; all were made for this page. An epoch is one"
    " evaluation of the cost; a go is an epoch whose trial was accepted, an idle one whose trial"
    " was not. Qp is the number of grid steps per unit."
)
PICTURE = "picture.svg"
# Anchor, title, text, command; a command that writes PICTURE makes a picture.
SECTIONS = (
    (
        "tables",
        "The paper's tables",
        "What the paper prints, and the same runs measured anew.",
        "qbfgs table --jitter 20",
    ),
    (
        "costs",
        "Cost, epoch by epoch",
        "The least cost so far for each Qp, beside the ends that the paper prints. A cost of"
        " exactly 0 stands in the grey band.",
        f"qbfgs plot costs --out {PICTURE}",
    ),
    (
        "paths",
        "Paths",
        "Three modes from the paper's first start. Triangles and crosses are trials that were"
        " rejected.",
        f"qbfgs plot trajectories --out {PICTURE}",
    ),
    (
        "basins",
        "Which starts get there",
        "Each square is a start on Rosenbrock's function: dark ones take long, hatched ones never"
        " reach the minimum.",
        f"qbfgs plot basins --out {PICTURE}",
    ),
    (
        "epochs",
        "Epochs against Qp",
        "Random starts on each grid.",
        f"qbfgs plot epochs --out {PICTURE}",
    ),
    (
        "idles",
        "Idle epochs",
        "Random starts on each grid, in the default mode.",
        f"qbfgs plot idles --out {PICTURE}",
    ),
    (
        "dimensions",
        "More parameters",
        "Problems of 2 to 16 parameters, against the best point of their grid and SciPy.",
        "qbfgs lab dimensions",
    ),
    (
        "advice",
        "Which Qp does a problem need?",
        "An example: Beale's function, to within 0.01.",
        "qbfgs advise beale --tolerance 0.01 --starts 50",
    ),
    (
        "boards",
        "Time and heap",
        "An epoch on the interpreters of a desk, in every build, and the heap that the core takes."
        " Measured earlier, by qbfgs lab bench, whose file this draws.",
        f"qbfgs plot boards --out {PICTURE}",
    ),
    (
        "operators",
        "The price of an epoch",
        "Operators that the integer core executes, counted.",
        "qbfgs lab operators",
    ),
)
PACKAGES = ("qbfgs", "numpy", "scipy", "matplotlib")


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "report",
        run,
        "write one HTML page of tables and pictures, all made anew",
        """
The page needs nothing else: pictures and style are inside, there is no script, and it opens without
a network. Below each figure stands the command that repeats it. Takes some minutes; Ctrl-C leaves
the sections that are done, or the page that was there.""",
        "qbfgs report report.html",
    )
    parser.add_argument("out", metavar="OUT.html", type=Path, help="where the page goes")
    parser.add_argument(
        "--fit", metavar="MODEL.json", help="a page of this fit of a formula, by qbfgs fit --out"
    )
    parser.add_argument(
        "--formula", metavar="FILE.py:NAME", help="its formula, where it has no name; it is run"
    )


def run(arguments):
    """The report on the page that was written."""
    check_place(arguments.out, (".html", ".htm"))
    if arguments.fit:
        from qbfgs_tools.commands import fit_page

        return written(arguments.out, *fit_page.sections(arguments))
    if arguments.formula:
        raise UserError("--formula belongs to --fit MODEL.json")
    sections = []
    with kept(sections), LiveView(len(SECTIONS), label="sections") as view:
        for anchor, title, text, command in SECTIONS:
            view.begin(title)
            sections.append(section(arguments.parse, anchor, title, text, command))
            view.end()
    left = undone(len(sections), len(SECTIONS), "sections")
    if left and arguments.out.exists():
        raise KeyboardInterrupt(f"{left}; the page that was there stays")
    return written(arguments.out, TITLE, INTRODUCTION, sections, left)


def written(out, title, introduction, sections, left=""):
    """The report on the page, which is written whole or not at all. Raises UserError."""
    from qbfgs_desktop.files import write_whole
    from qbfgs_desktop.pictures.page import render

    page = render(title, introduction, sections, versions(), lambda text: isinstance(text, Bad))
    try:
        write_whole(out, page)
    except OSError as error:
        raise UserError(f"cannot write {out}: {error.strerror}") from error
    size = out.stat().st_size
    data = {"file": str(out), "bytes": size, "sections": [s.command for s in sections]}
    return Report([f"The page is in {out}: {size / 1e6:.1f} MB."], data, left)


def section(parse, anchor, title, text, command):
    """A `page.Section`, made by its command; where that cannot be, it says why."""
    from qbfgs_desktop.pictures.page import Section

    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder, PICTURE)
        words = [str(picture) if word == PICTURE else word for word in shlex.split(command)[1:]]
        arguments = parse(words)
        try:
            report = arguments.run(arguments)
        except UserError as error:
            return Section(anchor, title, text, command, [Bad(f"Not made: {error}.")])
        if report.stopped:
            raise KeyboardInterrupt
        if picture.exists():
            return Section(anchor, title, text, command, [], picture.read_bytes())
    return Section(anchor, title, text, command, report.blocks)


def versions():
    """(name, version) of what makes the page."""
    from qbfgs_desktop.sweep.plan import core_checksum

    found = []
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, "not installed"))
    found.insert(1, ("core", core_checksum()))
    machine = f"on {platform.system()} {platform.machine()}"
    return [*found, (platform.python_implementation(), f"{platform.python_version()} {machine}")]
