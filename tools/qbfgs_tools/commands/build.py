"""`qbfgs build`: the compiled builds, into a folder."""

from pathlib import Path

from qbfgs_tools.terminal.arguments import add_command, check_folder
from qbfgs_tools.terminal.live_view import LiveView, gathered, undone
from qbfgs_tools.terminal.output import Report, Table

NOTE = (
    "A build's folder lib goes to the board as it is; `qbfgs board install` makes and picks the one"
    " that fits by itself. Viper: the kernels and what runs between them as machine code."
)


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "build",
        run,
        "compiled builds for every architecture that mpy-cross knows",
        """
Compiles the unchanged core and the board's layer with mpy-cross: as bytecode for all boards, as
machine code (native), and with the kernels of an epoch as machine code on words (viper). A manifest
tells size and SHA-256 of every file, and why a module stayed bytecode.""",
        "qbfgs build build/boards",
    )
    parser.add_argument(
        "out",
        nargs="?",
        type=Path,
        default=Path("build", "boards"),
        help="the folder that they go to (default build/boards)",
    )


def run(arguments):
    """The report."""
    from qbfgs_tools.builds import forms as builds

    check_folder(arguments.out)
    total = len(builds.pairs())
    with LiveView(total) as view:
        made = gathered(view.track(builds.every()))
    told = builds.write(arguments.out, made)
    rows, reasons = [], {}
    for one in told["builds"]:
        files = one["files"]
        as_wanted = sum(file["form"] == one["form"] for file in files)
        rows.append((one["build"], str(len(files)), str(as_wanted), str(one["bytes"])))
        for file in files:
            if file["reason"] not in ("", builds.NO_KERNEL):
                reasons.setdefault((file["reason"], one["build"]), []).append(file["path"])
    title = f"{told['compiler']}, into {arguments.out}"
    notes = []
    for reason in {reason: None for reason, _ in reasons}:
        where = [name for told_reason, name in reasons if told_reason == reason]
        most = max(len(reasons[reason, name]) for name in where)
        notes.append(f'Bytecode for "{reason}": up to {most} modules in {", ".join(where)}.')
    headings = ("<build", "modules", "compiled so", "bytes")
    left = undone(len(made), total, "builds")
    return Report([Table(title, headings, rows), *notes, NOTE], told, left)
